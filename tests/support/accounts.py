"""Accounts of the gateway for tests that sign their own tokens: without an account a token is refused."""

from __future__ import annotations

from mpp.casework.access.actors import Actor
from mpp.clock import SystemClock
from mpp.persistence.database import Database
from services.gateway.accounts import queries

NO_PASSWORD = "no password fits this"  # noqa: S105


def ensure(database: Database, actor: Actor) -> Actor:
    """The actor, who has an account from now on; one that exists stays as it is."""
    with database.transaction() as tx:
        queries.add(tx, actor.id, NO_PASSWORD, actor.assignments, SystemClock().now())
    return actor
