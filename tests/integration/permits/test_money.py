"""No money that reached the bank is lost: what cannot be applied is on record, told, listed, and settled by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import eventlet
import pytest
from sqlalchemy import select, update

from mpp.cases.commands.holding import hold_open_cases
from mpp.cases.storage import case_rows
from mpp.cases.storage.tables import levies
from mpp.casework.case.case import Case as Kernel
from mpp.casework.case.case import replay
from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.hosting.probes import exposition
from mpp.persistence.tables import audit
from tests.integration.permits.test_payment import in_payment, levy_events, seen
from tests.support.desks import Desks, refusal
from tests.support.permit_walks import Case, pay, take, who

VERIFIER, SUPERVISOR = "verifikator.dpmptsp", "penyelia.dpmptsp"


def money(desks: Desks, case: Case) -> list[tuple[str, str | None]]:
    """What became of each payment of the case, and why."""
    return [(p["status"], p["reason"]) for p in seen(desks, case)["payments"]]


def money_events(desks: Desks) -> list[tuple[str, str, str | None]]:
    found = [e for e in desks.events("permits") if e.type.startswith("permits.payment.")]
    return [(e.type.split(".")[2], e.data["status"], e.data["reason"]) for e in found]


def hold(desks: Desks, case: Case) -> Case:
    """The applicant is recorded as deceased."""
    with desks.databases["permits"].transaction() as tx:
        record = case_rows.find(tx, id_=case["id"])
        assert record is not None
        assert record.person is not None
        hold_open_cases(
            desks.desks["permits"].host, tx, record.person, "applicant_deceased", correlation_id="c", causation_id="e"
        )
    return seen(desks, case)


def run_timer(desks: Desks) -> int:
    return desks.desks["permits"].timer.run_once()


def settle(desks: Desks, payment: dict[str, Any], account: str = VERIFIER, key: str | None = None, **body: Any) -> Any:
    path = f"/api/v1/payments/{payment['id']}/settle"
    given = {"outcome": "returned", "note": "SP2D 0123", **body}
    payload = desks.payload(account, "POST", path, given, key=key) | {"params": {"id": payment["id"]}}
    return desks.answer("permits", "settle_payment", payload)["body"]


# --- each way in which money finds no open assessment ---------------------------------------------------------------


def test_a_payment_for_a_case_on_hold_is_recorded_and_sends_it_on_when_it_is_resumed(desks: Desks) -> None:
    case = hold(desks, in_payment(desks))
    assert pay(desks, case)["status"] == "paid"
    case = seen(desks, case)
    assert (case["state"], case["levy"]["state"]) == ("payment", "paid")
    assert money(desks, case) == [("waiting", "case_on_hold")]
    assert case["timeline"][-1]["action"] == "payment_recorded"
    assert run_timer(desks) == 0, "it stands still while the case does"
    case = {**case, **desks.act(SUPERVISOR, case, "resume", note="ahli waris melanjutkan")}
    assert run_timer(desks) == 1
    assert run_timer(desks) == 0
    case = seen(desks, case)
    assert (case["state"], case["timeline"][-1]["action"], case["timeline"][-1]["actor"]) == (
        "initials_section",
        "pay",
        "bank",
    )
    assert money(desks, case) == [("applied", None)]
    assert money_events(desks) == [("unapplied", "waiting", "case_on_hold"), ("applied", "applied", None)]
    assert [name for name, _ in levy_events(desks)] == ["assessed", "paid"]


def test_a_withdrawn_applications_money_waits_for_a_person(desks: Desks) -> None:
    case = in_payment(desks)
    desks.act("petugas.sukodono", case, "withdraw", note="tidak jadi")
    assert [name for name, _ in levy_events(desks)] == ["assessed", "voided"]
    first = pay(desks, case)
    assert first["status"] == "not_applied"
    assert pay(desks, case) == first, "the same report has the same answer"
    after = seen(desks, case)
    assert (after["state"], after["levy"]) == ("withdrawn", None)
    assert money(desks, case) == [("unapplied", "levy_void")]
    assert money_events(desks) == [("unapplied", "unapplied", "levy_void")]


def test_an_assessment_that_ended_before_ends_made_it_void_is_made_void_by_the_money(desks: Desks) -> None:
    case = in_payment(desks)
    desks.act("petugas.sukodono", case, "withdraw", note="tidak jadi")
    with desks.databases["permits"].transaction() as tx:  # as the first version left it
        tx.execute(update(levies).values(state="open", void_reason=None, version=1))
        tx.exec_driver_sql("DELETE FROM outbox WHERE routing_key LIKE 'permits.levy.voided%%'")
    assert pay(desks, case)["status"] == "not_applied"
    assert [name for name, _ in levy_events(desks)] == ["assessed", "voided"]


def test_money_for_a_replaced_assessment_is_kept_and_the_new_one_is_still_to_be_paid(desks: Desks) -> None:
    old = in_payment(desks)
    case = take(desks, take(desks, old, "reassess"), "assess", amount=900_000)
    assert case["levy"]["number"] == "SKRD/00002/DPMPTSP/2026"
    assert pay(desks, old)["status"] == "not_applied"
    assert money(desks, case) == [("unapplied", "levy_void")]
    assert seen(desks, case)["levy"]["state"] == "open"
    assert pay(desks, case)["status"] == "paid"
    assert seen(desks, case)["state"] == "initials_section"


def test_money_that_comes_while_it_is_assessed_again_is_not_taken_for_the_new_assessment(desks: Desks) -> None:
    old = take(desks, in_payment(desks), "reassess")
    assert pay(desks, old)["status"] == "paid", "it is paid as it stands"
    assert money(desks, old) == [("waiting", "other_step")]
    assert run_timer(desks) == 0
    case = take(desks, seen(desks, old), "assess", amount=900_000)
    assert [(case["levy"]["amount"], case["levy"]["state"])] == [(900_000, "open")]
    assert money(desks, case) == [("unapplied", "levy_void")]
    assert [(name, data["number"][5:10]) for name, data in levy_events(desks)] == [
        ("assessed", "00001"),
        ("paid", "00001"),
        ("voided", "00001"),
        ("assessed", "00002"),
    ]


def test_a_second_payment_of_a_paid_assessment_is_kept_for_its_owner(desks: Desks) -> None:
    case = in_payment(desks)
    pay(desks, case)
    assert pay(desks, case, reference="OTHER")["status"] == "not_applied"
    assert money(desks, case) == [("applied", None), ("unapplied", "levy_paid")]
    assert [name for name, _ in levy_events(desks)] == ["assessed", "paid"], "it is paid once"


def test_money_that_waits_for_a_case_that_is_then_withdrawn_is_told(desks: Desks) -> None:
    case = hold(desks, in_payment(desks))
    pay(desks, case)
    desks.act("petugas.sukodono", seen(desks, case), "withdraw", note="ahli waris membatalkan")
    assert money(desks, case) == [("unapplied", "case_ended")]
    assert seen(desks, case)["levy"]["state"] == "paid"


@pytest.mark.parametrize("changes", [{"amount": 1}, {"paid_at": "2026-11-23T00:00:00+00:00"}, {"number": "SKRD/2"}])
def test_a_reference_with_other_words_is_refused_and_changes_nothing(desks: Desks, changes: dict[str, Any]) -> None:
    case = in_payment(desks)
    pay(desks, case)
    refused = refusal(lambda: pay(desks, case, **changes))
    assert (refused.status, refused.code) == (409, "payment_reference_reused")
    assert money(desks, case) == [("applied", None)]


# --- at once --------------------------------------------------------------------------------------------------------


def at_once(*calls: Callable[[], dict[str, Any]]) -> list[Any]:
    def answer(call: Callable[[], dict[str, Any]]) -> Any:
        try:
            return call()["status"]
        except Refused as refused:
            return refused.code

    return sorted(thread.wait() for thread in [eventlet.spawn(answer, call) for call in calls])


def test_the_same_report_ten_times_at_once_is_one_payment(desks: Desks) -> None:
    case = in_payment(desks)
    assert at_once(*(lambda: pay(desks, case) for _ in range(10))) == ["paid"] * 10
    assert money(desks, case) == [("applied", None)]
    assert len(levy_events(desks)) == 2


def test_of_two_payments_at_once_one_pays_and_the_other_is_kept(desks: Desks) -> None:
    case = in_payment(desks)
    both = at_once(lambda: pay(desks, case, reference="A"), lambda: pay(desks, case, reference="B"))
    assert both == ["not_applied", "paid"]
    assert sorted(status for status, _ in money(desks, case)) == ["applied", "unapplied"]


def test_a_payment_and_a_withdrawal_at_once_leave_no_money_without_a_record(desks: Desks) -> None:
    case = in_payment(desks)

    def withdraw() -> dict[str, Any]:
        return {"status": desks.act("petugas.sukodono", case, "withdraw", note="batal")["state"]}

    answers = at_once(lambda: pay(desks, case), withdraw)
    assert answers in (["not_applied", "withdrawn"], ["paid", "version_stale"])
    assert len(money(desks, case)) == 1


# --- what an official sees and does ---------------------------------------------------------------------------------


def listed(desks: Desks, account: str) -> list[str]:
    return [c["id"] for c in desks.ask(account, "permits", "list_cases", unapplied_payment=True)["items"]]


def unapplied(desks: Desks, index: int = 0) -> tuple[Case, dict[str, Any]]:
    case = in_payment(desks, index)
    pay(desks, case)
    pay(desks, case, reference=f"OTHER-{index}")
    case = seen(desks, case)
    return case, case["payments"][-1]


def test_an_official_lists_the_cases_with_such_money_and_settles_it_with_a_reason(desks: Desks) -> None:
    in_payment(desks, 1)
    case, payment = unapplied(desks)
    assert listed(desks, VERIFIER) == [case["id"]]
    assert listed(desks, "petugas.waru") == [], "within the jurisdiction"
    done = settle(desks, payment, key="k-1")
    assert (done["status"], done["reason"], done["note"]) == ("settled", "returned", "SP2D 0123")
    assert settle(desks, payment, key="k-1") == done, "once"
    assert listed(desks, VERIFIER) == []
    assert money_events(desks)[-1] == ("settled", "settled", "returned")
    line = seen(desks, case)["timeline"][-1]
    assert (line["action"], line["actor"], line["office"], line["note"]) == (
        "payment_settled",
        VERIFIER,
        "dpmptsp",
        "SP2D 0123",
    )
    again = refusal(lambda: settle(desks, payment))
    assert (again.status, again.code) == (409, "payment_not_open")


def test_an_operator_sees_in_the_metrics_that_money_waits(desks: Desks) -> None:
    unapplied(desks)
    pay(desks, hold(desks, in_payment(desks, 1)))
    text = exposition(desks.runtime)[0].decode()
    assert 'mpp_payments_open{service="permits",status="unapplied"} 1.0' in text
    assert 'mpp_payments_open{service="permits",status="waiting"} 1.0' in text
    assert 'mpp_payments_open{service="complaints",status="waiting"} 0.0' in text


def test_a_finished_case_keeps_the_day_on_which_it_ended(desks: Desks) -> None:
    case = in_payment(desks)
    desks.act("petugas.sukodono", case, "withdraw", note="batal")
    with desks.databases["permits"].transaction() as tx:
        ended = case_rows.find(tx, id_=case["id"])
    desks.clock.advance(timedelta(days=9))
    pay(desks, case)
    settle(desks, seen(desks, case)["payments"][0], SUPERVISOR, outcome="counted_elsewhere")
    with desks.databases["permits"].transaction() as tx:
        after = case_rows.find(tx, id_=case["id"])
        entries = case_rows.entries(tx, case["id"])
    assert ended is not None
    assert after is not None
    assert after.finished_at == ended.finished_at
    assert replay(Kernel(case["id"], "PRZ-PBG", after.case.service_version), entries) == after.case


def test_only_who_answers_for_the_service_settles(desks: Desks) -> None:
    _, payment = unapplied(desks)
    clerk = refusal(lambda: settle(desks, payment, "petugas.sukodono"))
    assert (clerk.status, clerk.code) == (403, "role_may_not")
    other = refusal(lambda: settle(desks, payment, who(desks, "dpupr", "verifier")))
    assert (other.status, other.code) == (403, "office_may_not")
    assert refusal(lambda: settle(desks, payment, "petugas.waru")).status == 404
    assert refusal(lambda: settle(desks, {"id": "x"})).status == 404
    assert refusal(lambda: settle(desks, {"id": new_id()})).status == 404, "nobody has this id"


def test_each_wrong_field_of_a_settlement_is_named_and_nothing_is_stored(desks: Desks) -> None:
    case, payment = unapplied(desks)
    refused = refusal(lambda: settle(desks, payment, outcome="kept", note=" "))
    assert [(f.field, f.code) for f in refused.fields] == [("outcome", "unknown_choice"), ("note", "required")]
    assert money(desks, case)[-1] == ("unapplied", "levy_paid")


def test_the_trail_names_the_money_and_the_bank(desks: Desks) -> None:
    case, _ = unapplied(desks)
    with desks.databases["permits"].transaction() as tx:
        query = select(audit).where(audit.c.case_id == case["id"], audit.c.action == "payment.recorded")
        rows = tx.execute(query.order_by(audit.c.id)).all()
    assert [(r.actor, r.details["reference"], r.details["status"]) for r in rows] == [
        ("bank", f"REF-{case['levy']['number']}", "applied"),
        ("bank", "OTHER-0", "unapplied"),
    ]
