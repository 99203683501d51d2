"""Time passes: what is due is told once, the ladder is climbed, windows close by themselves; whoever dies meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mpp import crashpoints
from mpp.cases.commands.holding import hold_open_cases
from mpp.cases.time.timer import Timer
from tests.support.desks import EXTENDABLE, REPORT, SIP_DATA, Desks, doctor
from tests.support.leases import outlive
from tests.support.wait import until

FRIDAY_EVENING = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)  # the case of Monday 23 November was due at 15.00 that day


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = Desks(service_urls, extra=[EXTENDABLE])
    yield opened
    opened.close()


def at(desks: Desks, moment: datetime) -> None:
    desks.clock.advance(moment - desks.clock.now())


def told(desks: Desks, service: str = "permits") -> list[tuple[str, str | None, str | None]]:
    """The timer's own events: name, stage, and the step of the ladder."""
    names = ("due_soon", "overdue", "escalated")
    found = [e for e in desks.events(service) if e.type.split(".")[2] in names]
    return [(e.type.split(".")[2], e.data["stage"], e.data["escalated_to"]) for e in found]


def sip(desks: Desks) -> dict[str, Any]:
    return desks.open("petugas.sukodono", "PRZ-UJI", applicant=doctor(), data=SIP_DATA)


def run(desks: Desks, collection: str = "permits") -> int:
    return desks.desks[collection].timer.run_once()


def test_nothing_is_told_before_its_time(desks: Desks) -> None:
    sip(desks)
    assert run(desks) == 0
    assert told(desks) == []


def test_a_stage_and_a_case_are_told_once_for_each_threshold(desks: Desks) -> None:
    case = sip(desks)
    at(desks, datetime(2026, 11, 23, 9, 0, tzinfo=UTC))  # Monday after closing; the stage has one working day
    assert run(desks) == 1
    assert told(desks) == [("due_soon", "verification", None)]
    at(desks, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))  # the very instant of its deadline
    assert run(desks) == 0, "at the very instant it is still in time"
    at(desks, datetime(2026, 11, 24, 8, 1, tzinfo=UTC))
    assert run(desks) == 1
    assert run(desks) == 0, "told once"
    assert told(desks)[1:] == [("overdue", "verification", "supervisor")]
    waiting = desks.get("verifikator.dpmptsp", case)["waiting"]
    assert waiting["overdue_since"] == "2026-11-24T08:00:00+00:00"
    assert waiting["why"]["id"] == "Verifikasi berkas oleh DPMPTSP (lewat tenggat sejak 24-11-2026)"
    at(desks, FRIDAY_EVENING)
    run(desks)
    assert run(desks) == 0
    whole = [t for t in told(desks) if t[1] is None]
    assert whole == [("overdue", None, "supervisor")], "due soon is not told after it is overdue"
    shown = desks.get("verifikator.dpmptsp", case)
    assert shown["escalated"] == "inspectorate", "of the stage, by now; the ladder never goes down"
    assert [e["action"] for e in shown["timeline"]] == ["open", "due_soon", "overdue", "escalated", "overdue"]
    assert {e["actor"] for e in shown["timeline"][1:]} == {"system"}


