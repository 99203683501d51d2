"""A service with a meter on its event loop: `python watched.py FOLDER serve SERVICE`, as `mpp serve SERVICE`.

Every second a line is added to FOLDER/SERVICE.stalls: the end of that second (`time.monotonic`), the longest time in
it between two turns of the loop, and the longest without what the machine gave to other processes, in seconds. The
meter asks for a turn every ten milliseconds; that much is not taken off.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

EVERY = 0.01
_WRITES = 1.0


def _waited(thread: int) -> float:
    """Seconds in which this thread was ready to run and another had the processor."""
    return int(Path(f"/proc/self/task/{thread}/schedstat").read_text().split()[1]) / 1e9


def meter(path: Path) -> None:
    """Look, for as long as the process lives."""
    import eventlet

    thread = threading.get_native_id()
    last, waited, written = time.monotonic(), _waited(thread), time.monotonic()
    longest = own = 0.0
    while True:
        eventlet.sleep(EVERY)
        now, others = time.monotonic(), _waited(thread)
        longest, own = max(longest, now - last), max(own, now - last - (others - waited))
        last, waited = now, others
        if now - written >= _WRITES:
            with path.open("a") as file:
                file.write(f"{now} {longest} {own}\n")
            written, longest, own = now, 0.0, 0.0


def main() -> None:
    """The command of the product with the meter beside it."""
    folder, *sys.argv[1:] = sys.argv[1:]

    import eventlet

    from mpp.operations.cli import main as mpp

    eventlet.spawn(meter, Path(folder) / f"{sys.argv[2]}.stalls")
    mpp()


if __name__ == "__main__":
    main()
