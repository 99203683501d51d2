"""Several pytest processes share the files of the suite: each takes the next ones when it is done (`tests/run.py`).

A process collects a file only when it takes it. Files that use one mall are taken together. `MPP_TEST_SHARE` names the
folder that the processes share.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import pytest

_FILES, _TAKEN = "files", "taken"


def write_share(folder: Path, parts: list[list[Path]]) -> None:
    """What there is to do, part by part, the long ones first."""
    (folder / _FILES).write_text(json.dumps([[str(file) for file in part] for part in parts]))


class Later(pytest.Module):
    """A file whose tests are collected when it is taken, not before."""

    taken = False

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        return super().collect() if self.taken else []


class Share:
    """This process's hand in the common list."""

    def __init__(self, folder: Path) -> None:
        self._parts = [[Path(name) for name in part] for part in json.loads((folder / _FILES).read_text())]
        self._taken = folder / _TAKEN
        self._modules: dict[Path, Later] = {}

    def _take(self) -> Iterator[Path]:
        """The files that nobody else has taken, each taken when it is asked for."""
        while True:
            with self._taken.open("ab") as taken:
                fcntl.flock(taken, fcntl.LOCK_EX)
                number = taken.tell()
                taken.write(b".")
            if number >= len(self._parts):
                return
            yield from self._parts[number]

    # ------------------------------------------------------------- what pytest asks

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """A quiet pytest tells results only; who reads along wants to know of which file."""
        session.config.pluginmanager.get_plugin("terminalreporter").showfspath = True

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> Later:
        """Every file is known from the beginning, and not looked into."""
        self._modules[module_path] = Later.from_parent(parent, path=module_path)
        return self._modules[module_path]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run what this process takes. A module's fixtures end when the next file begins."""
        for item, following in pairwise(chain(self._items(session), [None])):
            assert item is not None
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
        return True

    def _items(self, session: pytest.Session) -> Iterator[pytest.Item]:
        for path in self._take():
            module = self._modules[path]
            module.taken = True
            items = list(session.genitems(module))
            session.config.hook.pytest_collection_modifyitems(session=session, config=session.config, items=items)
            session.testscollected += len(items)
            yield from items


def share() -> Share | None:
    """Where `tests/run.py` has started this process."""
    folder = os.environ.get("MPP_TEST_SHARE")
    return Share(Path(folder)) if folder else None
