"""The service's own account writes and reads the trail, and changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from mpp.audit.checkpoints import Signer, Verifier
from mpp.audit.ledger import Ledger, ledger_path, read_ledger
from mpp.clock import FixedClock, new_id
from mpp.hosting.definition import definitions
from mpp.persistence.audit import trail
from mpp.persistence.audit.check import check_service
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database
from mpp.persistence.servers import roles
from tests.integration.audit.trail import CLERK, KEY, NOON
from tests.support.postgres import TestPostgres, role_password


@pytest.fixture
def runtime(postgres_server: TestPostgres) -> Iterator[Database]:
    """A database of the permit service as `mpp prepare` makes it, and the service's own account in it."""
    service, database = f"izin{os.getpid()}", f"izin_{os.getpid()}_{new_id()[-6:]}"
    url = make_url(postgres_server.base).set(username=service, database=database)
    url = url if url.query.get("host") else url.set(password=role_password(service))
    shown = url.render_as_string(hide_password=False)
    roles.prepare(postgres_server.base, shown, service, definitions()["permits"].migrations)
    opened = Database(shown, name="permits", pool_size=4)
    yield opened
    opened.dispose()
    postgres_server.drop(database)
    postgres_server.execute(f'DROP ROLE IF EXISTS "{service}"', f'DROP ROLE IF EXISTS "{service}_owner"')


def test_the_service_writes_seals_and_reads_with_its_own_account(runtime: Database, tmp_path: Path) -> None:
    ledger = Ledger(ledger_path(tmp_path, "permits"), "mpp/35.15/permits", Signer(KEY))
    with runtime.transaction() as tx:
        trail.record(tx, at=NOON, actor=CLERK, office=None, action="submit", case_id=new_id())
    assert Sealer(runtime, FixedClock(NOON), ledger.origin, ledger.append).run_once() == 1
    report = check_service(runtime.url, "permits", read_ledger(ledger.path), Verifier(Signer(KEY).public))
    assert (report.count, report.sealed) == (0, 1)


@pytest.mark.parametrize("table", ["audit", "audit_seals"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = 1", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} ADD COLUMN x int"],
)
def test_the_service_can_neither_change_nor_delete_what_is_written(
    runtime: Database, table: str, statement: str
) -> None:
    column = "seq" if table == "audit" else "floor"
    with pytest.raises(ProgrammingError) as refused, runtime.transaction() as tx:
        tx.execute(text(statement.format(table, column)))
    assert refused.value.orig.pgcode == "42501"  # insufficient privilege
