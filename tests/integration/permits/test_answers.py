"""What looks like a mistake is answered by whoever decides for the applicant, with a reason, before the decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mpp.persistence.tables import audit
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.told import codes
from tests.support.desks import REPORT, answering, birth_data, doctor, refusal

VERIFIER, DINKES, CLERK = "verifikator.dpmptsp", "teknis.dinkes", "petugas.sukodono"
REASON = "Dua praktik di dua ruang; akta sewa dilihat."


def twice(office: Office, **changed: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same application at two counters; the second one with something else, where that is given."""
    return office.file(), office.file(**changed)


def ids(case: dict[str, Any]) -> list[str]:
    return [warning["id"] for warning in case["warnings"]]


def test_the_same_application_at_two_counters_is_told_to_both(office: Office) -> None:
    first, second = twice(office)
    for case, other in ((first, second), (second, first)):
        (warning,) = office.desks.get(VERIFIER, case)["warnings"]
        assert (warning["code"], warning["field"], warning["answered"]) == ("application_alike", "data", False)
        assert all(other["tracking_code"] in warning["text"][language] for language in ("id", "en"))


@pytest.mark.parametrize("changed", [{"str_number": "STR-2026-0002"}, {"place": "Klinik Lain"}, {"index": 1}])
def test_who_asks_for_something_else_or_is_somebody_else_is_not_warned_of(
    office: Office, changed: dict[str, Any]
) -> None:
    _, second = twice(office, **changed)
    assert second["warnings"] == []


def test_who_withdrew_or_was_refused_for_good_asks_again_without_a_question(office: Office) -> None:
    office.desks.act(CLERK, office.file(), "withdraw", note="Salah tempat.")
    assert office.file()["warnings"] == []


def test_a_verifier_decides_for_the_applicant_only_with_an_answer(office: Office) -> None:
    _, case = twice(office)
    refused = refusal(lambda: office.desks.act(VERIFIER, case, "verify"))
    assert (refused.status, codes(refused)) == (422, [("answers", "answer_required")])
    assert office.desks.get(VERIFIER, case)["version"] == case["version"], "nothing was stored"
    after = office.desks.act(VERIFIER, case, "verify", answers=[{"warning": ids(case)[0], "reason": f" {REASON} "}])
    assert after["state"] == "recommendation"
    (warning,) = after["warnings"]
    (answer,) = warning["answers"]
    assert (answer["actor"], answer["office"], answer["reason"]) == (VERIFIER, "dpmptsp", REASON)
    assert after["timeline"][-1]["answers"] == [{"warning": warning["id"], "reason": REASON}]


def test_each_who_decides_answers_for_himself_and_once(office: Office) -> None:
    _, case = twice(office)
    case = office.decide(VERIFIER, case, "verify")
    assert codes(refusal(lambda: office.desks.act(DINKES, case, "recommend"))) == [("answers", "answer_required")]
    asked = office.desks.act(DINKES, case, "ask", note="Ruang mana?", **answering(office.desks.get(DINKES, case)))
    back = office.desks.act(CLERK, asked, "clarify", note="Ruang 2.")
    case = office.desks.act(DINKES, back, "recommend")
    assert case["state"] == "signing", "the officer answered when he asked"
    assert codes(refusal(lambda: office.desks.act(SIGNER, case, "sign"))) == [("answers", "answer_required")]
    seen = office.desks.get(SIGNER, case)["warnings"][0]
    assert [each["actor"] for each in seen["answers"]] == [VERIFIER, DINKES], "he reads what the others said"
    assert office.decide(SIGNER, case, "sign")["state"] == "issued"


def test_an_answer_holds_for_what_was_warned_of_and_not_for_what_comes_later(office: Office) -> None:
    _, case = twice(office)
    case = office.decide(VERIFIER, case, "verify")
    third = office.file()
    assert {case["id"], third["id"]} & {id_.partition(".")[2] for id_ in ids(office.desks.get(DINKES, case))} == {
        third["id"]
    }
    refused = refusal(
        lambda: office.desks.act(DINKES, case, "recommend", answers=[{"warning": ids(case)[-1], "reason": REASON}])
    )
    assert codes(refused) == [("answers", "answer_required")]


def test_who_sends_it_back_or_refuses_needs_no_answer(office: Office) -> None:
    _, case = twice(office)
    assert office.desks.act(VERIFIER, case, "return", note="Permohonan ganda.")["state"] == "returned"


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ("ya", [("answers", "wrong_type"), ("answers", "answer_required")]),
        ([7], [("answers.0.warning", "unknown_warning"), ("answers", "answer_required")]),
        ([{"warning": "application_alike.x", "reason": REASON}],
         [("answers.0.warning", "unknown_warning"), ("answers", "answer_required")]),
        ([{"warning": ..., "reason": "  "}], [("answers.0.reason", "nothing_visible"), ("answers", "answer_required")]),
        ([{"warning": ..., "reason": "ya"}], [("answers.0.reason", "too_short"), ("answers", "answer_required")]),
        ([{"warning": ..., "reason": None}], [("answers.0.reason", "nothing_visible"), ("answers", "answer_required")]),
        ([{"warning": ..., "reason": "x" * 2001}], [("answers.0.reason", "too_long"), ("answers", "answer_required")]),
        ([{"warning": ..., "reason": REASON}] * 21, [("answers", "too_many"), ("answers", "answer_required")]),
    ],
)  # fmt: skip
def test_every_wrong_answer_is_named_and_stores_nothing(office: Office, answers: Any, wrong: Any) -> None:
    _, case = twice(office)
    if isinstance(answers, list):
        own = ids(case)[0]
        answers = [
            {name: own if value is ... else value for name, value in each.items()} if isinstance(each, dict) else each
            for each in answers
        ]
    assert codes(refusal(lambda: office.desks.act(VERIFIER, case, "verify", answers=answers))) == wrong
    assert office.desks.get(VERIFIER, case)["version"] == case["version"]


