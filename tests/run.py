"""`make test`: the suite in several processes side by side, since most tests wait for something: a database, a broker.

Each process takes the next file of the suite when it is done with the last one (`tests/support/sharing.py`), or the
next folder whose files use one mall, and has servers, ports and folders of its own. A line is shown when a file is
done, what failed at the end. `MPP_TEST_WORKERS` says how many processes (one more than there are processors),
`MPP_TEST_SEED` repeats a run. With arguments it is one plain pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.support.header import header
from tests.support.seed import SEED
from tests.support.sharing import write_share

PYTEST = (sys.executable, "-u", "-m", "pytest")
ROOT = Path(__file__).parents[1]
# What takes long comes first, so that the processes end together; after these everything else, unit tests last.
LONG = (
    "tests/e2e/portal/",
    "tests/contract/test_schemathesis.py",
    "tests/e2e/",
    "tests/integration/test_",
    "tests/integration/messaging/",
    "tests/upgrade/",
    "tests/integration/",
    "tests/races/",
)
TOGETHER = ("tests/e2e/portal/",)  # one mall for all, and one look at all that they were shown
_AT_ONCE = 6  # at most, unless asked for: each process has servers of its own


def main(arguments: list[str]) -> int:
    """The exit status: 0 only when every process passed."""
    if arguments:
        return subprocess.call([*PYTEST, *arguments])
    began = time.monotonic()
    for line in header():
        print(line, flush=True)
    count = int(os.environ.get("MPP_TEST_WORKERS") or min((os.cpu_count() or 1) + 1, _AT_ONCE))
    with tempfile.TemporaryDirectory(prefix="mpp-suite-") as folder:
        write_share(Path(folder), parts(in_order(test_files())))
        workers = [Worker(number, count, folder) for number in range(count)]
        try:
            statuses = [worker.wait() for worker in workers]
        finally:
            for worker in workers:
                worker.end()
    for worker in workers:
        print(f"\n--- {worker.name} of {count} {'-' * 100}\n{worker.summary}", end="")
    passed = not any(statuses)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"{'PASSED' if passed else 'FAILED'} in {minutes}:{seconds:02d} min (MPP_TEST_SEED={SEED})", flush=True)
    return 0 if passed else 1


def test_files() -> list[Path]:
    """Every file with tests."""
    return sorted((ROOT / "tests").rglob("test_*.py"))


def in_order(files: list[Path]) -> list[Path]:
    """The long ones first."""

    def place(file: Path) -> int:
        name = str(file.relative_to(ROOT))
        return next((number for number, start in enumerate(LONG) if name.startswith(start)), len(LONG))

    return sorted(files, key=place)


def parts(files: list[Path]) -> list[list[Path]]:
    """What one process takes at a time: a file, or all of a folder that is taken together."""
    found: dict[str, list[Path]] = {}
    for file in files:
        name = str(file.relative_to(ROOT))
        found.setdefault(next((start for start in TOGETHER if name.startswith(start)), name), []).append(file)
    return list(found.values())


class Worker:
    """One pytest process; its progress is shown line by line, the rest is kept for the end."""

    def __init__(self, number: int, count: int, folder: str) -> None:
        self.name = f"process {number + 1}"
        self.summary = ""
        told = {"MPP_TEST_SHARE": folder, "MPP_TEST_SEED": str(SEED), "MPP_TEST_WORKER": f"{number}/{count}"}
        command = [*PYTEST, "-q", "-o", "console_output_style=classic"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self) -> int:
        """Its exit status; that there was nothing left to take is none."""
        status = self._process.wait()
        self._reader.join()
        return 0 if status == _NOTHING_TAKEN else status

    def end(self) -> None:
        """Stop it if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("tests/") and not self.summary:
                sys.stdout.write(line)
                sys.stdout.flush()
            elif self.summary or line.strip():
                self.summary += line


_NOTHING_TAKEN = 5  # pytest's own: no test was collected

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
