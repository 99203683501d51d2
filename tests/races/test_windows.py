"""A window that may begin, the timer that lets it, and a clerk or a citizen who acts on the same case."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.cases.storage import case_rows
from mpp.crashpoints import reach
from mpp.messages import reports, rows, stranded
from mpp.persistence.database import Database
from mpp.persistence.tables import jobs
from tests.races.sessions import ADVISORY, meet, row_of, standing
from tests.races.test_messages import counted
from tests.support.desks import Desks
from tests.support.permit_walks import kind_of, takers
from tests.support.telling import TEN, Telling
from tests.support.windows import CLERK, actions, moments, rebuilt, refused, run_timer


@pytest.fixture
def telling(desks: Desks) -> Telling:
    opened = Telling(desks)
    counted(opened)
    return opened


def told(telling: Telling, message: str) -> bool:
    """The provider says that the citizen has it."""
    return reports.take(telling.post, message, "sms", "delivered", None)


def look(desks: Desks, case: dict[str, Any]) -> int:
    """What the timer does about a case that it has found."""
    with desks.databases["permits"].transaction() as tx:
        return desks.desks["permits"].timer._due_steps.look_at(tx, case["id"])


def ready(telling: Telling) -> dict[str, Any]:
    """A refused case whose citizen was told, before the timer has looked."""
    case = refused(telling.desks)
    telling.work(TEN)
    assert told(telling, newest(telling, case))
    return case


def newest(telling: Telling, case: dict[str, Any]) -> str:
    """The id of the message that tells of the refusal."""
    return telling.of(case)[-1].id


def object_to(desks: Desks, case: dict[str, Any]) -> Any:
    kind = kind_of(desks, case["service"]["code"])
    account = takers(desks, case, kind, kind.actions["object"])
    return desks.act(account, case, "object", secret=None if account else case["secret"], note="keberatan")


def whole(desks: Desks, case: dict[str, Any]) -> None:
    again, stored = rebuilt(desks, case)
    assert again == stored


def test_a_clerk_who_comes_while_the_timer_lets_a_window_begin(
    desks: Desks, permits: Database, telling: Telling
) -> None:
    case = ready(telling)
    timer, clerk = meet(permits, lambda: look(desks, case), lambda: object_to(desks, case))
    assert timer.answer == 1
    assert clerk.waited == row_of("cases")
    assert clerk.refused == (412, "version_stale")
    assert actions(desks, case)[-1] == "told"
    whole(desks, case)
    assert object_to(desks, desks.get(CLERK, case) | {"secret": case["secret"]})["state"] == "objection"


def test_a_timer_that_comes_while_a_citizen_objects_leaves_the_case_alone(
    desks: Desks, permits: Database, telling: Telling
) -> None:
    case = ready(telling)
    with standing(permits, lambda: object_to(desks, case)) as stage:
        timer = stage.comes(lambda: run_timer(desks))
        assert (timer.answer, timer.waited) == (0, None)
    assert stage.first.answer["state"] == "objection"
    assert run_timer(desks) == 0, "the time to object is over: it was used"
    whole(desks, case)


def test_a_report_that_comes_while_a_citizen_objects_waits_for_the_case_and_is_kept(
    desks: Desks, permits: Database, telling: Telling
) -> None:
    case = refused(desks)
    telling.work(TEN)
    message = newest(telling, case)
    citizen, report = meet(permits, lambda: object_to(desks, case), lambda: told(telling, message))
    assert (citizen.answer["state"], report.answer, report.waited) == ("objection", True, row_of("cases"))
    assert run_timer(desks) == 0
    whole(desks, case)


def test_a_report_waits_for_the_case_before_it_locks_the_messages_so_that_nobody_waits_in_a_circle(
    desks: Desks, permits: Database, telling: Telling
) -> None:
    """A clerk who corrects a number holds the case, and then needs its messages."""
    case = refused(desks)
    telling.work(TEN)
    message = newest(telling, case)

    def corrects() -> int:
        with permits.transaction() as tx:
            case_rows.find(tx, id_=case["id"], lock=True)
            reach("command.before_commit")
            rows.lock(tx, case["id"])
            return len(rows.of_case(tx, case["id"]))

    with standing(permits, corrects, point="command.before_commit") as stage:
        report = stage.comes(lambda: told(telling, message))
        assert report.waited == row_of("cases")
    assert (stage.first.answer, report.answer) == (len(telling.of(case)), True)


def test_two_timers_let_a_window_begin_once(desks: Desks, permits: Database, telling: Telling) -> None:
    case = ready(telling)
    first, second = meet(permits, lambda: look(desks, case), lambda: look(desks, case))
    assert (first.answer, second.answer, second.waited) == (1, 0, None)
    assert actions(desks, case).count("told") == 1
    whole(desks, case)


def test_a_message_that_is_delivered_while_it_counts_as_stranded(
    desks: Desks, permits: Database, telling: Telling
) -> None:
    case = refused(desks)
    telling.work(TEN)
    with permits.transaction() as tx:
        tx.execute(jobs.delete())
    desks.clock.advance(2 * stranded.LATE)
    message = newest(telling, case)
    report, sweep = meet(permits, lambda: told(telling, message), lambda: stranded.run_once(telling.post))
    assert (report.answer, sweep.answer, sweep.waited) == (True, 0, ADVISORY)
    run_timer(desks)
    assert moments(desks, case)[1] == telling.of(case)[-1].delivered_at
