"""Idempotency keys: a command repeated with its key has happened once (guarantee 1).

The key's row is written first in the command's own transaction, so a concurrent twin waits on it; a refused
command rolls its key back and may be sent again, corrected, under the same key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from mpp.casework.refusals import Refused
from mpp.json_values import Json, JsonObject
from mpp.persistence import pipelined
from mpp.persistence.tables import idempotency as keys
from mpp.persistence.values import SqlValue, SqlValues

_LOCK_NOT_AVAILABLE = "55P03"
_KEY = ("actor", "method", "path", "key")
_CLAIM = insert(keys).on_conflict_do_nothing().returning(keys.c.key)
_STORE = update(keys).where(*(keys.c[name] == bindparam(f"of_{name}") for name in _KEY))


@dataclass(frozen=True)
class Scope:
    """Whose key it is: the same text from another actor, or for another path, is another key."""

    actor: str
    method: str
    path: str
    key: str


@dataclass(frozen=True)
class Stored:
    """The first answer: HTTP status and the response as it was returned."""

    status: int
    response: JsonObject


def request_hash(body: Json) -> str:
    """A digest of the request body that does not depend on the order of its keys."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def claim(tx: Connection, scope: Scope, digest: str, now: datetime) -> Stored | None:
    """None when the key is new and now ours; the first answer when the same command was done before.

    Raises Refused 422 `idempotency_key_reused` for another body, and 409 `request_in_progress` when a twin holds
    the key until our deadline.
    """
    row: SqlValues = {
        "actor": scope.actor,
        "method": scope.method,
        "path": scope.path,
        "key": scope.key,
        "request_hash": digest,
        "created_at": now,
    }
    try:
        won = pipelined.now(tx, _CLAIM, row).first() is not None
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) == _LOCK_NOT_AVAILABLE:
            raise Refused(409, "request_in_progress") from error
        raise
    if won:
        return None
    found = tx.execute(select(keys.c.request_hash, keys.c.status, keys.c.response).where(*_is(scope))).one()
    if found.request_hash != digest:
        raise Refused(422, "idempotency_key_reused")
    return Stored(found.status, found.response)


def once(
    tx: Connection, scope: Scope, digest: str, status: int, now: datetime, do: Callable[[], JsonObject]
) -> tuple[JsonObject, bool]:
    """What `do` answers, kept under the key; or the first answer, where the command was done before: then True.

    Raises what `claim` does, and whatever `do` does; the caller's transaction then takes the key back.
    """
    found = claim(tx, scope, digest, now)
    if found is not None:
        return found.response, True
    response = do()
    store(tx, scope, status, response)
    return response, False


def known(tx: Connection, scope: Scope) -> bool:
    """Whether a command was done under this key; waits for nobody."""
    return tx.execute(select(keys.c.key).where(*_is(scope))).first() is not None


def store(tx: Connection, scope: Scope, status: int, response: JsonObject) -> None:
    """Keep the answer for whoever repeats the command."""
    place: dict[str, SqlValue] = {f"of_{name}": getattr(scope, name) for name in _KEY}
    pipelined.later(tx, _STORE, {"status": status, "response": response, **place})


def _is(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        keys.c.actor == scope.actor,
        keys.c.method == scope.method,
        keys.c.path == scope.path,
        keys.c.key == scope.key,
    )
