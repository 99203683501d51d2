"""`mpp serve` in a process that dies at a named place, as soon as a test has asked for it: `dying FOLDER serve NAME`.

The order is a file in FOLDER: the name of the place, and what happens there: `kill` (SIGKILL), `stop` (SIGSTOP), or
`printer` (the processes that print and sign are killed). It is carried out once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

MAKING, ONCE, ENDING = "services.gateway.papers.making", "mpp.cases.recording.once", "mpp.cases.papers.ending"
# By service: where, before the call or after it, and with which first argument.
PLACES: Mapping[str, Mapping[str, tuple[str, str, str | None]]] = {
    "gateway": {
        "the first step was answered": (f"{MAKING}:PaperMaker.make", "before", None),
        "it is being printed": ("mpp.papers.worker.process:receive", "before", None),
        "it is signed": ("services.gateway.uploads.keeping:Keeper.keep_made", "before", None),
        "its file is kept": (f"{MAKING}:PaperMaker.kept", "before", None),
        "its service was told": (f"{MAKING}:PaperMaker.kept", "after", None),
    },
    "permits": {
        "the first step is not stored": (f"{ONCE}:reach", "before", "command.before_commit"),
        "the first step is stored": (f"{ONCE}:reach", "before", "command.after_commit"),
        "the second step is not stored": (f"{ENDING}:reach", "before", "command.before_commit"),
        "the second step is stored": (f"{ENDING}:reach", "before", "command.after_commit"),
    },
}
_ORDER = "order"


def order(folder: Path, place: str, what: str = "kill") -> None:
    """Let the process that comes by this place next do this there."""
    draft = folder / "order.new"
    draft.write_text(f"{place}\n{what}")
    draft.replace(folder / _ORDER)


def carried_out(folder: Path) -> bool:
    """Whether somebody has come by."""
    return not (folder / _ORDER).exists()


def printers_of(pid: int) -> list[int]:
    """The processes with which this one prints and signs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"mpp.papers.worker.program" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def _come_by(folder: Path, place: str) -> None:
    try:
        at, what = (folder / _ORDER).read_text().split("\n")
        if at != place:
            return
        (folder / _ORDER).unlink()
    except FileNotFoundError:  # nothing was asked for, or another was quicker
        return
    if what == "printer":
        for pid in printers_of(os.getpid()):
            os.kill(pid, signal.SIGKILL)
    else:
        os.kill(os.getpid(), signal.SIGKILL if what == "kill" else signal.SIGSTOP)


def _watched(folder: Path, place: str, function: Callable[..., Any], when: str, first: str | None) -> Any:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        here = first is None or args[:1] == (first,)
        if here and when == "before":
            _come_by(folder, place)
        found = function(*args, **kwargs)
        if here and when == "after":
            _come_by(folder, place)
        return found

    return call


def _watch(folder: Path, service: str) -> None:
    for place, (target, when, first) in PLACES.get(service, {}).items():
        module, _, path = target.partition(":")
        *owners, name = path.split(".")
        owner: Any = import_module(module)
        for each in owners:
            owner = getattr(owner, each)
        setattr(owner, name, _watched(folder, place, getattr(owner, name), when, first))


def _impatient() -> None:
    """Whoever looks for papers that were left behind does so every second, and not every minute, and a job whose
    process has died is another's soon after."""
    import mpp.jobs.runner as runner
    import services.gateway.papers.later as later
    import services.gateway.service as service

    runner.RECORDING = 2.0
    service.HOUSEKEEPING_SECONDS = 1
    service.MAKE = replace(service.MAKE, seconds=8.0)
    later._OWN_TIME = 2.0


def main() -> None:
    """Serve."""
    folder, service = Path(sys.argv.pop(1)), sys.argv[2]
    from mpp.operations import cli
    from mpp.operations.running import process

    process.go_green()
    _watch(folder, service)
    if service == "gateway":
        _impatient()
    cli.main()


if __name__ == "__main__":
    main()
