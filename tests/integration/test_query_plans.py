"""Lists stay fast: each is a range scan of the index that was made for it, whatever the size of the table.

The plan is what PostgreSQL says of the very statement that the mall sends, on a few thousand rows with fresh
statistics. Planning for few rows, it would take a table scan where no index fits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event, text

from mpp.identity import demo as people
from mpp.persistence.database import Database
from mpp.service import case_services
from services.permits.desk import PermitsDesk
from tests.support.desks import SIP_DATA, Desks, doctor, fill
from tests.support.postgres import TestPostgres

ROWS = 6000
SIGNER = "penandatangan.dpmptsp"
VERIFIER = "verifikator.dpmptsp"

# Copies of one case with its task and its permit, spread over villages, agencies, persons and days.
_COPIES = """
CREATE TEMPORARY TABLE made AS
    SELECT n, gen_random_uuid() AS a_case, gen_random_uuid() AS a_task, gen_random_uuid() AS a_permit,
           '35.15.' || lpad((n % 18 + 1)::text, 2, '0') || '.' || (2001 + n % 20) AS village
    FROM generate_series(1, :rows) AS n;
INSERT INTO cases SELECT new.* FROM made, (SELECT * FROM cases LIMIT 1) AS c,
    LATERAL jsonb_populate_record(NULL::cases, to_jsonb(c) || jsonb_build_object(
        'id', a_case, 'tracking_code', 'P' || lpad(n::text, 11, '0'), 'person', md5((n / 2)::text),
        'number', 'N/' || n, 'region', village, 'office_of_origin', village,
        'due_at', now() + n * interval '1 minute',
        'applicant', c.applicant || jsonb_build_object('name', 'Penduduk ' || n))) AS new;
INSERT INTO case_offices SELECT 'dpmptsp', a_case FROM made WHERE n % 3 = 0;
INSERT INTO case_offices SELECT village, a_case FROM made;
INSERT INTO tasks SELECT new.* FROM made, (SELECT * FROM tasks LIMIT 1) AS t,
    LATERAL jsonb_populate_record(NULL::tasks, to_jsonb(t) || jsonb_build_object(
        'id', a_task, 'case_id', a_case, 'office', CASE WHEN n % 3 = 0 THEN 'dpmptsp' ELSE village END,
        'role', CASE WHEN n % 2 = 0 THEN 'verifier' ELSE 'clerk' END, 'position', 1,
        'due_at', now() + n * interval '1 minute', 'outcome', CASE WHEN n % 4 = 0 THEN NULL ELSE 'done' END)) AS new;
INSERT INTO permits SELECT new.* FROM made, (SELECT * FROM permits LIMIT 1) AS p,
    LATERAL jsonb_populate_record(NULL::permits, to_jsonb(p) || jsonb_build_object(
        'id', a_permit, 'case_id', a_case, 'number', 'N/' || n, 'verification', 'P' || lpad(n::text, 15, '0'),
        'region', village, 'person', md5((n / 2)::text), 'holder_key', 'penduduk ' || n,
        'status', CASE WHEN n % 50 = 0 THEN 'suspended' WHEN n % 10 = 0 THEN 'revoked' ELSE 'valid' END,
        'look_at', CASE WHEN n % 10 = 0 AND n % 50 <> 0 THEN NULL ELSE current_date + n END,
        'valid_from', current_date, 'valid_until', current_date + n)) AS new;
