"""What a service does to its database when that was brought back from a backup, before anybody uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mpp.persistence.restores import Restored

if TYPE_CHECKING:
    from sqlalchemy import Connection


class AfterRestore(Protocol):
    """Goes on from what was brought back (`ServiceDefinition.restored`), in the transaction that puts it on record."""

    def __call__(self, tx: Connection, restored: Restored, /) -> None: ...
