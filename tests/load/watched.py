"""A service with a meter on its event loop: `python watched.py FOLDER serve SERVICE`, as `mpp serve SERVICE`.

Every second a line is added to FOLDER/SERVICE.stalls: the end of that second (`time.monotonic`), and in seconds the
longest time in it between two turns of the loop: as seen, without what the machine gave to others while the loop was
ready, and of the loop's own work on a processor. The meter asks for a turn every ten milliseconds, which are not taken
off the first two.
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
    last, waited, worked, written = time.monotonic(), _waited(thread), time.thread_time(), time.monotonic()
    longest = ready = work = 0.0
    while True:
        eventlet.sleep(EVERY)
        now, others, own = time.monotonic(), _waited(thread), time.thread_time()
        longest, ready = max(longest, now - last), max(ready, now - last - (others - waited))
        work = max(work, own - worked)
        last, waited, worked = now, others, own
        if now - written >= _WRITES:
            with path.open("a") as file:
                file.write(f"{now} {longest} {ready} {work}\n")
            written, longest, ready, work = now, 0.0, 0.0, 0.0


def main() -> None:
    """The command of the product with the meter beside it."""
    folder, *sys.argv[1:] = sys.argv[1:]

    import eventlet

    from mpp.operations.cli import main as mpp

    eventlet.spawn(meter, Path(folder) / f"{sys.argv[2]}.stalls")
    mpp()


if __name__ == "__main__":
    main()