def test_an_answer_to_a_warning_that_is_gone_is_told(office: Office) -> None:
    first, case = twice(office)
    office.desks.act(CLERK, first, "withdraw", note="Ganda.")
    refused = refusal(
        lambda: office.desks.act(VERIFIER, case, "verify", answers=[{"warning": ids(case)[0], "reason": REASON}])
    )
    assert codes(refused) == [("answers.0.warning", "unknown_warning")]
    assert office.desks.act(VERIFIER, case, "verify")["state"] == "recommendation"


def test_the_mall_itself_is_not_asked_when_the_time_has_run_out(office: Office) -> None:
    _, case = twice(office)
    case = office.decide(DINKES, office.decide(VERIFIER, case, "verify"), "recommend")
    office.desks.clock.advance(timedelta(days=14))
    office.desk.timer.run_once()
    seen = office.desks.get(SIGNER, case)
    assert seen["state"] == "deemed_granted"
    assert codes(refusal(lambda: office.desks.act(SIGNER, seen, "confirm_deemed"))) == [("answers", "answer_required")]


def test_the_applicant_reads_neither_warnings_nor_what_was_answered(office: Office) -> None:
    _, case = twice(office)
    after = office.decide(VERIFIER, case, "verify")
    seen = office.desks.get(None, after, secret=case["secret"])
    assert (seen["warnings"], [entry["answers"] for entry in seen["timeline"]]) == ([], [[], []])


def test_the_trail_has_the_answer_without_names_and_numbers(office: Office) -> None:
    _, case = twice(office)
    who = doctor()
    reason = f"{who['name']} ({who['nik']}) membuka dua ruang."
    office.desks.act(VERIFIER, case, "verify", answers=[{"warning": ids(case)[0], "reason": reason}])
    with office.desks.databases["permits"].transaction() as tx:
        (entry,) = tx.execute(select(audit).where(audit.c.action == "verify")).all()
    (answer,) = entry.details["answers"]
    assert answer["warning"] == ids(case)[0]
    assert who["name"] not in answer["reason"]
    assert who["nik"] not in answer["reason"]
    assert "membuka dua ruang" in answer["reason"]


# ------------------------------------------------- who is named


def test_an_applicant_too_young_for_an_identity_card_is_asked_about(office: Office) -> None:
    case = office.file(who={"applicant": {**doctor(), "nik": "3515141010229990"}})
    (warning,) = case["warnings"]
    assert (warning["code"], warning["field"]) == ("person_young", "applicant.nik")
    assert codes(refusal(lambda: office.desks.act(VERIFIER, case, "verify"))) == [("answers", "answer_required")]
    assert office.decide(VERIFIER, case, "verify")["state"] == "recommendation"


def proxy(index: int) -> dict[str, Any]:
    who = doctor(index)
    return {"nik": who["nik"], "name": who["name"], "relation": "adik"}


def test_a_dead_proxy_and_a_proxy_for_oneself_are_refused(office: Office) -> None:
    office.dies(3)
    assert codes(refusal(lambda: office.file(who={"proxy": proxy(3)}))) == [("proxy.nik", "person_deceased")]
    assert codes(refusal(lambda: office.file(who={"proxy": proxy(0)}))) == [("proxy.nik", "same_person")]
    assert office.file(who={"proxy": proxy(4)})["warnings"] == []


def test_a_correction_brings_no_dead_proxy_and_no_proxy_for_oneself(office: Office) -> None:
    office.dies(3)
    case = office.file(who={"proxy": proxy(4)})
    for given, wrong in (
        ({"proxy": {"nik": doctor(3)["nik"]}}, [("data.proxy.nik", "person_deceased")]),
        ({"proxy": {"nik": doctor(0)["nik"]}}, [("data.proxy.nik", "same_person")]),
        ({"applicant": {"nik": doctor(4)["nik"]}}, [("data.proxy.nik", "same_person")]),
    ):
        assert codes(refusal(lambda: office.desks.act(CLERK, case, "amend", note="Salah.", data=given))) == wrong  # noqa: B023


def test_the_death_of_a_proxy_is_told_to_whoever_decides_and_hinders_no_correction(office: Office) -> None:
    case = office.file(who={"proxy": proxy(3)})
    office.dies(3)
    (warning,) = office.desks.get(VERIFIER, case)["warnings"]
    assert (warning["code"], warning["field"]) == ("person_deceased", "proxy.nik")
    case = office.desks.act(CLERK, case, "amend", note="Nomor baru.", data={"applicant": {"phone": "081234567891"}})
    assert codes(refusal(lambda: office.desks.act(VERIFIER, case, "verify"))) == [("answers", "answer_required")]
    assert office.decide(VERIFIER, case, "verify")["state"] == "recommendation"


def test_a_birth_that_a_child_reports_is_asked_about_and_a_childs_complaint_is_not(office: Office) -> None:
    desks, child = office.desks, {**doctor(), "nik": "3515141010139990"}
    birth = desks.open("petugas.dukcapil", "ADM-LHR-01", applicant=child, data=birth_data())
    assert [warning["code"] for warning in birth["warnings"]] == ["person_young"]
    refused = refusal(lambda: desks.act("verifikator.dukcapil", birth, "verify"))
    assert codes(refused) == [("answers", "answer_required")]
    report = desks.open("petugas.sukodono", "PGD-LPR", applicant=child, data=REPORT)
    verified = desks.act("admin.pengaduan", report, "verify", data={"category": "Infrastruktur"})
    assert verified["warnings"] == report["warnings"] == []
