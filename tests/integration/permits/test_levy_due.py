"""The last day to pay passes: told once, shown to the office and to who waits; what then happens is the catalogue's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mpp import crashpoints
from mpp.catalogue import package_folder
from tests.integration.permits.test_money import hold, money, run_timer
from tests.integration.permits.test_payment import in_payment, levy_events, seen
from tests.support.desks import Desks, refusal
from tests.support.permit_walks import Case, file, pay, take, walk, who

LAST_DAY = datetime(2026, 12, 23, 16, 58, tzinfo=UTC)  # 23.58 in Sidoarjo, of an assessment of 23 November
DAY = timedelta(days=1)


def at(desks: Desks, moment: datetime) -> None:
    desks.clock.advance(moment - desks.clock.now())


def names(desks: Desks) -> list[str]:
    return [name for name, _ in levy_events(desks)]


def overdue_of_the_case(desks: Desks) -> list[dict[str, Any]]:
    found = [e for e in desks.events("permits") if e.type == "permits.application.overdue.v1"]
    return [e.data for e in found if e.data["stage"] == "payment"]


def test_on_its_last_day_it_is_not_overdue_and_after_it_it_is_told_once(desks: Desks) -> None:
    case = in_payment(desks)
    at(desks, LAST_DAY)
    run_timer(desks)
    assert names(desks) == ["assessed"]
    at(desks, LAST_DAY + timedelta(minutes=3))
    run_timer(desks)
    assert run_timer(desks) == 0
    at(desks, LAST_DAY + 90 * DAY)
    assert run_timer(desks) == 0, "told once"
    assert names(desks) == ["assessed", "overdue"]
    told = levy_events(desks)[-1][1]
    assert (told["number"], told["due_on"], told["overdue_since"]) == (
        "SKRD/00001/DPMPTSP/2026",
        "2026-12-23",
        "2026-12-24",
    )
    assert seen(desks, case)["levy"]["overdue_since"] == "2026-12-24"


def test_a_mall_that_stood_still_for_months_tells_it_once(desks: Desks) -> None:
    in_payment(desks)
    at(desks, LAST_DAY + 200 * DAY)
    run_timer(desks)
    assert run_timer(desks) == 0
    assert names(desks) == ["assessed", "overdue"]
    assert len(overdue_of_the_case(desks)) == 1


def test_the_office_and_the_applicant_see_since_when(desks: Desks) -> None:
    case = in_payment(desks)
    task = case["tasks"][-1]
    assert (task["code"], task["due_at"]) == ("payment", "2026-12-23T16:59:00+00:00"), "in the worklist by its last day"
    assert case["waiting"]["overdue_since"] is None
    at(desks, LAST_DAY + DAY)
    run_timer(desks)
    waiting = seen(desks, case)["waiting"]
    assert (waiting["on"]["id"], waiting["overdue_since"]) == ("Pemohon", "2026-12-23T16:59:00+00:00")
    assert waiting["why"]["id"] == "Pemohon membayar retribusi di bank (lewat tenggat sejak 23-12-2026)"
    assert desks.ask(None, "permits", "track", tracking_code=case["tracking_code"])["waiting"] == waiting
    (told,) = overdue_of_the_case(desks)
    assert (told["office"], told["escalated_to"]) == ("35.15.14.2013", None), "a citizen's delay climbs to nobody"
    worklist = desks.ask("petugas.sukodono", "permits", "worklist")["items"]
    assert [(i["task"], i["due_at"]) for i in worklist] == [("payment", "2026-12-23T16:59:00+00:00")]


def test_a_refused_proof_gives_no_new_time_to_pay(desks: Desks) -> None:
    case = take(desks, in_payment(desks), "submit_proof")
    desks.clock.advance(9 * DAY)
    case = take(desks, case, "refuse_proof")
    assert case["tasks"][-1]["due_at"] == "2026-12-23T16:59:00+00:00"
    case = take(desks, take(desks, case, "reassess"), "assess")
    assert case["levy"]["due_on"] == "2027-01-01"
    assert case["tasks"][-1]["due_at"] == "2027-01-01T16:59:00+00:00", "another assessment does"


def test_what_was_paid_in_time_is_never_overdue(desks: Desks) -> None:
    pay(desks, in_payment(desks))
    at(desks, LAST_DAY + DAY)
    run_timer(desks)
    assert names(desks) == ["assessed", "paid"]


def test_an_assessment_is_overdue_also_while_its_case_is_on_hold(desks: Desks) -> None:
    case = hold(desks, in_payment(desks))
    at(desks, LAST_DAY + DAY)
    run_timer(desks)
    assert names(desks) == ["assessed", "overdue"]
    assert seen(desks, case)["waiting"]["overdue_since"] is None, "nobody waits for money of a case that stands still"


def test_a_late_payment_is_accepted_and_marked_late(desks: Desks) -> None:
    case = in_payment(desks)
    at(desks, LAST_DAY + 10 * DAY)
    run_timer(desks)
    assert pay(desks, case)["status"] == "paid"
    case = seen(desks, case)
    assert (case["state"], case["levy"]["state"], case["levy"]["overdue_since"]) == ("initials_section", "paid", None)
    assert [p["late"] for p in case["payments"]] == [True]
    assert (names(desks)[-1], levy_events(desks)[-1][1]["late"]) == ("paid", True)


def test_what_was_paid_on_the_last_day_and_reported_later_is_not_late(desks: Desks) -> None:
    case = in_payment(desks)
    at(desks, LAST_DAY + 2 * DAY)
    run_timer(desks)
    pay(desks, case, paid_at=LAST_DAY.isoformat())
    assert [p["late"] for p in seen(desks, case)["payments"]] == [False]
    assert names(desks) == ["assessed", "overdue", "paid"]


@pytest.mark.parametrize("point", ["command.before_commit", "command.after_commit"])
def test_it_dies_and_goes_on(desks: Desks, point: str) -> None:
    in_payment(desks)
    at(desks, LAST_DAY + DAY)

    def die(reached: str) -> None:
        if reached == point:
            raise crashpoints.Crash(reached)

    with crashpoints.hook(die), pytest.raises(crashpoints.Crash):
        run_timer(desks)
    run_timer(desks)
    assert names(desks) == ["assessed", "overdue"]
    assert len(overdue_of_the_case(desks)) == 1


# --- a region that decides otherwise ----------------------------------------------------------------------------

PBG = (package_folder("services.permits.catalogue") / "prz-pbg.yaml").read_text("utf-8")
CLOSE = """\
    close_unpaid:
      label: {id: "Tutup karena tidak dibayar", en: "Close, since it was not paid"}
      from: payment
      to: refused
      roles: [system]
      event: refusal_final
