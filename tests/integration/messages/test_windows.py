"""A citizen's window begins when the citizen was told, and in every case it begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from mpp.casework.time.clock import deadline
from mpp.casework.time.durations import parse
from mpp.messages import rows, stranded
from mpp.messages.post import Try
from mpp.messages.rows import Preference
from mpp.messages.sending import Sending
from mpp.persistence.tables import jobs
from tests.integration.cases.test_operating import calendar
from tests.races.hearing import death_of, hear
from tests.support.desks import REPORT, Desks
from tests.support.permit_walks import kind_of, take, who
from tests.support.providers import Provider
from tests.support.telling import TEN, Telling, applicant
from tests.support.windows import CLERK, actions, arrives, moments, rebuilt, refused, run_timer, window

DAY = timedelta(days=1)
LONG = 60 * DAY  # longer than the 21 working days of an objection


@pytest.fixture
def telling(desks: Desks, provider: Provider) -> Telling:
    return Telling(desks, provider)


def verifier(desks: Desks) -> str:
    """Of the agency that answers for the refused application."""
    return who(desks, kind_of(desks, "PRZ-PNL").owner, "verifier")


def answered(desks: Desks, **more: Any) -> dict[str, Any]:
    """A report that was answered, so that whoever made it may reply."""
    case = desks.open("petugas.sukodono", "PGD-LPR", applicant=applicant(), data=REPORT, **more)
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    return desks.act("petugas.dpubmsda", case, "answer", note="Jalan diperbaiki.")


def end_of(desks: Desks, case: dict[str, Any]) -> Any:
    """When the window of a case ends by what is shown of it."""
    return moments(desks, case)[2]


# --- it begins with the telling -------------------------------------------------------------------------------------


def test_no_time_runs_before_the_message_was_delivered(desks: Desks, telling: Telling) -> None:
    case = refused(desks)
    telling.work(TEN)
    assert telling.states(case)[-1] == "sent", "the provider has it, the citizen perhaps not"
    assert run_timer(desks) == 0
    decided, told, due = moments(desks, case)
    assert (decided, told, due) == (desks.clock.now() - TEN, None, None)
    desks.clock.advance(timedelta(hours=2))
    arrives(telling, case)
    assert run_timer(desks) == 1
    _, told, due = moments(desks, case)
    assert (told, due is not None) == (desks.clock.now(), True)
    assert actions(desks, case)[-1] == "told"
    again, stored = rebuilt(desks, case)
    assert again == stored


def test_a_week_until_it_arrives_is_a_week_more(desks: Desks, telling: Telling, provider: Provider) -> None:
    """The SMS of one citizen arrives on Monday, that of another a week later: so end their windows."""
    first, second = refused(desks), refused(desks, index=1)
    telling.work(TEN)
    arrives(telling, first)
    run_timer(desks)
    with telling.database.transaction() as tx:  # the provider says nothing for a week, and nobody asks it
        tx.execute(update(jobs).where(jobs.c.kind == "messages.check").values(due_at=desks.clock.now() + LONG))
    desks.clock.advance(7 * DAY)
    arrives(telling, second)
    run_timer(desks)
    for case in (first, second):
        _, told, due = moments(desks, case)
        assert told is not None
        assert due == deadline(told, parse("21wd"), desks.runtime.calendar).due_at
    assert end_of(desks, second) - end_of(desks, first) > 7 * DAY, "Christmas lies between"
    desks.clock.advance(end_of(desks, first) + timedelta(seconds=1) - desks.clock.now())
    run_timer(desks)
    assert [desks.get(CLERK, case)["state"] for case in (first, second)] == ["refused", "rejected"]
    desks.clock.advance(end_of(desks, second) + timedelta(seconds=1) - desks.clock.now())
    run_timer(desks)
    assert desks.get(CLERK, second)["state"] == "refused"


def test_a_provider_that_is_away_for_days_ends_on_the_call_list_and_the_window_begins(
    desks: Desks, telling: Telling, provider: Provider
) -> None:
    provider.mode = "500 before"
    case = refused(desks)
    telling.for_days(2)
    run_timer(desks)
    message = telling.of(case)[-1]
    assert message.state == "call_list"
    assert moments(desks, case)[1] == message.on_call_list_at
    run_timer(desks, LONG)
    assert desks.get(CLERK, case)["state"] == "refused", "it does not hang for ever"


def test_what_the_provider_says_nothing_of_begins_with_the_call_list(desks: Desks, telling: Telling) -> None:
    case = refused(desks)
    telling.for_days(2)
    run_timer(desks)
    assert moments(desks, case)[1] == telling.of(case)[-1].on_call_list_at
    told = moments(desks, case)
    arrives(telling, case)  # after all: what runs keeps its date
    assert run_timer(desks) == 0
    assert moments(desks, case) == told


def test_of_several_steps_in_one_message_the_window_begins_with_that_message(desks: Desks, telling: Telling) -> None:
    case = take(desks, take(desks, refused(desks), "object"), "dismiss_objection")
    telling.work(TEN)
    assert {state.split(":")[0] for state in telling.states(case)} == {"merged", "sent"}
    arrives(telling, case)
    run_timer(desks)
    assert moments(desks, case)[1] == desks.clock.now()


def test_the_night_is_the_citizens(desks: Desks, telling: Telling) -> None:
    """Refused in the evening: told, and counted, from the morning on."""
    desks.clock.advance(timedelta(hours=20) - TEN)
    case = refused(desks)
    telling.work(TEN)
    assert telling.states(case)[-1] == "waiting"
    telling.for_days(1)
    arrives(telling, case)
    run_timer(desks)
    decided, told, _ = moments(desks, case)
    assert told is not None
    assert told > decided + timedelta(hours=8)


@pytest.mark.parametrize("why", ["do_not_contact", "died"])
def test_whoever_is_not_to_be_told_has_the_time_all_the_same(desks: Desks, telling: Telling, why: str) -> None:
    case = refused(desks)
    if why == "died":
        hear(desks, "permits", death_of(desks, 0))
    else:
        with telling.database.transaction() as tx:
            found = telling.post.addressee(tx, case["id"])
            assert found is not None
            rows.prefer(tx, found.holder, Preference(do_not_contact=True), CLERK, desks.clock.now())
    telling.work(TEN)
    assert telling.states(case)[-1] == f"withheld: {why}"
    run_timer(desks)
    _, told, due = moments(desks, case)
    assert told == desks.clock.now()
    assert (due is None) == (why == "died"), "of who has died the case is on hold, and no time runs"


def test_a_reply_to_an_answer_waits_for_the_telling_too(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider, service="complaints")
    case = answered(desks)
    assert moments(desks, case)[1:] == (None, None)
    telling.work(TEN)
    arrives(telling, case)
    run_timer(desks, collection="complaints")
    assert moments(desks, case)[1] == desks.clock.now()


# --- the mall as it ships -------------------------------------------------------------------------------------------


def test_without_a_channel_everything_is_on_the_call_list_at_once_and_the_time_runs(desks: Desks) -> None:
    telling = Telling(desks)
    case = refused(desks)
    message = telling.of(case)[-1]
    assert (message.state, message.reason, message.on_call_list_at) == ("call_list", "no_channel", desks.clock.now())
    decided, told, due = moments(desks, case)
    assert (decided, told) == (message.on_call_list_at, message.settled_at)
    assert due is not None
    assert (run_timer(desks), actions(desks, case)[-1]) == (0, "reject_file"), "no step of its own"
    assert [each.state for each in telling.of(case)] == ["merged"] * (len(telling.of(case)) - 1) + ["call_list"]


def test_who_is_named_by_nobody_waits_for_nobody(desks: Desks, provider: Provider) -> None:
    """An anonymous report is never written to: its time to reply runs from the answer on."""
    telling = Telling(desks, provider, service="complaints")
    case = answered(desks, anonymous=True)
    assert telling.of(case) == []
    decided, told, due = moments(desks, case)
    assert (told, due is not None) == (decided, True)


# --- what else happens to the case ----------------------------------------------------------------------------------


def test_who_objects_before_being_told_is_heard(desks: Desks, telling: Telling) -> None:
    case = take(desks, refused(desks), "object")
    assert (case["state"], case["window"]) == ("objection", None)
    telling.work(TEN)
    arrives(telling, case)
    assert run_timer(desks) == 0
    assert desks.get(CLERK, case)["tasks"][-1]["due_at"] is not None, "the office's own time is not delayed"


def test_a_case_on_hold_is_told_and_its_time_runs_when_it_goes_on(desks: Desks, telling: Telling) -> None:
    case = refused(desks)
    hear(desks, "permits", death_of(desks, 0))
    telling.work(TEN)
    run_timer(desks)
    held = desks.get(CLERK, case)
    assert (held["held"]["reason"], held["window"]["due_at"]) == ("applicant_deceased", None)
    told = moments(desks, case)[1]
    desks.clock.advance(7 * DAY)
    desks.act(verifier(desks), held, "resume", note="Ahli waris meneruskan.")
    _, later, due = moments(desks, case)
    assert (later, due is not None) == (told, True)
    again, stored = rebuilt(desks, case)
    assert again == stored


def test_going_on_does_not_begin_a_window_of_which_nobody_was_told(desks: Desks, telling: Telling) -> None:
    case = refused(desks)
    hear(desks, "permits", death_of(desks, 0))
    desks.act(verifier(desks), desks.get(CLERK, case), "resume", note="Keliru.")
    assert moments(desks, case)[1:] == (None, None)
    run_timer(desks, LONG)
    assert desks.get(CLERK, case)["state"] == "rejected"


def test_a_corrected_calendar_counts_from_when_the_citizen_was_told_and_takes_no_day_back(
    desks: Desks, telling: Telling
) -> None:
    case = refused(desks)
    telling.work(TEN)
    arrives(telling, case)
    run_timer(desks)
    _, told, due = moments(desks, case)
    day_off = "days:\n  - {date: 2026-12-16, kind: regional_holiday, name: Pilkada}\n"
    calendar(desks, "load", name="2026.yaml", source=day_off)
    run_timer(desks)
    _, same, later = moments(desks, case)
    assert due is not None
    assert later is not None
    assert same == told
    assert later > due
    no_day_off = day_off.replace("regional_holiday", "working_day")
    calendar(desks, "load", name="2026.yaml", source=no_day_off)
    run_timer(desks)
    assert moments(desks, case)[2] == later, "the citizen has read that date"
    again, stored = rebuilt(desks, case)
    assert again == stored


def test_the_timer_that_comes_by_for_something_else_does_not_begin_it(desks: Desks, telling: Telling) -> None:
    case = refused(desks)
    table = "days:\n  - {date: 2026-12-16, kind: regional_holiday, name: Pilkada}\n"
    calendar(desks, "load", name="2026.yaml", source=table)
    desks.desks["permits"].timer.run_once()
    assert moments(desks, case)[1:] == (None, None)


# --- a window that never begins -------------------------------------------------------------------------------------


def dead_jobs(telling: Telling, *, gone: bool = False) -> None:
    with telling.database.transaction() as tx:
        if gone:
            tx.execute(jobs.delete())
        else:
            tx.execute(update(jobs).values(status="dead", settled_at=telling.clock.now()))


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("state", ["waiting", "sending", "sent"])
def test_a_message_that_nobody_works_on_any_more_ends_on_the_call_list(
    desks: Desks, telling: Telling, state: str, gone: bool
) -> None:
    case = refused(desks)
    if state == "sent":
        telling.work(TEN)
    if state == "sending":
        desks.clock.advance(TEN)
        assert Sending(telling.post)._begin(Try(telling.of(case)[-1].id, 1)) is not None
    assert telling.of(case)[-1].state == state
    dead_jobs(telling, gone=gone)
    assert stranded.run_once(telling.post) == 0, "not before it is late"
    desks.clock.advance(2 * stranded.LATE)
    assert stranded.run_once(telling.post) >= 1
    newest = telling.of(case)[-1]
    assert (newest.state, newest.reason) == ("call_list", "stranded")
    run_timer(desks)
    assert moments(desks, case)[1] == newest.on_call_list_at
    assert stranded.run_once(telling.post) == 0


def test_a_message_that_is_under_way_is_left_alone(desks: Desks, telling: Telling) -> None:
    case = refused(desks)
    desks.clock.advance(30 * DAY)  # the service was down: its jobs are late, and there
    assert stranded.run_once(telling.post) == 0
    telling.work()
    assert telling.states(case)[-1] == "sent"
    desks.clock.advance(timedelta(hours=5))
    assert stranded.run_once(telling.post) == 0, "its provider has a day to report"


def test_a_window_whose_message_is_not_there_begins_when_the_mall_finds_it(desks: Desks, telling: Telling) -> None:
    case = refused(desks)
    with telling.database.transaction() as tx:
        tx.execute(jobs.delete())
        tx.execute(rows.messages.delete())
    desks.clock.advance(DAY)
    run_timer(desks)
    assert moments(desks, case)[1] == desks.clock.now()


def test_what_a_process_of_the_version_before_has_settled_counts_too(desks: Desks, telling: Telling) -> None:
    """It knows nothing of windows, and calls nobody."""
    object.__setattr__(telling.post, "settled", lambda tx, message, at: None)
    case = refused(desks)
    telling.work(TEN)
    arrives(telling, case)
    told = desks.clock.now()
    run_timer(desks, timedelta(hours=3))
    assert moments(desks, case)[1] == told, "the moment of the message, not that of the timer"


def test_a_settled_message_calls_the_timer(desks: Desks, telling: Telling) -> None:
    called: list[str] = []
    telling.database.on_commit("windows", lambda: called.append("windows"))
    case = refused(desks)
    telling.work(TEN)
    assert called == []
    arrives(telling, case)
    assert called == ["windows"]


def test_nobody_has_a_window_where_nothing_is_asked(desks: Desks, telling: Telling) -> None:
    assert window(desks, desks.open(CLERK, "PGD-LPR", applicant=applicant(), data=REPORT)) is None
