"""Papers that are being signed: what one signer has decided counts for whoever comes a moment later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mpp.persistence.database import Database
from tests.integration.permits.conftest import SIGNER, Office
from tests.races.conftest import PatientDesks, count
from tests.races.sessions import ADVISORY, meet, row_of
from tests.support.desks import Desks, answering, death_data, doctor
from tests.support.papers import abandon, ask_as_gateway, awaited, finish, with_papers

OFFICIAL = "pejabat.dukcapil"


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = with_papers(PatientDesks(service_urls))
    opened.start()
    yield opened
    opened.close()


def begun(office: Office, index: int = 0, place: str = "Klinik Contoh") -> dict[str, Any]:
    return office.decide(SIGNER, office.ready(index, place), "sign")


def test_of_two_signers_of_one_case_the_second_is_told_and_one_number_is_drawn(
    desks: Desks, office: Office, permits: Database
) -> None:
    ready = office.ready()
    desks.staff["lain"] = ("dpmptsp", "signer")
    _, second = meet(
        permits, lambda: desks.act(SIGNER, ready, "sign"), lambda: desks.act("lain", ready, "sign")
    )  # fmt: skip
    assert second.refused == (412, "version_stale")
    assert second.waited == row_of("cases")
    assert count(permits, "papers") == count(permits, "numbers") == 1


def test_a_paper_that_is_signed_twice_at_once_is_issued_once(desks: Desks, office: Office, permits: Database) -> None:
    paper = awaited(begun(office))
    one, other = meet(permits, lambda: finish(desks, "permits", paper), lambda: finish(desks, "permits", paper))
    assert one.answer == other.answer
    assert other.waited == row_of("cases")
    assert count(permits, "permits") == 1


def test_a_paper_is_given_up_or_signed_and_never_both(desks: Desks, office: Office, permits: Database) -> None:
    paper = awaited(begun(office))
    _, signing = meet(
        permits, lambda: abandon(desks, SIGNER, "permits", paper), lambda: finish(desks, "permits", paper)
    )  # fmt: skip
    assert signing.refused == (409, "paper_abandoned")
    assert signing.waited == row_of("cases")
    assert count(permits, "permits") == 0


def test_a_failure_that_is_told_late_does_not_touch_what_is_signed(
    desks: Desks, office: Office, permits: Database
) -> None:
    paper = awaited(begun(office))
    _, failing = meet(
        permits,
        lambda: finish(desks, "permits", paper),
        lambda: ask_as_gateway(desks, "permits", "failed", {"failure": "slow"}, id=paper),
    )
    assert (failing.answer["status"], failing.answer["failure"]) == ("issued", None)
    assert failing.waited == row_of("cases")


def test_a_permit_that_is_being_signed_counts_among_those_that_a_person_may_hold(
    desks: Desks, office: Office, permits: Database
) -> None:
    """Three at most: two are in force, and two more are decided at once."""
    for place in ("Klinik Satu", "Klinik Dua"):
        finish(desks, "permits", awaited(begun(office, 0, place)))
    ready = [office.ready(0, place) for place in ("Klinik Tiga", "Klinik Empat")]
    said = [answering(desks.get(SIGNER, case)) for case in ready]
    _, second = meet(
        permits,
        lambda: desks.act(SIGNER, ready[0], "sign", **said[0]),
        lambda: desks.act(SIGNER, ready[1], "sign", **said[1]),
    )
    assert second.refused == (409, "permit_limit_reached")
    assert second.waited == ADVISORY


def test_one_death_is_on_one_paper_at_a_time(desks: Desks) -> None:
    registry = desks.databases["civil_registry"]
    ready = []
    for relative in (3, 5):
        case = desks.open("petugas.dukcapil", "ADM-MTI-01", applicant=doctor(relative), data=death_data(1))
        ready.append(desks.act("verifikator.dukcapil", case, "verify"))
    _, second = meet(
        registry, lambda: desks.act(OFFICIAL, ready[0], "sign"), lambda: desks.act(OFFICIAL, ready[1], "sign")
    )  # fmt: skip
    assert second.refused == (409, "being_signed")
    assert second.waited == row_of("residents")
