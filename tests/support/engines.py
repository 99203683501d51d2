"""Databases on engines that are kept from one test to the next.

What SQLAlchemy compiles and learns of a server stays with an engine, and to learn it anew was a tenth of a test of a
counter. Connections do not stay, nor does what a test listens for: each test has a `Database` of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from sqlalchemy import Engine

from mpp.persistence.database import Database

_MOST = 24  # a URL that is not lent again would keep its engine for nothing
_Key = tuple[str, str, int]
_free: OrderedDict[_Key, list[_Kept]] = OrderedDict()


@dataclass(frozen=True)
class _Kept:
    engine: Engine
    heard: int  # listeners for new connections: they belong to the pool, which all views of an engine share


class LentDatabase(Database):
    """A `Database` whose engine nobody else uses until its test gives it back."""

    def __init__(self, url: str, name: str, pool_size: int) -> None:
        super().__init__(url, name=name, pool_size=pool_size)
        self._key = (url, name, pool_size)
        waiting = _free.get(self._key)
        self._kept = waiting.pop() if waiting else _Kept(self.engine, _heard(self.engine))
        self._mine = True
        self.engine = self._kept.engine.execution_options()

    def give_back(self) -> None:
        """Close its connections; the next test may have the engine."""
        self.dispose()
        mine, self._mine = self._mine, False
        if not mine or _heard(self._kept.engine) != self._kept.heard:
            return
        _free.setdefault(self._key, []).append(self._kept)
        _free.move_to_end(self._key)
        while len(_free) > _MOST:
            _free.popitem(last=False)


def _heard(engine: Engine) -> int:
    return len(list(engine.pool.dispatch.connect))
