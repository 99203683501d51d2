"""What the calendar has not decided closes no window of an applicant; a corrected one moves the last day to pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.cases.test_operating import calendar
from tests.integration.permits.test_levy_due import PBG, assessed, at, names
from tests.integration.permits.test_money import money, run_timer
from tests.integration.permits.test_payment import levy_events, seen
from tests.support.desks import Desks
from tests.support.permit_walks import Case, file, pay, take, walk

DAY = timedelta(days=1)
ESTIMATED = "days:\n  - {date: 2026-12-16, kind: regional_holiday, name: Pilkada, estimate: true}\n"
DECIDED = ESTIMATED.replace(", estimate: true", "")
NO_DAY_OFF = "days:\n  - {date: 2026-12-16, kind: working_day, name: Pilkada ditunda}\n"


def load(desks: Desks, table: str) -> None:
    assert calendar(desks, "load", name="2026.yaml", source=table)["loaded"]


def refused_on_monday(desks: Desks) -> Case:
    """The time to object ends on 22 December; with a day off on the way, on the 23rd."""
    return walk(desks, file(desks, "PRZ-PNL"), "rejected")


# --- an applicant's window ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [DECIDED, NO_DAY_OFF])
def test_the_time_to_object_stays_open_on_an_estimate_and_ends_when_it_is_decided(desks: Desks, decision: str) -> None:
    case = refused_on_monday(desks)
    load(desks, ESTIMATED)
    run_timer(desks)
    assert seen(desks, case)["tasks"][-1]["due_at"].startswith("2026-12-23")
    desks.clock.advance(60 * DAY)
    assert run_timer(desks) == 0
    waiting = seen(desks, case)
    assert (waiting["state"], waiting["waiting"]["overdue_since"]) == ("rejected", None)
    load(desks, decision)
    run_timer(desks)
    assert seen(desks, case)["state"] == "refused"


def test_who_objects_meanwhile_is_heard(desks: Desks) -> None:
    load(desks, ESTIMATED)
    case = refused_on_monday(desks)
    desks.clock.advance(60 * DAY)
    run_timer(desks)
    assert take(desks, case, "object")["state"] == "objection"


@pytest.mark.parametrize(("steps", "state"), [("object", "objection"), ("object dismiss_objection appeal", "appeal")])
def test_an_office_that_is_silent_gets_no_time_from_an_estimate(desks: Desks, steps: str, state: str) -> None:
    """Ten working days from Monday the 7th end on the 21st; the undecided day counts as a day off: the 22nd."""
    desks.clock.advance(14 * DAY)
    load(desks, ESTIMATED)
    case = refused_on_monday(desks)
    for step in steps.split():
        case = take(desks, case, step)
    desks.clock.advance(15 * DAY)
    run_timer(desks)
    assert seen(desks, case)["state"] == state
    desks.clock.advance(DAY)
    run_timer(desks)
    assert seen(desks, case)["state"] == "objection_granted"


def test_an_estimate_behind_the_window_does_not_hold_it_open(desks: Desks) -> None:
    case = refused_on_monday(desks)
    load(desks, ESTIMATED.replace("12-16", "12-28"))
    desks.clock.advance(60 * DAY)
    run_timer(desks)
    assert seen(desks, case)["state"] == "refused"


# --- the time to pay, counted in working days by a region ------------------------------------------------------------

LEVY = (
    'levy: {series: skrd, template: "SKRD/{seq:5}/{office}/{year}", due: 17wd, assess: assess, paid: pay, late: review}'
)
WORKING_DAYS = "\n".join(LEVY if line.startswith("levy:") else line for line in PBG.splitlines())
SERVICE = "PRZ-PBG-HARI-KERJA"
LAST_DAY = datetime(2026, 12, 16, 1, tzinfo=UTC)  # of an assessment of Monday, 23 November


@pytest.fixture
def region(service_urls: Mapping[str, str], tmp_path: Path) -> Iterator[Desks]:
    (tmp_path / "levy.yaml").write_text(WORKING_DAYS.replace("code: PRZ-PBG\n", f"code: {SERVICE}\n"), "utf-8")
    opened = Desks(service_urls, extra=[tmp_path])
    yield opened
    opened.close()


def dates(desks: Desks, case: Case) -> tuple[str, str]:
    """The last day on the assessment, and the local day of the task that waits for the money."""
    found = desks.get("petugas.sukodono", case)
    return found["levy"]["due_on"], found["tasks"][-1]["due_at"][:10]


def test_a_corrected_calendar_moves_the_last_day_and_its_task_alike(region: Desks) -> None:
    case = assessed(region, SERVICE)
    assert dates(region, case) == ("2026-12-16", "2026-12-16")
    load(region, DECIDED)
    run_timer(region)
    assert dates(region, case) == ("2026-12-17", "2026-12-17")
    assert run_timer(region) == 0
    told = levy_events(region)[-1]
    assert told[0] == "postponed"
    assert (told[1]["due_on"], told[1]["previous_due_on"]) == ("2026-12-17", "2026-12-16")


def test_a_new_assessment_is_counted_by_the_table_that_was_loaded(region: Desks) -> None:
    load(region, DECIDED)
    assert dates(region, assessed(region, SERVICE)) == ("2026-12-17", "2026-12-17")


def test_the_day_on_the_paper_is_never_taken_from_who_has_it(region: Desks) -> None:
    load(region, DECIDED)
    case = assessed(region, SERVICE)
    load(region, NO_DAY_OFF)
    run_timer(region)
    assert dates(region, case) == ("2026-12-17", "2026-12-17")
    at(region, LAST_DAY + timedelta(hours=23))  # 17 December, 07.00 in Sidoarjo
    run_timer(region)
    assert names(region) == ["assessed"]
    assert seen(region, case)["waiting"]["overdue_since"] is None
    assert pay(region, case)["status"] == "paid"


def test_what_was_overdue_by_the_wrong_calendar_is_open_again(region: Desks) -> None:
    case = assessed(region, SERVICE)
    at(region, LAST_DAY + DAY)
    run_timer(region)
    assert names(region) == ["assessed", "overdue"]
    load(region, DECIDED)
    run_timer(region)
    assert names(region) == ["assessed", "overdue", "postponed"]
    assert seen(region, case)["levy"]["overdue_since"] is None
    at(region, LAST_DAY + 2 * DAY)
    run_timer(region)
    assert names(region)[-1] == "overdue"
    assert seen(region, case)["levy"]["overdue_since"] == "2026-12-18"


def test_a_correction_counts_also_where_the_old_last_day_passed_before_the_timer_looked(region: Desks) -> None:
    assessed(region, SERVICE)
    load(region, DECIDED)
    at(region, LAST_DAY + DAY)
    run_timer(region)
    assert names(region) == ["assessed", "postponed"]


def test_nothing_is_overdue_or_late_by_an_estimate(region: Desks) -> None:
    load(region, ESTIMATED)
    case = assessed(region, SERVICE)
    assert dates(region, case) == ("2026-12-17", "2026-12-17")
    at(region, LAST_DAY + 30 * DAY)
    assert run_timer(region) == 0
    assert names(region) == ["assessed"]
    assert pay(region, case)["status"] == "paid"
    assert money(region, case) == [("applied", None)]
    assert [payment["late"] for payment in seen(region, case)["payments"]] == [False]
