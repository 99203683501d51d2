"""Bapenda's lists, kept from events by the example, are the mall's own tables after any history, in any order."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mpp.cases.storage.tables import levies, payments
from mpp.casework.refusals import Refused
from mpp.messaging.events.event import Event
from tests.integration.permits.test_money import hold, settle
from tests.integration.permits.test_payment import in_payment, seen
from tests.support.desks import Desks
from tests.support.partner_program import PartnerProgram, delivered
from tests.support.permit_walks import Case, pay, take
from tests.support.seed import chance

PROGRAM = PartnerProgram("bapenda/levies.py", "partner.bapenda.levies")


class History:
    """Random things that happen to levies and money. What the rules refuse does not happen."""

    def __init__(self, desks: Desks, number: int) -> None:
        self.desks = desks
        self.random = chance("levies", number)
        self.cases: list[Case] = []
        self.known: list[dict[str, Any]] = []  # every assessment that a bank could know
        self.reports = 0

    def run(self, steps: int) -> None:
        """Begins with one of each kind of change, so that every history has them."""
        for _ in range(4):
            self.assess()
        self.report(self.known[0])
        self.report(self.known[0])
        self.reassess(self.cases[1])
        self.wait(35)
        self.withdraw(self.cases[3])
        self.report(self.known[3])
        ways = [self.assess, self.report, self.report, self.reassess, self.prove, self.withdraw, self.die, self.resume,
                self.settle, self.wait]  # fmt: skip
        for _ in range(steps):
            try:
                self.random.choice(ways)()
            except (Refused, AssertionError) as refused:
                assert not isinstance(refused, Refused) or refused.status in (403, 409, 422), refused.code

    def assess(self) -> None:
        self._met(in_payment(self.desks, len(self.cases), amount=1000 * self.random.randrange(1, 5000)))

    def report(self, levy: dict[str, Any] | None = None) -> None:
        levy = levy or self.random.choice(self.known)
        self.reports += 1
        pay(self.desks, {"levy": levy}, reference=f"R-{self.reports}")

    def reassess(self, case: Case | None = None) -> None:
        case = take(self.desks, self._one(case), "reassess")
        self._met(take(self.desks, case, "assess", amount=1000 * self.random.randrange(1, 5000)), known=True)

    def prove(self) -> None:
        take(self.desks, take(self.desks, self._one(), "submit_proof"), "confirm_payment")

    def withdraw(self, case: Case | None = None) -> None:
        self.desks.act("petugas.sukodono", self._one(case), "withdraw", note="batal")

    def die(self) -> None:
        hold(self.desks, self._one())

    def resume(self) -> None:
        self.desks.act("penyelia.dpmptsp", self._one(), "resume", note="ahli waris")

    def settle(self) -> None:
        payments_of = self._one()["payments"]
        if payments_of:
            settle(self.desks, self.random.choice(payments_of))

    def wait(self, days: int | None = None) -> None:
        self.desks.clock.advance(timedelta(days=days or self.random.choice([1, 10, 40])))
        while self.desks.desks["permits"].timer.run_once():
            pass

    def _one(self, case: Case | None = None) -> Case:
        return seen(self.desks, case or self.random.choice(self.cases))

    def _met(self, case: Case, known: bool = False) -> None:
        self.known.append(case["levy"])
        if not known:
            self.cases.append(case)

    def told(self) -> list[Event]:
        return [e for e in self.desks.events("permits") if e.type.split(".")[1] in ("levy", "payment")]

    def to_be_paid(self) -> list[tuple[Any, ...]]:
        with self.desks.databases["permits"].transaction() as tx:
            rows = tx.execute(select(levies).where(levies.c.state == "open").order_by(levies.c.number)).all()
        return [(r.number, r.amount, r.due_on.isoformat(), "overdue" if r.overdue_at else "open") for r in rows]

    def paid(self) -> list[tuple[Any, ...]]:
        """The first payment of an assessment is the one that paid it."""
        joined = select(levies, payments.c.late).join(payments, payments.c.levy_id == levies.c.id)
        with self.desks.databases["permits"].transaction() as tx:
            query = joined.where(levies.c.state == "paid").order_by(levies.c.number, payments.c.id)
            by_number = groupby(tx.execute(query).all(), key=lambda row: row.number)
        firsts = [next(rows) for _, rows in by_number]
        return [(r.number, r.amount, int(r.late)) for r in firsts]

    def not_applied(self) -> list[tuple[Any, ...]]:
        query = select(levies.c.number, payments).join(payments, payments.c.levy_id == levies.c.id)
        query = query.where(payments.c.status.in_(("waiting", "unapplied")))
        with self.desks.databases["permits"].transaction() as tx:
            rows = tx.execute(query.order_by(levies.c.number, payments.c.id)).all()
        return [(r.number, r.amount, r.reason) for r in rows]

    def agrees(self, kept: Any) -> bool:
        lists = (kept.to_be_paid(), kept.paid(), kept.not_applied())
        return lists == (self.to_be_paid(), self.paid(), self.not_applied())


@pytest.mark.parametrize("number", [1, 2])
def test_the_lists_are_the_malls_after_any_history_in_any_order(desks: Desks, tmp_path: Path, number: int) -> None:
    history = History(desks, number)
    history.run(15)
    names = {e.type.split(".", 1)[1] for e in history.told()}
    assert {"levy.assessed.v1", "levy.paid.v1", "levy.overdue.v1", "levy.voided.v1", "payment.unapplied.v1"} <= names
    for attempt in range(5):
        kept = PROGRAM.load().LevyList(tmp_path / f"{attempt}.sqlite3")
        for event in delivered(history.told(), chance("delivery", number, attempt)):
            kept.take(*event.to_message())
        assert kept.to_be_paid() == history.to_be_paid()
        assert kept.paid() == history.paid()
        assert kept.not_applied() == history.not_applied()


def test_no_event_of_a_levy_or_of_money_names_a_person_or_the_banks_reference(desks: Desks) -> None:
    history = History(desks, 3)
    history.run(3)
    people = {case["applicant"][name] for case in history.cases for name in ("nik", "name", "phone")}
    told = json.dumps([[e.routing_key, e.data] for e in history.told()])
    assert not [word for word in people if word in told]
    assert "R-1" not in told
    assert {e.dataclassification for e in history.told()} == {"public"}


@pytest.mark.parametrize("body", [b"\xff", b"[]", b"{}", b"null", b'{"number": "1"}'])
def test_what_cannot_be_read_is_kept_and_changes_nothing(tmp_path: Path, body: bytes) -> None:
    kept = PROGRAM.load().LevyList(tmp_path / "list.sqlite3")
    headers = {"ce-id": "bad", "ce-type": "permits.levy.paid.v1", "ce-subject": "1", "ce-subjectversion": "1"}
    kept.take(headers, body)
    kept.take({**headers, "ce-id": "v2", "ce-type": "permits.levy.paid.v2"}, b"{}")
    kept.take({"ce-id": "bare"}, b"{}")
    assert (kept.to_be_paid(), kept.paid(), kept.not_applied()) == ([], [], [])
    assert kept.database.execute("SELECT count(*) FROM problems").fetchone() == (3,)


def test_it_uses_nothing_of_the_mall() -> None:
    PROGRAM.uses_nothing_of_the_mall()


@pytest.mark.broker
def test_it_keeps_the_lists_over_a_real_rabbitmq_though_it_is_killed(
    desks: Desks, amqp_uri: str, tmp_path: Path
) -> None:
    history = History(desks, 7)
    history.run(5)
    file = tmp_path / "l.sqlite3"
    PROGRAM.keeps_up_though_it_is_killed(
        amqp_uri,
        {"REGION": "35.15", "LEVIES_FILE": str(file)},
        delivered(history.told(), chance("delivery")),
        lambda: PROGRAM.load().LevyList(file),
        history.agrees,
    )
