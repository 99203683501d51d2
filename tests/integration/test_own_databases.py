"""An account of the mall has its own database and no other, and what it gives itself does not last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from mpp.hosting.definition import definitions
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from mpp.persistence.servers import roles
from tests.support.mall import data_folder

SERVICE = "permits"
PACKAGES = definitions()[SERVICE].migrations or ()


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server that nobody else uses."""
    with data_folder() as folder, EmbeddedPostgres(Path(folder), durable=False) as started:
        roles.prepare(started.url(), started.url(SERVICE, SERVICE), SERVICE, PACKAGES)
        yield started


def run(url: str, statement: str) -> object:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as session:
            found = session.execute(text(statement))
            return found.scalar() if found.returns_rows else None
    finally:
        engine.dispose()


def refused(url: str) -> bool:
    try:
        run(url, "SELECT 1")
    except DBAPIError as error:
        return "permission denied for database" in str(error.orig)
    return False


def test_it_does_not_get_into_the_databases_that_every_server_has(server: EmbeddedPostgres) -> None:
    assert roles.shut_others(server.url(), [server.url(SERVICE)])
    assert refused(server.url("postgres", SERVICE))
    assert refused(server.url("template1", SERVICE))
    assert run(server.url(SERVICE, SERVICE), "SELECT 1") == 1
    assert run(server.url(), "SELECT 1") == 1, "the administrator goes on"


def test_where_others_have_databases_their_doors_stay_as_they_are(server: EmbeddedPostgres) -> None:
    run(server.url(), "GRANT CONNECT ON DATABASE postgres TO PUBLIC")
    run(server.url(), "CREATE DATABASE somebody_elses")
    try:
        assert not roles.shut_others(server.url(), [server.url(SERVICE)])
        assert not refused(server.url("postgres", SERVICE))
    finally:
        run(server.url(), "DROP DATABASE somebody_elses")


def test_what_it_gave_itself_ends_with_the_next_prepare(server: EmbeddedPostgres) -> None:
    mine = server.url(SERVICE, SERVICE)
    run(mine, f"ALTER ROLE {SERVICE} IN DATABASE {SERVICE} SET statement_timeout = 9999")
    run(mine, f"ALTER ROLE {SERVICE} SET default_transaction_read_only = on")
    roles.prepare(server.url(), mine, SERVICE, PACKAGES)
    assert run(mine, "SHOW default_transaction_read_only") == "off"
    assert run(mine, "SHOW statement_timeout") == "0"
    assert run(mine, "SHOW log_min_messages") == "log", "what the mall gave it stays"


@pytest.mark.parametrize("attribute", ["SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"])
def test_it_cannot_give_itself_more_rights(server: EmbeddedPostgres, attribute: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        run(server.url(SERVICE, SERVICE), f"ALTER ROLE {SERVICE} {attribute}")
