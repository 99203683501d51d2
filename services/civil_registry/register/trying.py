"""What the register would show after something has happened; nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, text

Seen = TypeVar("Seen")


def after(tx: Connection, do: Callable[[], object], look: Callable[[], Seen]) -> Seen:
    """What `look` sees when `do` has been done, inside a savepoint that is taken back. Raises what `do` refuses."""
    tried = tx.begin_nested()
    try:
        do()
        return look()
    finally:
        tx.execute(text("SELECT 1"))  # what waits to be sent is sent before it is taken back
        tried.rollback()
