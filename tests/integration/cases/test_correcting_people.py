"""The commonest mistake of a counter: name, NIK or phone of the applicant, corrected before the decision."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mpp.cases.storage.tables import cases
from mpp.identity.person import person_key
from mpp.persistence.tables import audit
from tests.integration.permits.test_mall_papers import apply
from tests.races.hearing import death_of, hear
from tests.support.desks import PERSON_KEY, REPORT, SIP_DATA, Desks, birth_data, doctor, refusal
from tests.support.permit_walks import file

CLERK, VERIFIER = "petugas.sukodono", "verifikator.dpmptsp"
WRONG, RIGHT = 0, 2


def sip(desks: Desks, **more: Any) -> dict[str, Any]:
    return desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(WRONG), data=SIP_DATA, **more)


def amend(desks: Desks, case: dict[str, Any], account: str = CLERK, note: str = "KTP dilihat", **data: Any) -> Any:
    return desks.act(account, case, "amend", note=note, data=data)


def wrong(desks: Desks, case: dict[str, Any], **data: Any) -> list[tuple[str, str]]:
    refused = refusal(lambda: amend(desks, case, **data))
    return [(each.field, each.code) for each in refused.fields]


def found(desks: Desks, index: int) -> list[str]:
    payload = desks.payload(VERIFIER, "POST", "", {"nik": doctor(index)["nik"]})
    body = desks.answer("permits", "search_cases", payload)["body"]
    return [item["id"] for item in body["items"]]


def person_of(desks: Desks, case: dict[str, Any]) -> str:
    with desks.databases["permits"].transaction() as tx:
        return str(tx.execute(select(cases.c.person).where(cases.c.id == case["id"])).scalar_one())


def test_name_nik_and_phone_of_the_applicant_are_corrected(desks: Desks) -> None:
    case = sip(desks)
    right = doctor(RIGHT)
    after = amend(desks, case, applicant={"nik": right["nik"], "name": right["name"], "phone": "+6281298765432"})
    assert after["applicant"] == {**right, "phone": "+6281298765432"}
    assert after["timeline"][-1]["fields"] == ["applicant.name", "applicant.nik", "applicant.phone"]
    assert after["due_at"] == case["due_at"], "a correction moves no date"
    assert desks.get(VERIFIER, case)["applicant"] == after["applicant"]


def test_the_case_is_the_right_persons_from_then_on(desks: Desks) -> None:
    case = sip(desks)
    amend(desks, case, applicant={"nik": doctor(RIGHT)["nik"]})
    assert person_of(desks, case) == person_key(doctor(RIGHT)["nik"], PERSON_KEY)
    assert (found(desks, WRONG), found(desks, RIGHT)) == ([], [case["id"]])
    hear(desks, "permits", death_of(desks, WRONG))
    assert desks.get(CLERK, case)["held"] is None, "somebody else's death"


def test_the_death_of_the_right_person_holds_the_case(desks: Desks) -> None:
    case = amend(desks, sip(desks), applicant={"nik": doctor(RIGHT)["nik"]})
    hear(desks, "permits", death_of(desks, RIGHT))
    assert desks.get(CLERK, case)["held"] == {"reason": "applicant_deceased"}


def test_a_case_that_the_death_of_somebody_else_held_goes_on_and_is_corrected(desks: Desks) -> None:
    case = sip(desks)
    hear(desks, "permits", death_of(desks, WRONG))
    held = desks.get(VERIFIER, case)
    resumed = desks.act(VERIFIER, held, "resume", note="NIK salah ketik, pemohon hadir")
    corrected = amend(desks, resumed, applicant={"nik": doctor(RIGHT)["nik"]})
    assert (corrected["held"], corrected["applicant"]["nik"]) == (None, doctor(RIGHT)["nik"])


def test_nobody_becomes_an_applicant_after_death(desks: Desks) -> None:
    case = sip(desks)
    hear(desks, "permits", death_of(desks, RIGHT))
    assert wrong(desks, case, applicant={"nik": doctor(RIGHT)["nik"]}) == [("data.applicant.nik", "person_deceased")]
    assert desks.get(CLERK, case)["applicant"] == doctor(WRONG)


def test_the_applicant_and_the_form_are_corrected_in_one_go(desks: Desks) -> None:
    after = amend(desks, sip(desks), str_number="STR-2026-0002", applicant={"name": "Warga Contoh Satu"})
    assert (after["data"]["str_number"], after["applicant"]["name"]) == ("STR-2026-0002", "Warga Contoh Satu")
    assert "applicant" not in after["data"]
    assert after["timeline"][-1]["fields"] == ["applicant.name", "str_number"]


def test_a_proxy_is_corrected_and_an_optional_detail_is_taken_out(desks: Desks) -> None:
    proxy = {"nik": doctor(4)["nik"], "name": doctor(4)["name"], "phone": "+6281234567890"}
    after = amend(desks, sip(desks, proxy=proxy), proxy={"nik": doctor(6)["nik"], "phone": None})
    assert after["proxy"] == {"nik": doctor(6)["nik"], "name": doctor(4)["name"]}
    assert after["applicant"] == doctor(WRONG)


def test_an_organisation_is_corrected_by_its_own_details(desks: Desks) -> None:
    firm = {"kind": "organisation", "name": "PT Contoh", "contact": {"name": "Warga Contoh 01"}}
    case = desks.open(CLERK, "PGD-LPR", applicant=firm, data=REPORT)
    after = amend(desks, case, applicant={"name": "PT Contoh Jaya", "nib": "1234567890123"})
    assert after["applicant"] == {**firm, "name": "PT Contoh Jaya", "nib": "1234567890123"}
    assert wrong(desks, after, applicant={"nik": doctor(0)["nik"]}) == [("data.applicant.nik", "unknown_field")]


@pytest.mark.parametrize(
    ("applicant", "said"),
    [
        ({"nik": "3515140000000001"}, [("nik", "invalid_date")]),
        ({"nik": None}, [("nik", "required")]),
        ({"name": " "}, [("name", "empty")]),
        ({"phone": "12"}, [("phone", "invalid_phone")]),
        ({"email": "surel"}, [("email", "invalid_email")]),
        ({"kind": "organisation"}, [("kind", "unknown_field")]),
        ({"name": "", "phone": "12"}, [("name", "empty"), ("phone", "invalid_phone")]),
    ],
)
def test_every_wrong_detail_is_named(desks: Desks, applicant: dict[str, Any], said: list[tuple[str, str]]) -> None:
    case = sip(desks)
    assert wrong(desks, case, applicant=applicant) == [(f"data.applicant.{name}", code) for name, code in said]
    assert desks.get(CLERK, case)["applicant"] == doctor(WRONG)


def test_what_would_change_nothing_and_who_is_not_named_is_refused(desks: Desks) -> None:
    case = sip(desks)
    assert wrong(desks, case, applicant={"name": doctor(WRONG)["name"]}) == [("data", "nothing_changed")]
    assert wrong(desks, case, applicant=7) == [("data.applicant", "wrong_type")]
    assert wrong(desks, case, proxy={"name": "X"}) == [("data.proxy", "unknown_field")], "nobody stood in"


def test_an_anonymous_reporter_is_not_corrected_by_those_from_whom_he_is_hidden(desks: Desks) -> None:
    case = desks.open(CLERK, "PGD-LPR", applicant=doctor(0), anonymous=True, data=REPORT)
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    seen = desks.get("petugas.dpubmsda", case)
    (form,) = [each["data"] for each in seen["actions"] if each["action"] == "amend"]
    assert "applicant" not in {field["name"] for field in form}
    refused = refusal(lambda: amend(desks, case, "petugas.dpubmsda", applicant={"phone": "+6281298765432"}))
    assert [(each.field, each.code) for each in refused.fields] == [("data.applicant", "unknown_field")]


def test_the_form_of_the_action_says_what_may_be_corrected(desks: Desks) -> None:
    (form,) = [each["data"] for each in sip(desks)["actions"] if each["action"] == "amend"]
    (group,) = [field for field in form if field["name"] == "applicant"]
    assert [(field["name"], field["type"]) for field in group["fields"]] == [
        ("nik", "nik"), ("name", "name"), ("phone", "phone"), ("email", "text"), ("address", "text"),
    ]  # fmt: skip


def test_the_trail_names_the_fields_and_nobody(desks: Desks) -> None:
    right = doctor(RIGHT)
    note = f"{doctor(WRONG)['name']} ternyata {right['name']}, NIK {right['nik']}"
    case = amend(desks, sip(desks), note=note, applicant={"nik": right["nik"], "name": right["name"]})
    with desks.databases["permits"].transaction() as tx:
        row = tx.execute(
            select(audit.c.actor, audit.c.reason, audit.c.details).where(
                audit.c.case_id == case["id"], audit.c.action == "amend"
            )
        ).one()
    assert (row.actor, row.details["fields"]) == (CLERK, ["applicant.name", "applicant.nik"])
    assert "Warga" not in row.reason
    assert right["nik"] not in row.reason
    told = desks.events("permits")[-1]
    assert told.type == "permits.application.updated.v1"
    assert "Warga" not in str(told.data)


def test_papers_of_the_mall_that_the_case_named_must_be_the_corrected_applicants(desks: Desks) -> None:
    krk = file(desks, "PRZ-KRK", WRONG)
    case = apply(desks, "PRZ-PBG", krk["tracking_code"], index=WRONG)
    assert wrong(desks, case, applicant={"nik": doctor(RIGHT)["nik"]}) == [("data.requirements.krk", "unknown_paper")]
    amend(desks, krk, applicant={"nik": doctor(RIGHT)["nik"]})
    assert amend(desks, case, applicant={"nik": doctor(RIGHT)["nik"]})["applicant"]["nik"] == doctor(RIGHT)["nik"]


def test_a_registration_is_corrected_alike(desks: Desks) -> None:
    case = desks.open(CLERK, "ADM-LHR-01", applicant=doctor(8), data=birth_data())
    assert amend(desks, case, applicant={"nik": doctor(10)["nik"]})["applicant"]["nik"] == doctor(10)["nik"]
    death_of(desks, 0)
    case = desks.get(CLERK, case)
    assert wrong(desks, case, applicant={"nik": doctor(0)["nik"]}) == [("data.applicant.nik", "person_deceased")]