def test_the_ladder_is_climbed_step_by_step(desks: Desks) -> None:
    case = sip(desks)
    case = desks.act("verifikator.dpmptsp", case, "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    steps = []
    for day in range(1, 20):
        at(desks, datetime(2026, 11, 24, 10, 0, tzinfo=UTC) + timedelta(days=day))
        run(desks)
        steps = [t for t in told(desks) if t[1] == "signature"]
    assert steps == [
        ("overdue", "signature", "supervisor"),
        ("escalated", "signature", "head"),
        ("escalated", "signature", "inspectorate"),
    ]
    page = desks.ask("penyelia.dpmptsp", "permits", "list_cases", escalated=True)
    assert [c["id"] for c in page["items"]] == [case["id"]]


def test_lists_know_what_is_overdue_and_what_was_escalated(desks: Desks) -> None:
    late, fresh = sip(desks), None
    at(desks, FRIDAY_EVENING)
    fresh = sip(desks)
    run(desks)
    for flag in ("overdue", "escalated"):
        page = desks.ask("verifikator.dpmptsp", "permits", "list_cases", **{flag: True})
        assert [c["id"] for c in page["items"]] == [late["id"]], flag
    assert fresh["id"] != late["id"]


def test_stopped_held_and_finished_cases_are_in_no_due_list(desks: Desks) -> None:
    returned = desks.act("verifikator.dpmptsp", sip(desks), "return", note="kurang")
    withdrawn = desks.act("petugas.sukodono", sip(desks), "withdraw", note="tidak jadi")
    held = sip(desks)
    with desks.databases["permits"].transaction() as tx:
        person = _person(desks, held)
        hold_open_cases(
            desks.desks["permits"].host, tx, person, "applicant_deceased", correlation_id="c", causation_id="e"
        )
    at(desks, FRIDAY_EVENING + timedelta(days=30))
    assert run(desks) == 0
    assert told(desks) == []
    for case in (returned, withdrawn, held):
        assert desks.get("petugas.sukodono", case)["escalated"] is None


def _person(desks: Desks, case: dict[str, Any]) -> str:
    from mpp.cases.storage import case_rows

    with desks.databases["permits"].transaction() as tx:
        record = case_rows.find(tx, id_=case["id"])
    assert record is not None
    assert record.person is not None
    return record.person


def test_a_hold_moves_the_stages_date_by_the_working_time_it_stood_still(desks: Desks) -> None:
    case = desks.act("verifikator.dpmptsp", sip(desks), "verify")
    before = case["tasks"][-1]["due_at"]
    assert before.startswith("2026-12-01"), "six working days for the technical recommendation"
    with desks.databases["permits"].transaction() as tx:
        hold_open_cases(
            desks.desks["permits"].host,
            tx,
            _person(desks, case),
            "applicant_deceased",
            correlation_id="c",
            causation_id="e",
        )
    case = desks.get("verifikator.dpmptsp", case)
    assert case["tasks"][-1]["due_at"] is None
    assert case["waiting"]["on"]["en"] == "On hold"
    desks.clock.advance(timedelta(days=2))
    case = desks.act("penyelia.dpmptsp", case, "resume", note="ahli waris melanjutkan")
    assert case["tasks"][-1]["due_at"].startswith("2026-12-02"), "it stood still at Tuesday's closing time"
    assert case["due_at"].startswith("2026-12-07")
    (move,) = case["promise"]["moved"]
    assert (move["from"][:10], move["to"][:10]) == ("2026-12-04", "2026-12-07")
    assert "on hold" in move["why"]["en"]


# ------------------------------------------------------------------------- the citizen's window


def answered(desks: Desks) -> dict[str, Any]:
    case = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(8), data=REPORT)
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    return desks.act("petugas.dpubmsda", case, "answer", note="Jalan diperbaiki.")


def test_a_report_that_nobody_replies_to_is_closed_after_ten_working_days(desks: Desks) -> None:
    case = answered(desks)
    assert case["due_at"] is None, "the clock of the whole stands still"
    window = case["tasks"][-1]["due_at"]
    assert window.startswith("2026-12-07"), "and the reporter's ten working days run"
    at(desks, datetime.fromisoformat(window))
    run(desks, "complaints")
    assert desks.get("admin.pengaduan", case)["state"] == "answered"
    desks.clock.advance(timedelta(minutes=1))
    assert run(desks, "complaints") == 1
    closed = desks.get("admin.pengaduan", case)
    assert closed["state"] == "closed"
    assert (closed["timeline"][-1]["actor"], closed["timeline"][-1]["action"]) == ("system", "close")
    assert ("overdue", "closing", None) not in told(desks, "complaints")
    assert run(desks, "complaints") == 0


def test_a_reply_in_time_keeps_the_report_open(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(8), data=REPORT)
    secret = case["secret"]
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    case = desks.act("petugas.dpubmsda", case, "answer", note="Jalan diperbaiki.")
    case = desks.act(None, case, "reply", secret=secret, note="Belum selesai.")
    at(desks, datetime(2026, 12, 8, 3, 0, tzinfo=UTC))
    run(desks, "complaints")
    assert desks.get("admin.pengaduan", case)["state"] == "referred"