DROP TABLE made
"""


@dataclass
class Plans:
    """Asks PostgreSQL how it does what a call of the mall asks of it."""

    desks: Desks
    sent: list[tuple[str, Any]] = field(default_factory=list)

    @contextmanager
    def listening(self, database: Database) -> Iterator[None]:
        def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            self.sent.append((statement, parameters))

        self.sent.clear()
        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    def of(self, call: Callable[[], Any], table: str) -> Scan:
        """How the statement of a list reads `table`: the one statement of the call that limits its rows."""
        database = self.desks.databases["permits"]
        with self.listening(database):
            call()
        (found,) = [each for each in self.sent if "LIMIT" in each[0] and f"FROM {table}" in each[0]]
        statement, parameters = found
        statement = statement.rpartition(";\n")[2]  # what rides in front of it are limits and writes
        raw = database.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("EXPLAIN (FORMAT JSON) " + statement, parameters)
            answer = cursor.fetchone()[0]
        finally:
            raw.close()
        plan = answer if isinstance(answer, list) else json.loads(answer)
        return Scan(plan[0]["Plan"])


class Scan:
    """A plan: what it reads by which index, and whether it sorts."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.nodes = list(self._walk(plan))
        self.indexes = {node["Index Name"] for node in self.nodes if "Index Name" in node}
        self.whole_tables = {node["Relation Name"] for node in self.nodes if node["Node Type"] == "Seq Scan"}
        self.sorts = any(node["Node Type"] == "Sort" for node in self.nodes)

    def _walk(self, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for inner in node.get("Plans", ()):
            yield from self._walk(inner)

    def __repr__(self) -> str:
        return json.dumps(self.plan, indent=1)


@pytest.fixture(scope="module")
def plans(postgres_server: TestPostgres) -> Iterator[Plans]:
    """The desks on databases with thousands of rows; nothing of it is changed by asking."""
    names = {
        d.name: postgres_server.create(postgres_server.template(f"service_{d.name}", fill(d.name)))
        for d in case_services().values()
    }
    desks = Desks({service: postgres_server.url(name) for service, name in names.items()})
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    case = desks.act(VERIFIER, case, "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    desks.act(SIGNER, case, "sign")
    with desks.databases["permits"].transaction() as tx:
        for statement in _COPIES.split(";"):
            tx.execute(text(statement), {"rows": ROWS} if ":rows" in statement else {})
        tx.execute(text("ANALYZE"))
    yield Plans(desks)
    desks.close()
    for name in names.values():
        postgres_server.drop(name)


def ask(plans: Plans, method: str, account: str = SIGNER, **payload: Any) -> dict[str, Any]:
    desk = plans.desks.desks["permits"]
    assert isinstance(desk, PermitsDesk)
    asked = plans.desks.payload(account, "POST", "", {}) | payload
    return dict(getattr(desk, method)(asked, plans.desks.call())["body"])


@pytest.mark.parametrize(
    ("params", "index"),
    [
        ({"number": "N/77"}, "permits_number_key"),
        ({"area": "35.15.14"}, "permits_area"),
        ({"area": "35.15.14.2013", "status": "valid"}, "permits_area"),
        ({"until_from": "2030-01-01", "until_to": "2030-02-01"}, "permits_until"),
        ({"status": "suspended"}, "permits_status"),
        ({}, "permits_pkey"),
    ],
)
def test_a_page_of_the_register_is_a_range_of_one_index(plans: Plans, params: Any, index: str) -> None:
    scan = plans.of(lambda: ask(plans, "list_permits", params=params), "permits")
    assert index in scan.indexes, scan
    assert scan.whole_tables == set(), scan


def test_the_second_page_begins_where_the_first_ended(plans: Plans) -> None:
    first = ask(plans, "list_permits", params={"area": "35.15.14", "limit": 10})
    params = {"area": "35.15.14", "limit": 10, "cursor": first["next"]}
    scan = plans.of(lambda: ask(plans, "list_permits", params=params), "permits")
    assert "permits_area" in scan.indexes, scan
    assert not scan.sorts, scan
    assert "Index Cond" in str(scan)


def test_a_village_reads_its_own_permits_only(plans: Plans) -> None:
    scan = plans.of(lambda: ask(plans, "list_permits", "petugas.sukodono"), "permits")
    assert "permits_area" in scan.indexes, scan
    assert scan.whole_tables == set(), scan


@pytest.mark.parametrize(
    ("body", "index"),
    [({"nik": people.resident(3).nik}, "permits_person"), ({"name": "penduduk 77"}, "permits_holder")],
)
def test_a_holder_is_found_by_an_index(plans: Plans, body: Any, index: str) -> None:
    scan = plans.of(lambda: ask(plans, "search_permits", body=body), "permits")
    assert index in scan.indexes, scan
    assert scan.whole_tables == set(), scan


@pytest.mark.parametrize(
    ("body", "index"), [({"nik": people.resident(3).nik}, "cases_person"), ({"name": "penduduk 77"}, "cases_applicant")]
)
def test_a_persons_cases_are_found_by_an_index(plans: Plans, body: Any, index: str) -> None:
    scan = plans.of(lambda: ask(plans, "search_cases", VERIFIER, body=body), "cases")
    assert index in scan.indexes, scan
    assert "cases" not in scan.whole_tables, scan


def test_the_worklist_is_a_range_of_its_index(plans: Plans) -> None:
    scan = plans.of(lambda: ask(plans, "worklist", VERIFIER, params={"limit": 20}), "tasks")
    assert "tasks_worklist" in scan.indexes, scan
    assert "tasks" not in scan.whole_tables, scan


def test_the_list_of_cases_reads_no_more_than_its_page_needs(plans: Plans) -> None:
    scan = plans.of(lambda: ask(plans, "list_cases", VERIFIER, params={"limit": 20}), "cases")
    assert "cases" not in scan.whole_tables, scan
    assert "cases_pkey" in scan.indexes, scan


def test_a_case_is_found_by_its_number(plans: Plans) -> None:
    scan = plans.of(lambda: ask(plans, "list_cases", VERIFIER, params={"q": "N/77"}), "cases")
    assert "cases_number" in scan.indexes, scan
    assert "cases" not in scan.whole_tables, scan


def test_the_timer_reads_only_what_is_due(plans: Plans) -> None:
    desk = plans.desks.desks["permits"]
    assert isinstance(desk, PermitsDesk)
    scan = plans.of(desk.register_timer.run_once, "permits")
    assert scan.indexes == {"permits_look_at"}, scan
