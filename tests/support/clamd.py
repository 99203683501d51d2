"""A virus scanner for tests: this machine's clamd with a signature of its own, else a stand-in that speaks as it does.

The signature is that of EICAR's test file, which does no harm and which every scanner knows. It stands here in two
pieces, so that no scanner takes these tests for it.
"""

from __future__ import annotations

import shutil
import signal
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mpp.files.scanner import Clamd, ScannerAway
from mpp.operations.embedded_postgres import child
from tests.support.wait import until

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def program() -> str | None:
    """clamd on this machine."""
    return shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a scanner that knows EICAR and nothing else; `folder` holds its files."""
    with _clamd(folder) if program() else _stand_in(folder) as address:
        yield address


@contextmanager
def _clamd(folder: Path) -> Iterator[str]:
    (folder / "signatures").mkdir()
    (folder / "signatures" / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    at = folder / "clamd.sock"
    settings = {"DatabaseDirectory": folder / "signatures", "LocalSocket": at, "Foreground": "yes", "MaxThreads": 2}
    (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with (folder / "clamd.log").open("wb") as log:
        process = child.spawn([program() or "", "-c", folder / "clamd.conf"], output=log)
        try:
            until(lambda: process.poll() is not None or _answers(at), what=f"clamd ({folder / 'clamd.log'})")
            assert process.poll() is None, (folder / "clamd.log").read_text()
            yield f"unix://{at}"
        finally:
            child.stop(process, [(signal.SIGTERM, 10.0)])


def _answers(at: Path) -> bool:
    try:
        return Clamd(f"unix://{at}").finds([b"nothing"]) is False
    except ScannerAway:
        return False


class _Asked(socketserver.BaseRequestHandler):
    """INSTREAM: pieces with their length in front, a length of 0 at the end."""

    def handle(self) -> None:
        assert self._take(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self._take(4), "big"):
            content += self._take(length)
        self.request.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")

    def _take(self, length: int) -> bytes:
        taken = b""
        while len(taken) < length and (more := self.request.recv(length - len(taken))):
            taken += more
        return taken


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@contextmanager
def _stand_in(folder: Path) -> Iterator[str]:
    with _Server(str(folder / "clamd.sock"), _Asked) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"unix://{folder / 'clamd.sock'}"
        server.shutdown()


def version() -> str:
    """What scans, for the header of a run."""
    found = program()
    if found is None:
        return "a stand-in (no clamd)"
    return subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
