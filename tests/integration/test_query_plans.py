"""The register stays fast: each list is a range scan of the index that was made for it, whatever the size of the table.

The plan is what PostgreSQL says of the very statement that the mall sends, on a few thousand rows with fresh
statistics. Planning for few rows, it would take a table scan where no index fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text

from mpp.cases.prerequisites import copies
from mpp.casework.codes.tracking import new_code as new_tracking_code
from mpp.casework.codes.verification import new_code
from mpp.casework.refusals import Refused
from mpp.identity import demo as people
from mpp.web.schemas.pagination import encode_cursor
from services.permits.answers import PermitsInterface
from tests.support.desks import Desks
from tests.support.many_rows import desks_with_many_rows
from tests.support.plans import Scan, plan_of, plans_of
from tests.support.postgres import TestPostgres

SIGNER = "penandatangan.dpmptsp"
PAGE = 20
MOST = 4 * PAGE  # rows that a page may touch, whatever the size of the table


@pytest.fixture(scope="module")
def desks(postgres_server: TestPostgres) -> Iterator[Desks]:
    with desks_with_many_rows(postgres_server) as opened:
        yield opened


def ask(desks: Desks, method: str, account: str | None = SIGNER, **payload: Any) -> dict[str, Any]:
    return dict(desks.answer("permits", method, desks.payload(account, "POST", "", {}) | payload)["body"])


def page(desks: Desks, account: str = SIGNER, **params: Any) -> Scan:
    """How a page of the register is read."""
    params = {"limit": PAGE, **params}
    return plan_of(desks.databases["permits"], lambda: ask(desks, "list_permits", account, params=params), "permits")


def some_permit(desks: Desks) -> Any:
    """One from the middle."""
    with desks.databases["permits"].transaction() as tx:
        return tx.execute(text("SELECT * FROM permits ORDER BY region, id OFFSET 3000 LIMIT 1")).one()


@pytest.mark.parametrize(
    ("params", "index"),
    [
        ({"number": "N/77"}, "permits_number_key"),
        ({"area": "35.15.14"}, "permits_area"),
        ({"area": "35.15.14.2013", "status": "valid"}, "permits_status_area"),
        ({"until_from": "2027-01-01", "until_to": "2027-02-01"}, "permits_until"),
        ({"status": "suspended"}, "permits_status"),
        ({"status": "revoked"}, "permits_status"),
        ({"service": "PRZ-SIP-DR"}, "permits_service"),
        ({"service": "PRZ-SIP-DR", "status": "suspended"}, "permits_service_status"),
        ({"service": "PRZ-KRK", "until_from": "2027-01-01", "until_to": "2042-01-01"}, "permits_service_until"),
        ({"area": "35.15.14", "status": "suspended"}, "permits_status_area"),
        ({}, "permits_pkey"),
    ],
)
def test_a_page_of_the_register_is_a_range_of_one_index(desks: Desks, params: Any, index: str) -> None:
    scan = page(desks, **params)
    assert index in scan.indexes, scan
    assert scan.whole_tables == set(), scan
    assert scan.touched <= MOST, scan


@pytest.mark.parametrize(
    ("params", "place", "index"),
    [
        ({"area": "35.15"}, ("region", "id"), "permits_area"),
        ({"until_from": "2020-01-01"}, ("valid_until", "id"), "permits_until"),
        ({"service": "PRZ-SIP-DR"}, ("id",), "permits_service"),
        ({"status": "valid"}, ("id",), None),
        ({}, ("id",), "permits_pkey"),
    ],
)
def test_a_page_far_in_begins_where_the_one_before_ended(desks: Desks, params: Any, place: Any, index: Any) -> None:
    permit = some_permit(desks)
    scan = page(desks, **params, cursor=encode_cursor([str(getattr(permit, name)) for name in place]))
    assert index is None or index in scan.indexes, scan
    assert not scan.sorts, scan
    assert scan.touched <= MOST, scan


@pytest.mark.parametrize("params", [{"area": "35.15.14"}, {"service": "PRZ-SIP-DR"}, {"until_from": "2026-12-01"}, {}])
def test_pages_hold_every_permit_once(desks: Desks, params: Any) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        found = ask(desks, "list_permits", params={**params, "limit": 100, "cursor": cursor})
        seen += [item["id"] for item in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    with desks.databases["permits"].transaction() as tx:
        wanted = tx.execute(
            text("SELECT id::text FROM permits WHERE (region = :area OR region LIKE :area || '.%' OR :area IS NULL)"
                 " AND (service = :service OR :service IS NULL)"
                 " AND (valid_until >= CAST(:until_from AS date) OR :until_from IS NULL)"),
            {"area": None, "service": None, "until_from": None} | params,
        ).scalars()  # fmt: skip
        assert sorted(seen) == sorted(wanted)


def test_a_village_reads_its_own_permits_only(desks: Desks) -> None:
    scan = page(desks, "petugas.sukodono")
    assert "permits_area" in scan.indexes, scan
    assert scan.touched <= MOST, scan


@pytest.mark.parametrize(
    ("body", "index"),
    [
        ({"nik": people.resident(3).nik}, "permits_person"),
        ({"name": "penduduk 77"}, "permit_names_word"),  # begins with the rarer of the two words
        ({"name": "penduduk"}, "permit_names_word"),
    ],
)
def test_a_holder_is_found_by_an_index(desks: Desks, body: Any, index: str) -> None:
    scan = plan_of(desks.databases["permits"], lambda: ask(desks, "search_permits", body=body), "permits")
    assert index in scan.indexes, scan
    assert scan.whole_tables == set(), scan
    assert scan.touched <= MOST, scan


MANY_PAPERS = """
    INSERT INTO papers (id, case_id, action, kind, template, service, code, snapshot, facts, claims, adapter, office,
                        status, printed_later, prepared_at, attempts, sha256)
    SELECT gen_random_uuid(), (SELECT id FROM cases LIMIT 1), 'sign', 'permit', 'permit', 'PRZ-SIP-DR', 'X' || n, '{}',
           '{}', '{}', 'local', 'dpmptsp', CASE WHEN n % 4 = 0 THEN 'abandoned' ELSE 'issued' END, false, now(), 0,
           CASE WHEN n % 4 > 0 THEN repeat('0', 64) END
    FROM generate_series(1, 4000) AS n
