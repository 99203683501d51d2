"""Seeded cases are what the service itself would have written, and so is the register that they fill."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from mpp.casework.codes import tracking, verification
from mpp.operations.settings import paper_key_name
from mpp.persistence.audit.check import check_service
from mpp.persistence.database import Database
from services.permits.domain.permit import IN_FORCE
from tests.support.desks import PAPER_KEYS, PERSON_KEY, SIP_DATA, TRACKING_KEYS, Desks, doctor, fill
from tests.support.mall import clean_environment

COUNT = 250
ROOT = Path(__file__).parents[3]
_COMMAND = "from tests.load.seeding import multiply as seeding; from tests.load.seeding.command import main; {}; main()"
_BY_THE_WAY_OF_A_MILLION = "seeding.MANY = 10"
_DIES = """
def die(chunks, real=seeding._chunks):
    for n, chunk in enumerate(real(*chunks)):
        if n == 5: raise RuntimeError("the disk is full")
        yield chunk
seeding.MANY = seeding.FEWEST = 10; seeding._chunks = lambda *given: die(given)
"""


def seed(url: str, service: str, first: str = "pass", **more: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator gives it: COPY does not work among greenlets."""
    told = {f"{service.upper()}_DATABASE_URL": url, "MPP_PERSON_KEY": PERSON_KEY.hex(), **more}
    told |= {f"{name.upper()}_TRACKING_KEY": key.hex() for name, key in TRACKING_KEYS.items()}
    told |= {paper_key_name(name): key.hex() for name, key in PAPER_KEYS.items()}
    code = _COMMAND.format(f"exec({first!r})")
    command = [sys.executable, "-W", "ignore", "-c", code, service, "--count", str(COUNT)]
    environment = clean_environment(**told)
    return subprocess.run(command, env=environment, cwd=ROOT, check=False, capture_output=True, text=True)


