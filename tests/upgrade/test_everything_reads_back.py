"""What an earlier version stored means the same to this one, and would be stored by it in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import delete, select

from mpp.audit.checkpoints import Signer, Verifier
from mpp.audit.ledger import former_path, read_ledger
from mpp.cases.storage import case_rows
from mpp.cases.storage.tables import cases, tasks, timeline
from mpp.casework.codes.tracking import secret_of
from mpp.hosting.definition import definitions
from mpp.persistence.audit.check import check_service
from mpp.persistence.servers import roles
from mpp.persistence.tables import outbox
from tests.support.desks import PERSON_KEY, TRACKING_KEYS, Desks, fill, refusal
from tests.support.postgres import TestPostgres
from tests.support.schema import schema_of
from tests.upgrade.cases import CASE_SERVICES, every, rows_of
from tests.upgrade.dumps import AUDIT_KEY, DATA, commands


def test_replaying_each_timeline_rebuilds_the_row(kept: Desks) -> None:
    for stored in every(kept):
        assert stored.rebuilt == stored.case, stored.name


def test_every_change_would_be_stored_in_the_same_words(kept: Desks, postgres_server: TestPostgres) -> None:
    for stored in every(kept):
        before = _timeline(kept, stored.service, stored.case.id)
        with kept.databases[stored.service].transaction() as tx:
            tx.execute(delete(timeline).where(timeline.c.case_id == stored.case.id))
            for entry in stored.entries:
                case_rows._write_entry(tx, stored.case.id, entry)
        assert _timeline(kept, stored.service, stored.case.id) == before, stored.name


def test_every_row_would_be_stored_in_the_same_words(kept: Desks) -> None:
    rows = {row["id"]: row for service in CASE_SERVICES for row in rows_of(kept, service, cases)}
    task_rows = {row["id"]: row for service in CASE_SERVICES for row in rows_of(kept, service, tasks)}
    for stored in every(kept):
        written = case_rows._moving(stored.case)
        assert written == {name: rows[stored.case.id][name] for name in written}, stored.name
        for task in stored.case.tasks:
            written = {**case_rows._opened(task), **case_rows._moved(task)}
            assert written == {name: task_rows[task.id][name] for name in written}, stored.name


def test_every_case_can_be_shown_with_its_timeline(kept: Desks) -> None:
    for stored in every(kept):
        kept.staff["pengawas"] = ("inspektorat", "inspectorate")
        shown = kept.get("pengawas", {"collection": stored.desk.definition.collection, "id": stored.case.id})
        assert (shown["state"], shown["version"]) == (stored.case.state, stored.case.version), stored.name
        assert len(shown["timeline"]) == len(stored.entries), stored.name


@pytest.mark.parametrize("service", definitions())
def test_the_audit_trail_is_whole_and_agrees_with_its_signed_checkpoints(
    kept_urls: Mapping[str, str], service: str
) -> None:
    notes = list(read_ledger(former_path(DATA, service)))
    report = check_service(kept_urls[service], service, notes, Verifier(Signer(AUDIT_KEY).public))
    assert (report.count, report.findings, report.notices, report.unsealed) == (0, [], [], 0)
    assert report.signed
    assert report.checkpoint is not None
    assert report.sealed == report.entries == report.checkpoint.size > 0


def test_the_secrets_that_citizens_hold_open_their_cases(kept: Desks) -> None:
    found = list(every(kept))
    assert len(found) > 100
    for stored in found:
        case = {"collection": stored.desk.definition.collection, "id": stored.case.id}
        assert kept.get(None, case, secret=secret_of(stored.case.id, PERSON_KEY))["id"] == stored.case.id, stored.name
        foreign = secret_of(stored.case.id, TRACKING_KEYS[stored.service])
        assert refusal(lambda case=case, foreign=foreign: kept.get(None, case, secret=foreign)).status == 404


def test_a_command_repeated_after_the_upgrade_gets_its_first_answer(kept: Desks) -> None:
    for sent in commands():
        events = len(rows_of(kept, "permits", outbox))
        payload = {**sent["payload"], "token": kept.token(sent["account"])}
        answer = kept.answer(sent["collection"], sent["method"], payload)
        assert answer == {**sent["answer"], "replayed": True}
        assert len(rows_of(kept, "permits", outbox)) == events, "it was done once"


@pytest.mark.parametrize("service", definitions())
def test_an_upgraded_schema_is_that_of_a_new_mall(
    kept_urls: Mapping[str, str], service: str, make_database: Any
) -> None:
    fresh = make_database(f"service_{service}", fill(service))
    assert schema_of(kept_urls[service]) == schema_of(fresh)
    packages = definitions()[service].migrations
    assert roles.schema_version(kept_urls[service], packages) == roles.schema_version(fresh, packages)


def _timeline(kept: Desks, service: str, case_id: str) -> list[dict[str, Any]]:
    query = select(timeline).where(timeline.c.case_id == case_id).order_by(timeline.c.version)
    with kept.databases[service].transaction() as tx:
        return [dict(row._mapping) for row in tx.execute(query)]
