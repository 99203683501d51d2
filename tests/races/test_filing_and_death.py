"""Somebody files while the death of that person is being handled: neither side may miss the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from mpp.clock import new_id
from mpp.contracts.persons import Told
from mpp.persistence.database import Database
from tests.races.hearing import death_of, hear
from tests.races.sessions import ADVISORY, meet, row_of
from tests.support.desks import REPORT, SIP_DATA, Desks, doctor

CLERK = "petugas.sukodono"


def file(desks: Desks) -> dict[str, Any]:
    return desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(0), data=SIP_DATA)


def test_who_files_while_the_death_is_handled_is_told_of_it(desks: Desks, permits: Database) -> None:
    death = death_of(desks, 0)
    _, filing = meet(permits, lambda: hear(desks, "permits", death), lambda: file(desks))
    assert filing.refused == (422, "invalid_fields")
    assert [(f.field, f.code) for f in filing.answer.fields] == [("applicant.nik", "person_deceased")]
    assert filing.waited == ADVISORY


def test_a_case_that_is_being_filed_when_the_death_arrives_is_put_on_hold(desks: Desks, permits: Database) -> None:
    death = death_of(desks, 0)
    filing, hearing = meet(permits, lambda: file(desks), lambda: hear(desks, "permits", death))
    assert desks.get(CLERK, filing.answer)["held"] is not None
    assert hearing.waited == ADVISORY


def test_nobody_complains_in_the_name_of_who_has_just_died(desks: Desks) -> None:
    death = death_of(desks, 0)
    _, filing = meet(
        desks.databases["complaints"],
        lambda: hear(desks, "complaints", death),
        lambda: desks.open(CLERK, "PGD-LPR", applicant=doctor(0), data=REPORT),
    )
    assert filing.refused == (422, "invalid_fields")
    assert filing.waited == ADVISORY


def test_a_death_waits_for_the_clerk_who_works_on_a_case_of_that_person(desks: Desks, permits: Database) -> None:
    case, death = file(desks), death_of(desks, 0)
    verifying, hearing = meet(
        permits,
        lambda: desks.act("verifikator.dpmptsp", case, "verify"),
        lambda: hear(desks, "permits", death),
    )
    after = desks.get(CLERK, case)
    assert [line["action"] for line in after["timeline"]] == ["open", "verify", "hold"]
    assert after["held"] is not None
    assert verifying.answer["state"] == "recommendation"
    assert hearing.waited == row_of("cases")


def test_who_corrects_the_applicant_while_the_death_is_handled_is_told_of_it(desks: Desks, permits: Database) -> None:
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(2), data=SIP_DATA)
    death, data = death_of(desks, 0), {"applicant": {"nik": doctor(0)["nik"]}}
    _, correction = meet(
        permits,
        lambda: hear(desks, "permits", death),
        lambda: desks.act(CLERK, case, "amend", note="salah ketik", data=data),
    )
    assert [(f.field, f.code) for f in correction.answer.fields] == [("data.applicant.nik", "person_deceased")]
    assert correction.waited == ADVISORY


def test_a_case_that_becomes_the_deads_while_the_death_arrives_is_put_on_hold(desks: Desks, permits: Database) -> None:
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(2), data=SIP_DATA)
    death, data = death_of(desks, 0), {"applicant": {"nik": doctor(0)["nik"]}}
    _, hearing = meet(
        permits,
        lambda: desks.act(CLERK, case, "amend", note="salah ketik", data=data),
        lambda: hear(desks, "permits", death),
    )
    assert desks.get(CLERK, case)["held"] is not None
    assert hearing.waited == ADVISORY


def test_a_list_in_which_the_person_has_died_and_a_filing_see_each_other(desks: Desks, permits: Database) -> None:
    death = death_of(desks, 0)
    other = Told("f" * 64, 1, death.region)
    told = [str(Told(death.subject, death.subjectversion, None, date(2026, 11, 18))), str(other)]
    listed = replace(
        death, id=new_id(), type="civil_registry.person.listed.v1", subject=new_id(), data={"persons": told}
    )
    filing, hearing = meet(permits, lambda: file(desks), lambda: hear(desks, "permits", listed))
    assert desks.get(CLERK, filing.answer)["held"] is not None
    assert hearing.waited == ADVISORY
