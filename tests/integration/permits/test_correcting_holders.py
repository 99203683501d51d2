"""A permit in the wrong name: corrected on what was issued, and on the case that it came from."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mpp.persistence.tables import audit
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.told import codes
from tests.races.hearing import death_of, hear
from tests.support.desks import doctor, refusal

WRONG, RIGHT = 0, 2


def corrected(office: Office, old: dict[str, Any], **data: Any) -> dict[str, Any]:
    """The replacement."""
    return office.get(office.act(old, "correct", data=data)["superseded_by"]["id"])


def test_the_replacement_is_the_right_persons(office: Office) -> None:
    old, right = office.issue(WRONG), doctor(RIGHT)
    new = corrected(office, old, holder={"nik": right["nik"], "name": right["name"], "phone": "+6281298765432"})
    assert new["holder"] == {**right, "phone": "+6281298765432"}
    assert (new["status"], new["data"], new["supersedes"]["id"]) == ("valid", old["data"], old["id"])
    assert [item["id"] for item in office.search(nik=right["nik"])["items"]] == [new["id"]]
    assert [item["id"] for item in office.search(nik=doctor(WRONG)["nik"])["items"]] == [old["id"]]


def test_the_case_follows_and_says_so(office: Office) -> None:
    case = office.desks.act(SIGNER, office.ready(WRONG), "sign")
    corrected(office, office.get(case["permit"]["id"]), holder={"nik": doctor(RIGHT)["nik"]})
    after = office.desks.get(SIGNER, case)
    assert (after["applicant"]["nik"], after["version"]) == (doctor(RIGHT)["nik"], case["version"] + 1)
    line = after["timeline"][-1]
    assert (line["action"], line["actor"], line["fields"]) == ("correct", SIGNER, ["applicant.nik"])
    told = [event.type for event in office.desks.events("permits") if ".paper." not in event.type]
    assert told[-1] == "permits.application.updated.v1"


def test_somebody_elses_death_leaves_it_alone(office: Office) -> None:
    new = corrected(office, office.issue(WRONG), holder={"nik": doctor(RIGHT)["nik"]})
    hear(office.desks, "permits", death_of(office.desks, WRONG))
    assert office.get(new)["status"] == "valid"


def test_the_death_of_the_right_holder_ends_it(office: Office) -> None:
    new = corrected(office, office.issue(WRONG), holder={"nik": doctor(RIGHT)["nik"]})
    hear(office.desks, "permits", death_of(office.desks, RIGHT))
    assert office.get(new)["status"] == "lapsed"


def test_nothing_is_issued_to_the_dead(office: Office) -> None:
    old = office.issue(WRONG)
    hear(office.desks, "permits", death_of(office.desks, RIGHT))
    refused = refusal(lambda: office.act(old, "correct", data={"holder": {"nik": doctor(RIGHT)["nik"]}}))
    assert codes(refused) == [("data.holder.nik", "person_deceased")]
    assert office.get(old)["status"] == "valid"


def test_it_counts_among_the_permits_of_the_right_holder(office: Office) -> None:
    old = office.issue(WRONG, "Klinik 4")
    for place in ("Klinik 1", "Klinik 2", "Klinik 3"):
        office.issue(RIGHT, place)
    refused = refusal(lambda: office.act(old, "correct", data={"holder": {"nik": doctor(RIGHT)["nik"]}}))
    assert (refused.status, refused.code) == (409, "permit_limit_reached")


@pytest.mark.parametrize(
    ("holder", "wrong"),
    [
        ({"nik": "3515140000000001"}, [("data.holder.nik", "invalid_date")]),
        ({"name": None}, [("data.holder.name", "required")]),
        ({"kind": "organisation"}, [("data.holder.kind", "unknown_field")]),
        ("Budi", [("data.holder", "wrong_type")]),
        ({"name": doctor(WRONG)["name"]}, [("data", "nothing_changed")]),
    ],
)
def test_every_wrong_detail_is_named(office: Office, holder: Any, wrong: Any) -> None:
    permit = office.issue(WRONG)
    assert codes(refusal(lambda: office.act(permit, "correct", data={"holder": holder}))) == wrong
    assert office.get(permit) == permit


def test_the_trail_names_the_fields_and_nobody(office: Office) -> None:
    old, right = office.issue(WRONG), doctor(RIGHT)
    note = f"Tertulis {doctor(WRONG)['name']}, seharusnya Warga Lain"
    after = office.act(old, "correct", note=note, data={"holder": {"name": "Warga Lain"}, "practice_name": "Klinik B"})
    with office.desks.databases["permits"].transaction() as tx:
        rows = tx.execute(
            select(audit.c.action, audit.c.reason, audit.c.details).where(audit.c.case_id == old["case"])
        ).all()
    trail = {row.action: row for row in rows if row.action in ("permit.corrected", "permit.superseded", "correct")}
    assert trail["permit.corrected"].details["fields"] == ["data.practice_name", "holder.name"]
    assert trail["correct"].details["fields"] == ["applicant.name"]
    for text in (*(row.reason for row in trail.values()), after["history"][-1]["note"]):
        assert not {"Warga", "Contoh", "Lain"} & set(text.replace(",", " ").split())
    assert right["nik"] not in str([event.data for event in office.told()])


def test_the_action_says_what_may_be_corrected(office: Office) -> None:
    (correct,) = [each for each in office.issue()["actions"] if each["action"] == "correct"]
    names = [field["name"] for field in correct["data"]]
    assert names[-1] == "holder"
    assert {"practice_name", "practice_region"} <= set(names)
