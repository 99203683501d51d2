"""Whoever draws a number makes everybody else wait: afterwards there is one trip to the database, which commits.

Counted are the statements that the sessions of a service send, and not how long anything takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from mpp.persistence.database import Database
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_renewal import NEAR_THE_END, on
from tests.support.desks import Desks, birth_data, death_data, doctor
from tests.support.papers import awaited, finish, with_papers, without_papers
from tests.support.permit_walks import file, take, walk
from tests.support.plans import in_full

DRAW, END = "INSERT INTO number_series", "COMMIT"
OFFICIAL = "pejabat.dukcapil"


@contextmanager
def trips(database: Database) -> Iterator[list[str]]:
    """What is sent meanwhile, one text for each trip."""
    sent: list[str] = []

    def note(_: Any, cursor: Any, statement: str, *more: Any) -> None:
        ahead, _, last = statement.rpartition("\n")
        sent.append(f"{ahead}\n{in_full(last)}")

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def after_the_draw(database: Database, do: Callable[[], Any]) -> list[str]:
    """The trips that follow when a number was drawn."""
    with trips(database) as sent:
        do()
    drawn = [place for place, statement in enumerate(sent) if DRAW in statement]
    assert len(drawn) == 1, "one number is drawn"
    return sent[drawn[0] + 1 :]


@pytest.fixture(params=["at once", "with a paper"])
def mall(request: pytest.FixtureRequest, service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """Desks whose decisions make papers, or make none."""
    opened = Desks(service_urls)
    yield (with_papers if request.param == "with a paper" else without_papers)(opened)
    opened.close()


def registered(desks: Desks, service: str, data: dict[str, Any]) -> dict[str, Any]:
    case = desks.open("petugas.dukcapil", service, applicant=doctor(1), data=data)
    return desks.act("verifikator.dukcapil", case, "verify")


def test_of_a_permit(mall: Desks) -> None:
    ready = Office(mall).ready()
    sent = after_the_draw(mall.databases["permits"], lambda: mall.act(SIGNER, ready, "sign"))
    assert [statement.rpartition("\n")[2] for statement in sent] == [END]


def test_of_a_permit_that_takes_the_place_of_another(mall: Desks) -> None:
    finished_by, mall.signs_at_once = mall.signs_at_once, True
    old = walk(mall, file(mall, "PRZ-SIP-DR", kind="new"), "issued")
    mall.signs_at_once = finished_by
    mall.clock.advance(NEAR_THE_END)
    renewal = walk(mall, on(mall, old, "renewal"), "signing")
    sent = after_the_draw(mall.databases["permits"], lambda: take(mall, renewal, "sign"))
    assert [statement.rpartition("\n")[2] for statement in sent] == [END]


def test_of_a_permit_that_takes_the_place_of_one_whose_paper_others_know(service_urls: Mapping[str, str]) -> None:
    """Signed at once, as where its service type names a paper no longer: who knows the old one is told."""
    before = with_papers(Desks(service_urls))
    before.signs_at_once = True
    old = walk(before, file(before, "PRZ-SIP-DR", kind="new"), "issued")
    desks = without_papers(Desks(service_urls))
    desks.clock.advance(NEAR_THE_END)
    renewal = walk(desks, on(desks, old, "renewal"), "signing")
    sent = after_the_draw(desks.databases["permits"], lambda: take(desks, renewal, "sign"))
    assert [statement.rpartition("\n")[2] for statement in sent] == [END]
    told = [e for e in desks.events("permits") if e.type.startswith("permits.paper.")]
    assert [(e.type.split(".")[2], e.data["status"]) for e in told] == [("issued", "valid"), ("ended", "superseded")]
    before.close()
    desks.close()


@pytest.mark.parametrize(("service", "data"), [("ADM-LHR-01", birth_data()), ("ADM-MTI-01", death_data())])
def test_of_a_certificate(mall: Desks, service: str, data: dict[str, Any]) -> None:
    ready = registered(mall, service, data)
    sent = after_the_draw(mall.databases["civil_registry"], lambda: mall.act(OFFICIAL, ready, "sign"))
    assert [statement.rpartition("\n")[2] for statement in sent] == [END]


def test_of_an_assessment(mall: Desks) -> None:
    ready = walk(mall, file(mall, "PRZ-PBG"), "assessment")
    sent = after_the_draw(mall.databases["permits"], lambda: take(mall, ready, "assess"))
    assert [statement.rpartition("\n")[2] for statement in sent] == [END]


def test_of_a_correction(mall: Desks) -> None:
    office = Office(mall)
    case = mall.act(SIGNER, office.ready(), "sign")
    if case["signing"] is not None:
        finish(mall, "permits", awaited(case))
    permit = office.get(mall.get(SIGNER, case)["permit"]["id"])
    changes = {"practice_address": "Jalan Benar 7"}
    sent = after_the_draw(mall.databases["permits"], lambda: office.act(permit, "correct", data=changes))
    assert [statement.rpartition("\n")[2] for statement in sent] == [END]
