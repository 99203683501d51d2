"""`make test`: the suite in two processes side by side, since most tests wait for a database, a broker or a process.

Each half has servers of its own. The second half's output is shown when the first has ended. With arguments it is one
plain pytest.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

HALVES = (
    ("tests/unit", "tests/contract", "tests/upgrade", "tests/e2e", "tests/chaos", "tests/integration/messaging"),
    ("tests/races", "tests/integration", "--ignore=tests/integration/messaging"),
)
PYTEST = (sys.executable, "-u", "-m", "pytest")


def main(arguments: list[str]) -> int:
    """The exit status: 0 only when both halves passed."""
    if arguments:
        return subprocess.call([*PYTEST, *arguments])
    first, second = HALVES
    with tempfile.TemporaryFile() as later:
        beside = subprocess.Popen([*PYTEST, *second], stdout=later, stderr=subprocess.STDOUT)
        try:
            status = subprocess.call([*PYTEST, *first])
            status = beside.wait() or status
        finally:
            beside.terminate()
            beside.wait()
        later.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(later.read())
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
