"""Lists, searches and single reads of cases stay fast in every service: what they touch does not grow with the table.

See `test_query_plans`, which says the same of the register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from mpp.cases.reading import worklist
from mpp.hosting.definition import case_services
from mpp.identity import demo as people
from mpp.persistence.database import Database
from mpp.web.schemas.pagination import encode_cursor
from tests.support.desks import Desks
from tests.support.many_rows import OFFICE, desks_with_many_rows
from tests.support.plans import Scan, plan_of, plans_of
from tests.support.postgres import TestPostgres

PAGE = 20
EACH = 4  # rows that a task of the own desk may cost: itself, its case, the last step of that
MOST = 8 * PAGE  # rows that a page may touch, whatever the size of the table: offices, cases and tasks
CLERKS = {"permits": "verifikator.dpmptsp", "registrations": "verifikator.dukcapil", "complaints": "admin.pengaduan"}
COLLECTIONS = pytest.mark.parametrize("collection", list(CLERKS))


@pytest.fixture(scope="module")
def desks(postgres_server: TestPostgres) -> Iterator[Desks]:
    with desks_with_many_rows(postgres_server) as opened:
        yield opened


def database(desks: Desks, collection: str) -> Database:
    return desks.databases[case_services()[collection].name]


def asking(desks: Desks, collection: str, method: str, account: str | None = None, **payload: Any) -> Callable[[], Any]:
    """A call of the clerk who checks cases of this collection, or of another account."""
    request = desks.payload(account or CLERKS[collection], "POST", "", {}) | payload
    return lambda: desks.answer(collection, method, request)["body"]


def read_of(desks: Desks, collection: str, table: str, method: str, account: str | None = None, **payload: Any) -> Scan:
    """How a page is read."""
    return plan_of(database(desks, collection), asking(desks, collection, method, account, **payload), table)


def some(desks: Desks, collection: str, sql: str) -> Any:
    with database(desks, collection).transaction() as tx:
        return tx.execute(text(sql), {"office": OFFICE[collection]} if ":office" in sql else {}).one()


@COLLECTIONS
def test_a_worklist_is_a_range_of_its_index(desks: Desks, collection: str) -> None:
    scan = read_of(desks, collection, "tasks", "worklist", params={"limit": PAGE})
    assert "tasks_worklist" in scan.indexes, scan
    assert scan.touched <= MOST, scan


@COLLECTIONS
def test_a_worklist_far_in_begins_where_the_page_before_ended(desks: Desks, collection: str) -> None:
    due, task = some(
        desks, collection,
        "SELECT due_at, id::text FROM tasks WHERE outcome IS NULL AND office = :office AND role = 'verifier'"
        " AND due_at > now() ORDER BY due_at OFFSET 200 LIMIT 1",
    )  # fmt: skip
    params = {"limit": PAGE, "after": [due.isoformat(), task]}
    scan = read_of(desks, collection, "tasks", "worklist", params=params)
    assert "tasks_worklist" in scan.indexes, scan
    assert scan.touched <= MOST, scan


@COLLECTIONS
@pytest.mark.parametrize("sort", ["filed", "changed"])
def test_a_worklist_in_another_order_reads_what_waits_at_the_desk_and_nothing_that_was_done(
    desks: Desks, collection: str, sort: str
) -> None:
    scan = read_of(desks, collection, "tasks", "worklist", params={"limit": PAGE, "sort": sort})
    assert "tasks_worklist" in scan.indexes, scan
    assert scan.touched <= EACH * waiting(desks, collection) + MOST, scan


@COLLECTIONS
def test_counting_a_worklist_reads_what_waits_at_the_desk_and_nothing_that_was_done(
    desks: Desks, collection: str
) -> None:
    scan = read_of(desks, collection, "tasks", "worklist_counts")
    assert "tasks_worklist" in scan.indexes, scan
    assert scan.touched <= EACH * waiting(desks, collection), scan


@COLLECTIONS
def test_counting_a_worklist_ends_at_its_bound(desks: Desks, collection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert waiting(desks, collection) > 2 * PAGE
    monkeypatch.setattr(worklist, "MOST_COUNTED", PAGE)
    assert asking(desks, collection, "worklist_counts")()["complete"] is False
    assert read_of(desks, collection, "tasks", "worklist_counts").touched <= MOST


@COLLECTIONS
def test_a_worklist_of_some_days_is_a_range_of_its_index(desks: Desks, collection: str) -> None:
    (day,) = some(desks, collection, "SELECT (max(due_at) AT TIME ZONE 'Asia/Jakarta')::date::text FROM tasks")
    params = {"limit": PAGE, "due_from": day}
    scan = read_of(desks, collection, "tasks", "worklist", params=params)
    assert "tasks_worklist" in scan.indexes, scan
    assert scan.touched <= MOST, scan


SUPERVISORS = {"permits": "penyelia.dpmptsp", "registrations": "penyelia.dukcapil", "complaints": "penyelia.pengaduan"}


@pytest.fixture
def supervisor(desks: Desks) -> None:
    """Who supervises the office whose desk is full."""
    desks.staff |= {account: (OFFICE[name], "supervisor") for name, account in SUPERVISORS.items()}


@COLLECTIONS
@pytest.mark.parametrize("more", [{}, {"overdue": True}, {"free": True}, {"holder": "x"}, {"sort": "changed"}])
@pytest.mark.usefixtures("supervisor")
def test_what_waits_at_the_offices_below_is_read_and_nothing_that_was_done(
    desks: Desks, collection: str, more: Any
) -> None:
    params = {"limit": PAGE, "below": True, **more}
    scan = read_of(desks, collection, "tasks", "worklist", SUPERVISORS[collection], params=params)
    assert "tasks_worklist" in scan.indexes, scan
    assert scan.touched <= EACH * waiting_anywhere(desks, collection) + MOST, scan


@COLLECTIONS
@pytest.mark.usefixtures("supervisor")
def test_counting_what_waits_at_the_offices_below_reads_nothing_that_was_done(desks: Desks, collection: str) -> None:
    scan = read_of(desks, collection, "tasks", "worklist_counts", SUPERVISORS[collection], params={"below": True})
    assert "tasks_worklist" in scan.indexes, scan
    assert scan.touched <= EACH * waiting_anywhere(desks, collection), scan


def waiting_anywhere(desks: Desks, collection: str) -> int:
    """How many open tasks the office has, at all desks."""
    (found,) = some(desks, collection, "SELECT count(*) FROM tasks WHERE outcome IS NULL AND office = :office")
    return int(found)


def waiting(desks: Desks, collection: str) -> int:
    """How many open tasks the desk of the clerk has."""
    (found,) = some(
        desks, collection,
        "SELECT count(*) FROM tasks WHERE outcome IS NULL AND office = :office AND role = 'verifier'",
    )  # fmt: skip
    return int(found)


@COLLECTIONS
@pytest.mark.parametrize("far_in", [False, True])
def test_a_list_of_cases_reads_no_more_than_its_page_needs(desks: Desks, collection: str, far_in: bool) -> None:
    (middle,) = some(desks, collection, "SELECT id::text FROM cases ORDER BY id OFFSET 3000 LIMIT 1")
    params = {"limit": PAGE, "cursor": encode_cursor([middle]) if far_in else None}
    scan = read_of(desks, collection, "cases", "list_cases", params=params)
    assert scan.whole_tables == set(), scan
    assert scan.touched <= MOST, scan


@COLLECTIONS
def test_pages_of_a_list_hold_every_case_once(desks: Desks, collection: str) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 100, "cursor": cursor}
        found = asking(desks, collection, "list_cases", params=params)()
        seen += [item["id"] for item in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    with database(desks, collection).transaction() as tx:
        mine = tx.execute(
            text("SELECT DISTINCT case_id FROM case_offices WHERE office = :office ORDER BY case_id DESC"),
            {"office": OFFICE[collection]},
        ).scalars()
        assert seen == [str(each) for each in mine]


@COLLECTIONS
def test_a_case_is_found_by_its_number(desks: Desks, collection: str) -> None:
    scan = read_of(desks, collection, "cases", "list_cases", params={"q": "N/77", "limit": PAGE})
    assert {"numbers_number_key", "cases_pkey"} <= scan.indexes, scan
    assert scan.whole_tables == set(), scan
    assert scan.touched <= MOST, scan


@COLLECTIONS
def test_a_case_is_found_by_its_tracking_code(desks: Desks, collection: str) -> None:
    code, _ = real(desks, collection)
    scan = read_of(desks, collection, "cases", "list_cases", params={"q": code, "limit": PAGE})
    assert "cases_tracking_code_key" in scan.indexes, scan
    assert scan.touched <= MOST, scan


def real(desks: Desks, collection: str) -> tuple[str, str]:
    """Tracking code and id of the case that the others are copies of."""
    code, id_ = some(
        desks, collection, "SELECT tracking_code, id::text FROM cases WHERE tracking_code !~ '^P0000' LIMIT 1"
    )
    return code, id_


@COLLECTIONS
def test_a_case_is_tracked_by_its_code(desks: Desks, collection: str) -> None:
    call = asking(desks, collection, "track", params={"tracking_code": real(desks, collection)[0]})
    scans = plans_of(database(desks, collection), call)
    used = set().union(*(scan.indexes for scan in scans))
    assert used >= {"cases_tracking_code_key", "tasks_case_id_position_key"}, scans
    assert all(scan.whole_tables == set() and scan.touched <= MOST for scan in scans), scans


@COLLECTIONS
def test_a_case_is_read_by_its_keys(desks: Desks, collection: str) -> None:
    call = asking(desks, collection, "get_case", params={"id": real(desks, collection)[1]})
    scans = plans_of(database(desks, collection), call)
    used = set().union(*(scan.indexes for scan in scans))
    assert used >= {"cases_pkey", "tasks_case_id_position_key", "timeline_pkey"}, scans
    assert all(scan.whole_tables == set() and scan.touched <= MOST for scan in scans), scans


@COLLECTIONS
@pytest.mark.parametrize(
    ("body", "index"),
    [
        ({"nik": people.resident(3).nik}, "cases_person"),
        ({"name": "penduduk 77"}, "case_names_word"),  # begins with the rarer of the two words
        ({"name": "penduduk"}, "case_names_word"),
    ],
)
def test_a_persons_cases_are_found_by_an_index(desks: Desks, collection: str, body: Any, index: str) -> None:
    scan = read_of(desks, collection, "cases", "search_cases", body=body)
    assert index in scan.indexes, scan
    assert "cases" not in scan.whole_tables, scan


@COLLECTIONS
def test_the_timer_finds_windows_that_wait_to_be_told_by_an_index(desks: Desks, collection: str) -> None:
    scan = plan_of(database(desks, collection), lambda: list(desks.desks[collection].timer._told()), "tasks")
    assert scan.indexes == {"tasks_untold"}, scan
    assert scan.touched <= MOST, scan