def indexes(database: Database) -> set[str]:
    with database.transaction() as tx:
        found = tx.execute(text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")).scalars()
        return set(found) | set(
            tx.execute(
                text("SELECT conrelid::regclass::text || pg_get_constraintdef(oid) FROM pg_constraint")
            ).scalars()
        )


def numbers_of(database: Database) -> dict[tuple[str, str, int], list[int]]:
    """The places that were given out of each book, and whether the book knows of them all."""
    found: dict[tuple[str, str, int], list[int]] = {}
    with database.transaction() as tx:
        for row in tx.execute(text("SELECT office, series, year, seq FROM numbers ORDER BY seq")):
            found.setdefault((row.office, row.series, row.year), []).append(row.seq)
        books = tx.execute(text("SELECT office, series, year, last FROM number_series"))
        assert {(b.office, b.series, b.year): b.last for b in books} == {
            book: len(seqs) for book, seqs in found.items()
        }
    return found


def _seeded(url: str) -> None:
    fill("permits")(url)
    done = seed(url, "permits", _BY_THE_WAY_OF_A_MILLION, MPP_DEMO="1")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def register(make_database: Callable[..., str], desks: Desks) -> Iterator[Desks]:
    """The desks over a seeded register."""
    url = make_database("seeded_permits", _seeded)
    urls = {name: database.url for name, database in desks.databases.items()} | {"permits": url}
    seeded = Desks(urls)
    yield seeded
    seeded.close()


def test_demo_cases_are_not_mixed_with_real_ones_by_accident(desks: Desks) -> None:
    refused = seed(desks.databases["complaints"].url, "complaints")
    assert refused.returncode == 1
    assert "MPP_DEMO=1" in refused.stderr


def test_seeded_complaints_are_whole(desks: Desks) -> None:
    database = desks.databases["complaints"]
    done = seed(database.url, "complaints", MPP_DEMO="1")
    assert done.returncode == 0, done.stderr
    with database.transaction() as tx:
        rows = tx.execute(text("SELECT id::text, tracking_code, version, state FROM cases")).all()
        steps = Counter(tx.execute(text("SELECT case_id::text FROM timeline")).scalars())
        trail = Counter(tx.execute(text("SELECT case_id::text FROM audit")).scalars())
        waiting = tx.execute(text("SELECT count(*) FROM outbox WHERE published_at IS NULL")).scalar_one()
        ended = tx.execute(
            text("SELECT count(*) FROM cases c JOIN tasks t ON t.case_id = c.id WHERE c.state = 'closed'"
                 " AND t.outcome IS NULL")
        ).scalar_one()  # fmt: skip
    assert len({row.id for row in rows}) == len({row.tracking_code for row in rows}) == COUNT
    assert all(tracking.normalise(row.tracking_code) == row.tracking_code for row in rows)
    assert {row.id: row.version for row in rows} == dict(steps) == dict(trail)
    assert len({row.state for row in rows}) > 2
    assert (waiting, ended) == (0, 0)
    assert check_service(database.url, "complaints", [], None).findings == []
    case = desks.ask("admin.pengaduan", "complaints", "get_case", id=rows[-1].id)
    assert case["version"] == len(case["timeline"])


def test_seeding_leaves_every_index_as_it_was(desks: Desks, register: Desks) -> None:
    assert indexes(register.databases["permits"]) == indexes(desks.databases["permits"])


def test_a_seeded_register_is_whole(register: Desks) -> None:
    database = register.databases["permits"]
    with database.transaction() as tx:
        cases = tx.execute(text("SELECT id::text, number, version FROM cases")).all()
        permits = tx.execute(text("SELECT *, look_at <= current_date AS late FROM permits")).all()
        history = Counter(tx.execute(text("SELECT permit_id::text FROM permit_history")).scalars())
        given = set(tx.execute(text("SELECT number FROM numbers")).scalars())
        steps = Counter(tx.execute(text("SELECT case_id::text FROM timeline")).scalars())
        told = tx.execute(
            text("SELECT subject, max(subject_version) AS newest FROM outbox WHERE type LIKE 'permits.permit.%'"
                 " GROUP BY subject")
        ).all()  # fmt: skip
        waiting = tx.execute(text("SELECT count(*) FROM outbox WHERE published_at IS NULL")).scalar_one()
    assert len(cases) == len({case.id for case in cases}) == COUNT
    assert {case.id: case.version for case in cases} == dict(steps)
    by_id = {str(permit.id): permit for permit in permits}
    assert {permit.status for permit in permits} == {"valid", "suspended", "revoked", "expired", "superseded"}
    assert {permit.service for permit in permits} == {
        k.code for k in register.runtime.catalogue if k.collection == "permits"
    }
    assert len({permit.owner for permit in permits}) > 2
    assert {permit.number for permit in permits} <= given
    assert {case.number for case in cases} - {None} <= given
    assert all(verification.normalise(permit.verification) == permit.verification for permit in permits)
    assert not any(permit.late for permit in permits), "the timer has nothing to catch up with"
    assert {id_: permit.version for id_, permit in by_id.items()} == dict(history)
    for permit in permits:
        newer = None if permit.superseded_by is None else by_id[str(permit.superseded_by)]
        assert (newer is not None) == (permit.status == "superseded")
        assert newer is None or str(newer.supersedes) == str(permit.id)
    assert all(row.newest <= by_id[row.subject].version for row in told)
    assert told
    assert waiting == 0
    numbers_of(database)
    assert check_service(database.url, "permits", [], None).findings == []


def test_nobody_in_a_seeded_register_holds_more_than_the_catalogue_allows(register: Desks) -> None:
    database = register.databases["permits"]
    with database.transaction() as tx:
        rows = tx.execute(text("SELECT person, status, limit_group, place, holder FROM permits")).all()
    persons = Counter(row.person for row in rows if row.person is not None)
    companies = Counter(row.holder["nib"] for row in rows if row.holder["kind"] == "organisation")
    assert max(persons.values()) > 1
    assert len(persons) > 50
    assert len(companies) > 5
    held = [(row.person, row.place) for row in rows if row.limit_group == "sip" and row.status in IN_FORCE]
    assert held
    assert max(Counter(person for person, _ in held).values()) <= 3
    assert max(Counter(held).values()) == 1, "one permit a place"


def test_the_books_go_on_after_the_seeded_numbers(register: Desks) -> None:
    database = register.databases["permits"]
    before = {book: len(seqs) for book, seqs in numbers_of(database).items()}
    case = register.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(77), data=SIP_DATA)
    case = register.act("verifikator.dpmptsp", case, "verify")
    case = register.act("teknis.dinkes", case, "recommend")
    case = register.act("penandatangan.dpmptsp", case, "sign")
    after = numbers_of(database)
    book = ("dpmptsp", "sip-dr", register.clock.now().year)
    assert len(after[book]) == before.get(book, 0) + 1 == after[book][-1]
    assert f"/{after[book][-1]:04d}/" in case["document_number"]


def test_a_seeding_that_dies_leaves_the_tables_as_they_were(desks: Desks) -> None:
    database = desks.databases["permits"]
    before = indexes(database)
    failed = seed(database.url, "permits", _DIES, MPP_DEMO="1")
    assert failed.returncode != 0
    assert "the disk is full" in failed.stderr
    assert indexes(database) == before
    with database.transaction() as tx:
        cases = tx.execute(text("SELECT count(*) FROM cases")).scalar_one()
    assert cases == 10, "the patterns are real cases; there is no copy"
    numbers_of(database)
    assert check_service(database.url, "permits", [], None).findings == []