"""


MANY_COPIES = """
    INSERT INTO known_papers (paper, issuer, service, tracking_code, number, code, holder, status, until, version)
    SELECT gen_random_uuid(), 'letters', 'SRT-SKTM', 'S' || lpad(n::text, 11, '0'), 'S/' || n,
           CASE WHEN n = 77 THEN :code ELSE 'S' || lpad(n::text, 15, '0') END, 'k' || n % 900,
           CASE WHEN n % 9 = 0 THEN 'expired' ELSE 'valid' END, DATE '2026-11-20' + n, 1
    FROM generate_series(1, 4000) AS n
"""


def test_a_paper_is_verified_by_an_index(desks: Desks) -> None:
    with desks.databases["permits"].transaction() as tx:
        tx.execute(text(MANY_PAPERS))
        tx.execute(text("ANALYZE papers"))
        code = tx.execute(text("SELECT verification FROM permits WHERE number LIKE '503/%'")).scalar_one()
    asked = {code: {"papers_code", "permits_verification_key"}}
    asked[new_code("P")] = {"papers_code", "papers_code_given_up", "permits_verification_key"}  # which nobody has
    for given, by_code in asked.items():
        scans = plans_of(desks.databases["permits"], lambda given=given: verify(desks, given))
        assert set().union(*(scan.indexes for scan in scans)) == by_code, scans
        assert all(scan.whole_tables == set() for scan in scans), scans


def test_a_copy_of_another_services_paper_is_found_by_an_index(desks: Desks) -> None:
    database = desks.databases["permits"]
    with database.transaction() as tx:
        tx.execute(text(MANY_COPIES), {"code": new_code("S")})
        tx.execute(text("ANALYZE known_papers"))
        (paper, code) = tx.execute(text("SELECT paper::text, code FROM known_papers WHERE number = 'S/77'")).one()
    today = date(2026, 11, 27)
    asked: dict[str, Callable[[Connection], Any]] = {
        "known_papers_tracking": lambda tx: copies.named(tx, new_tracking_code("S"), "SRT-SKTM"),
        "known_papers_number": lambda tx: copies.named(tx, "S/77"),
        "known_papers_code": lambda tx: copies.named(tx, code),
        "known_papers_pkey": lambda tx: copies.of_paper(tx, "SRT-SKTM", paper),
        "known_papers_until": lambda tx: copies.run_out(tx, today, PAGE),
    }
    for index, look in asked.items():

        def read(look: Callable[[Connection], Any] = look) -> None:
            with database.transaction() as tx:
                look(tx)

        (scan,) = plans_of(database, read)
        assert (scan.indexes, scan.whole_tables) == ({index}, set()), scan
        assert scan.touched <= PAGE, scan


def verify(desks: Desks, code: str) -> None:
    with suppress(Refused):
        ask(desks, "verify", None, params={"code": code})


def test_a_permit_is_read_by_its_keys(desks: Desks) -> None:
    permit = str(some_permit(desks).id)
    scans = plans_of(desks.databases["permits"], lambda: ask(desks, "get_permit", params={"id": permit}))
    # what is being signed is few, and an index has only that
    being_corrected = {"papers_awaiting", "papers_claims"}
    read = set().union(*(scan.indexes for scan in scans)) - being_corrected
    assert read == {"permits_pkey", "permit_history_pkey"}
    assert all(scan.whole_tables == set() for scan in scans)


def test_the_timer_reads_only_what_is_due(desks: Desks) -> None:
    desk = desks.desks["permits"]
    assert isinstance(desk, PermitsInterface)
    scan = plan_of(desks.databases["permits"], desk.register_timer.run_once, "permits")
    assert scan.indexes == {"permits_look_at"}, scan