def test_nobody_but_the_timer_acts_as_the_mall(desks: Desks) -> None:
    case = sip(desks)
    at(desks, FRIDAY_EVENING)
    run(desks)
    assert desks.get("verifikator.dpmptsp", case)["state"] == "submitted", "no window, no action by itself"


# ------------------------------------------------------------------------- many, in batches, by one copy at a time


def another(desks: Desks, *, batch: int = 200, lease_seconds: float = 30.0) -> Timer:
    """The timer of another copy of the permits service."""
    return Timer(desks.desks["permits"].host, batch, lease_seconds)


def once_each(desks: Desks, made: list[str]) -> None:
    events = [e for e in desks.events("permits") if e.type == "permits.application.overdue.v1"]
    counted = Counter((e.subject, e.data["stage"]) for e in events)
    assert counted == {(id_, stage): 1 for id_ in made for stage in (None, "verification")}
    for id_ in made:
        versions = [e.subjectversion for e in desks.events("permits") if e.subject == id_]
        assert versions == list(range(1, len(versions) + 1))


def test_more_than_a_batch_is_told_completely(desks: Desks) -> None:
    made = [sip(desks)["id"] for _ in range(7)]
    at(desks, FRIDAY_EVENING)
    assert another(desks, batch=2).run_once() == 14
    once_each(desks, made)


def test_only_one_copy_works_and_another_goes_on_when_it_freezes(desks: Desks) -> None:
    made = [sip(desks)["id"] for _ in range(4)]
    at(desks, FRIDAY_EVENING)
    frozen, other = another(desks, lease_seconds=600), another(desks, lease_seconds=600)
    others = []

    def freeze(point: str) -> None:
        """The holder stands still in the middle of its first case, until the other copy has the lease."""
        if point == "command.after_commit" and not others:
            others.append(other.run_once())
            assert others == [0], "the lease is not free yet"
            outlive(desks.databases["permits"], frozen)
            others.append(other.run_once())
            assert others[-1] > 0, "the other copy takes over"

    with crashpoints.hook(freeze):
        first = frozen.run_once()
    assert first + sum(others) == 8
    assert first < 8
    once_each(desks, made)


@pytest.mark.parametrize("point", ["command.before_commit", "command.after_commit"])
def test_a_copy_that_dies_in_mid_batch_leaves_the_rest_to_the_next(desks: Desks, point: str) -> None:
    made = [sip(desks)["id"] for _ in range(4)]
    at(desks, FRIDAY_EVENING)
    seen = []

    def die(name: str) -> None:
        if name == point:
            seen.append(name)
            if len(seen) == 3:
                raise crashpoints.Crash

    dying, next_copy = another(desks, lease_seconds=0.2), another(desks)
    with crashpoints.hook(die), pytest.raises(crashpoints.Crash):
        dying.run_once()
    until(lambda: next_copy.run_once() > 0, what="the next copy goes on")
    assert next_copy.run_once() == 0
    once_each(desks, made)


def test_a_clerk_who_works_on_a_case_is_not_disturbed(desks: Desks) -> None:
    case = sip(desks)
    at(desks, FRIDAY_EVENING)
    from mpp.cases.storage import case_rows

    with desks.databases["permits"].transaction() as tx:
        assert case_rows.find(tx, id_=case["id"], lock=True) is not None
        assert run(desks) == 0, "somebody holds it at this moment"
    assert run(desks) == 2


def test_one_broken_case_does_not_hold_up_the_others(desks: Desks) -> None:
    broken, fine = sip(desks), sip(desks)
    from sqlalchemy import update

    from mpp.cases.storage.tables import cases

    with desks.databases["permits"].transaction() as tx:
        tx.execute(update(cases).where(cases.c.id == broken["id"]).values(clock={"v": 99}))
    at(desks, FRIDAY_EVENING)
    assert run(desks) == 2
    once_each(desks, [fine["id"]])