"""
STRICT = (
    PBG.replace("code: PRZ-PBG", "code: PRZ-PBG-TEGAS")
    .replace("paid: pay}", "paid: pay, late: review}")
    .replace("sla: levy}", "sla: levy, on_due: {action: close_unpaid}}")
    .replace("    submit_proof:\n", CLOSE + "    submit_proof:\n")
)
REVIEW = STRICT.replace(", on_due: {action: close_unpaid}", "").replace(CLOSE, "").replace("TEGAS", "TINJAU")


@pytest.fixture
def strict(service_urls: Mapping[str, str], tmp_path: Path) -> Iterator[Desks]:
    """A region that closes what nobody pays, and one service in which a person looks at what comes late."""
    (tmp_path / "strict.yaml").write_text(STRICT, "utf-8")
    (tmp_path / "review.yaml").write_text(REVIEW, "utf-8")
    opened = Desks(service_urls, extra=[tmp_path])
    yield opened
    opened.close()


def assessed(desks: Desks, service: str) -> Case:
    case = walk(desks, file(desks, service, track="simple_house", floor_area=70), "assessment")
    return take(desks, case, "assess", amount=1_250_000)


def test_the_catalogue_may_close_what_was_not_paid(strict: Desks) -> None:
    case = assessed(strict, "PRZ-PBG-TEGAS")
    at(strict, LAST_DAY + 40 * DAY)
    run_timer(strict)
    assert run_timer(strict) == 0
    case = seen(strict, case)
    assert (case["state"], case["levy"]) == ("refused", None)
    assert (case["timeline"][-1]["action"], case["timeline"][-1]["actor"]) == ("close_unpaid", "system")
    assert names(strict) == ["assessed", "overdue", "voided"]
    assert levy_events(strict)[-1][1]["reason"] == "case_ended"
    assert pay(strict, case | {"levy": {"number": "SKRD/00001/DPMPTSP/2026", "amount": 1_250_000}})["status"] == (
        "not_applied"
    )
    assert money(strict, case) == [("unapplied", "levy_void")]


def test_money_that_waited_for_a_case_on_hold_is_looked_at_before_the_time_is_over(strict: Desks) -> None:
    case = hold(strict, assessed(strict, "PRZ-PBG-TEGAS"))
    pay(strict, case)
    at(strict, LAST_DAY + 40 * DAY)
    run_timer(strict)
    strict.act("penyelia.dpmptsp", seen(strict, {**case, "secret": ""}), "resume", note="ahli waris")
    run_timer(strict)
    assert seen(strict, {**case, "secret": ""})["state"] == "initials_section"


def test_a_case_on_hold_is_not_closed_for_want_of_money_before_it_is_resumed(strict: Desks) -> None:
    case = hold(strict, assessed(strict, "PRZ-PBG-TEGAS"))
    at(strict, LAST_DAY + 40 * DAY)
    run_timer(strict)
    case = seen(strict, {**case, "secret": ""})
    assert case["state"] == "payment"
    case = strict.act("penyelia.dpmptsp", case, "resume", note="ahli waris")
    strict.clock.advance(40 * DAY)
    run_timer(strict)
    assert strict.get("petugas.sukodono", case)["state"] == "refused", "after the time that was left"


def test_where_the_region_says_so_a_person_decides_about_a_late_payment(strict: Desks) -> None:
    case = assessed(strict, "PRZ-PBG-TINJAU")
    at(strict, LAST_DAY + 3 * DAY)
    run_timer(strict)
    assert pay(strict, case)["status"] == "not_applied"
    assert money(strict, case) == [("unapplied", "late")]
    assert seen(strict, case)["state"] == "payment"
    case = take(strict, seen(strict, case), "submit_proof")
    case = take(strict, case, "confirm_payment")
    assert (case["state"], case["levy"]["how"]) == ("initials_section", "bank"), "it is the same money"
    assert money(strict, case) == [("applied", None)]
    assert pay(strict, {**case, "levy": {"number": "SKRD/00001/DPMPTSP/2026", "amount": 1_250_000}})["status"]


def test_nobody_but_the_mall_closes_it(strict: Desks) -> None:
    case = assessed(strict, "PRZ-PBG-TEGAS")
    for account in ("petugas.sukodono", "verifikator.dpmptsp", who(strict, "dpmptsp", "supervisor")):
        assert refusal(lambda: strict.act(account, case, "close_unpaid")).status == 403  # noqa: B023
