"""Papers that the mall itself issues: whoever names one meets the decision on it, whichever comes first."""

from __future__ import annotations

from typing import Any

from mpp.messaging.events.event import Event
from mpp.persistence.database import Database
from tests.integration.permits.conftest import Office
from tests.integration.permits.test_mall_papers import CLERK, apply, paper_of, seen
from tests.races.hearing import hear
from tests.races.sessions import ADVISORY, meet, row_of, standing
from tests.support.desks import Desks
from tests.support.permit_walks import Case, file, take, walk


def told(desks: Desks, name: str) -> Event:
    """The newest event of a permit by this name."""
    return [e for e in desks.events("permits") if e.type == f"permits.permit.{name}.v1"][-1]


def decided(desks: Desks, source: Case) -> Any:
    take(desks, source, "sign")
    return told(desks, "issued")


def test_a_paper_issued_while_an_application_names_it_sends_the_application_on(desks: Desks, permits: Database) -> None:
    source = walk(desks, file(desks, "PRZ-KRK"), "signing")
    with standing(permits, lambda: apply(desks, "PRZ-PBG", source["tracking_code"])) as stage:
        issued = decided(desks, source)
        hearing = stage.comes(lambda: hear(desks, "permits", issued, "paper_changed"))
    case = stage.first.answer
    assert paper_of(case)["paper"]["status"] == "awaited", "it was not signed when it was named"
    assert seen(desks, case)["state"] == "submitted"
    assert hearing.waited == ADVISORY


def test_a_paper_issued_while_somebody_cites_it_sends_the_case_on(desks: Desks, permits: Database) -> None:
    source, case = walk(desks, file(desks, "PRZ-KRK"), "signing"), apply(desks, "PRZ-PBG", None)
    named = {"requirement": "krk", "paper": source["tracking_code"]}
    with standing(permits, lambda: desks.act(CLERK, case, "cite", data=named)) as stage:
        issued = decided(desks, source)
        hearing = stage.comes(lambda: hear(desks, "permits", issued, "paper_changed"))
    assert paper_of(stage.first.answer)["paper"]["status"] == "awaited"
    assert seen(desks, case)["state"] == "submitted"
    assert hearing.waited == ADVISORY


def test_a_paper_revoked_while_an_application_names_it_does_not_count(
    desks: Desks, office: Office, permits: Database
) -> None:
    source = walk(desks, file(desks, "PRZ-KRK"), "issued")
    with standing(permits, lambda: apply(desks, "PRZ-PBG", source["document_number"])) as stage:
        office.act(office.get(source["permit"]["id"]), "revoke")
        revoked = told(desks, "revoked")
        hearing = stage.comes(lambda: hear(desks, "permits", revoked, "paper_changed"))
    case = stage.first.answer
    assert paper_of(case)["fulfilled"], "it held when it was named"
    assert not paper_of(seen(desks, case))["fulfilled"]
    assert hearing.waited == ADVISORY


def test_the_news_of_a_paper_waits_for_the_clerk_who_works_on_the_case(desks: Desks, permits: Database) -> None:
    source = walk(desks, file(desks, "PRZ-KRK"), "signing")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    issued = decided(desks, source)
    _, hearing = meet(
        permits,
        lambda: desks.act(CLERK, case, "note", note="dicatat"),
        lambda: hear(desks, "permits", issued, "paper_changed"),
    )
    after = seen(desks, case)
    assert [line["action"] for line in after["timeline"]] == ["open", "note", "paper_arrived", "complete"]
    assert hearing.waited == row_of("cases")
