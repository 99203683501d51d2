"""Levies and money: what the bank reports meets what the office does, and is recorded once, as it is then."""

from __future__ import annotations

from mpp.persistence.database import Database
from tests.integration.permits.test_money import VERIFIER, money, money_events, settle, unapplied
from tests.integration.permits.test_payment import in_payment, levy_events
from tests.races.sessions import ADVISORY, meet, row_of
from tests.support.desks import Desks
from tests.support.permit_walks import pay


def test_a_report_that_the_bank_repeats_at_once_is_one_payment(desks: Desks, permits: Database) -> None:
    case = in_payment(desks)
    first, second = meet(permits, lambda: pay(desks, case), lambda: pay(desks, case))
    assert second.answer == first.answer
    assert money(desks, case) == [("applied", None)]
    assert second.waited == ADVISORY


def test_money_does_not_pay_an_assessment_that_is_ending_with_its_application(desks: Desks, permits: Database) -> None:
    case = in_payment(desks)
    _, paying = meet(
        permits,
        lambda: desks.act("petugas.sukodono", case, "withdraw", note="tidak jadi"),
        lambda: pay(desks, case),
    )
    assert paying.answer["status"] == "not_applied"
    assert money(desks, case) == [("unapplied", "levy_void")]
    assert [name for name, _ in levy_events(desks)] == ["assessed", "voided"]
    assert paying.waited == row_of("cases")


def test_an_application_is_not_withdrawn_under_the_money_that_is_sending_it_on(desks: Desks, permits: Database) -> None:
    case = in_payment(desks)
    _, withdrawing = meet(
        permits,
        lambda: pay(desks, case),
        lambda: desks.act("petugas.sukodono", case, "withdraw", note="tidak jadi"),
    )
    assert withdrawing.refused == (412, "version_stale")
    assert [name for name, _ in levy_events(desks)] == ["assessed", "paid"]
    assert withdrawing.waited == row_of("cases")


def test_money_is_settled_once(desks: Desks, permits: Database) -> None:
    _, payment = unapplied(desks)
    _, second = meet(
        permits,
        lambda: settle(desks, payment),
        lambda: settle(desks, payment, VERIFIER, outcome="counted_elsewhere"),
    )
    assert second.refused == (409, "payment_not_open")
    assert [event for event in money_events(desks) if event[0] == "settled"] == [("settled", "settled", "returned")]
    assert second.waited == row_of("cases")
