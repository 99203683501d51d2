"""Die at every boundary there is, start again, and find the office's work done once: on both brokers.

The scenario is a small day at the mall, with the real services: a doctor's licence is filed and issued and another
one applied for, the doctor's death is registered, a complaint comes in. Every point of `POINTS` must be passed by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mpp
from mpp import crashpoints
from mpp.crashpoints import MESSAGE_POINTS, POINTS, Crash
from mpp.hosting.definition import definitions
from mpp.identity import demo as people
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.persistence.database import Database
from services.gateway.feed.queries import number
from tests.chaos import dump
from tests.chaos.checker import check
from tests.chaos.facts import Command, Poison
from tests.support.broker import close_vhost, open_vhost
from tests.support.crash import DEATH, MONDAY, OnceBroken, Process, fill, garbage, topology
from tests.support.postgres import TestPostgres
from tests.support.wait import until


def person(index: int) -> dict[str, Any]:
    who = people.resident(index)
    return {"kind": "person", "nik": who.nik, "name": who.name}


def sip(mark: str, doctor: int) -> dict[str, Any]:
    data = {
        "kind": "new",
        "str_number": "STR-1",
        "practice_name": mark,
        "practice_address": f"Jalan {mark}",
        "practice_region": "35.15.14.2013",
        "requirements": {"str": True, "practice_place": True, "identity": True},
    }
    return {"applicant": person(doctor), "data": data}


def death(mark: str, doctor: int) -> dict[str, Any]:
    papers = {"death_statement": True, "family_card": True}
    data = {"deceased_nik": people.resident(doctor).nik, "died_on": "2026-11-22", "place": mark, "requirements": papers}
    return {"applicant": person(RELATIVE), "data": data}


def report(mark: str, doctor: int) -> dict[str, Any]:
    data = {"title": mark, "text": "Jalan berlubang", "classification": "complaint"}
    return {"applicant": person(RELATIVE), "data": data}


RELATIVE = len(POINTS)  # the residents before this one die, one for each point
# (key, account, service to open | (case opened under that key, action), body)
DAY: list[tuple[str, str, Any, Any]] = [
    ("open-1", "petugas.sukodono", "PRZ-SIP-DR", sip),
    ("verify-1", "verifikator.dpmptsp", ("open-1", "verify"), None),
    ("recommend-1", "teknis.dinkes", ("open-1", "recommend"), None),
    ("sign-1", "penandatangan.dpmptsp", ("open-1", "sign"), None),
    ("open-2", "petugas.waru", "PRZ-SIP-DR", sip),
    ("open-3", "petugas.dukcapil", "ADM-MTI-01", death),
    ("verify-3", "verifikator.dukcapil", ("open-3", "verify"), None),
    ("sign-3", "pejabat.dukcapil", ("open-3", "sign"), None),
    ("open-4", "petugas.sukodono", "PGD-LPR", report),
]


class Office:
    """The mall's process over databases and a broker that stay: it dies at each point in turn, once a day.

    The clerks repeat what got no answer, under the same key.
    """

    def __init__(self, urls: dict[str, str], boot: Callable[[], Broker]) -> None:
        self.urls, self.boot = urls, boot
        self.now = MONDAY
        self.point = ""
        self.died = self.dead = False
        self.days = 0
        self.answers: dict[str, dict[str, Any]] = {}
        self.ledger: dict[str, Command] = {}
        self.process: Process | None = None
        self.mistake = OnceBroken(DEATH)

    @property
    def poison(self) -> Poison:
        """One unreadable message a day, in the queue of everybody who listens to persons."""
        return Poison(undecodable=("permits", "complaints", "gateway") * self.days)

    def pass_by(self, name: str) -> None:
        """The hook: a dead process does nothing more, whichever greenlet comes by."""
        if self.dead or (name == self.point and not self.died):
            self.died = self.dead = True
            raise Crash(name)

    def day(self, point: str) -> None:
        """A day at which the process dies at `point`; returns when all that it caused has happened."""
        self.point, self.died, self.mistake = point, False, OnceBroken(DEATH)
        doctor, self.days = self.days, self.days + 1
        with crashpoints.hook(self.pass_by):
            try:
                until(self.garbage_taken, what="a message that nobody can read")
                for step in DAY:
                    until(lambda: self.done(doctor, *step), what=step[0])  # noqa: B023
                until(self.drained, what=f"the end of the day after dying at {point}")
            finally:
                self.close()

    def running(self) -> Process:
        """The process, started (again) where there is none: what a supervisor does."""
        if self.dead:
            self.close()
        if self.process is None:
            self.dead = False
            self.process = Process(self.urls, self.boot(), self.now, self.mistake).start()
        return self.process

    def close(self) -> None:
        """End the process as kill -9 does."""
        if self.process is not None:
            self.now = self.process.desks.clock.now()
            self.process.die()
            self.process = None

    def garbage_taken(self) -> bool:
        """A stranger's unreadable message; a broker that died had not confirmed it, so it is sent again."""
        try:
            return garbage(self.running().broker, f"day {self.days}")
        except Crash:
            return False

    def done(self, doctor: int, name: str, account: str, what: Any, body: Any) -> bool:
        """One step of a clerk; False when it must be repeated."""
        desks = self.running().desks
        key = f"{name} {self.point}"
        opened = key if isinstance(what, str) else f"{what[0]} {self.point}"
        try:
            if isinstance(what, str):
                case = desks.open(account, what, key=key, **body(key, doctor))
            else:
                case = desks.act(account, self.answers[opened], what[1], key=key, note=key)
        except Crash:
            return False
        self.answers[opened] = case
        kind = "open" if key == opened else "act"
        self.ledger[key] = Command(key, kind, case["collection"], "accepted", 1, case["id"], case["version"])
        return True

    def drained(self) -> bool:
        """Whether nothing is under way any more; lets five seconds pass at the office."""
        self.running().time_passes()
        if not self.mistake.failed or any(dump.unfinished_messages(self.urls).values()):
            return False
        found = check({}, dump.read(self.urls), self.poison).findings
        return not any(f.promise in ("event not received", "dead letters") for f in found)


@pytest.fixture(scope="module", params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.broker)])
def boot(request: pytest.FixtureRequest) -> Iterator[Callable[[], Broker]]:
    """The broker as a process that starts finds it: RabbitMQ remembers, the embedded one died with the process."""
    if request.param == "rabbitmq":
        vhost = open_vhost(request.getfixturevalue("rabbitmq"))
        first = AmqpBroker(vhost.uri)
        topology().declare(first)
        first.close()
        yield lambda: AmqpBroker(vhost.uri)
        close_vhost(vhost)
        return

    def start() -> Broker:
        broker = EmbeddedBroker()
        topology().declare(broker)
        return broker

    yield start


@pytest.fixture(scope="module")
def office(postgres_server: TestPostgres, boot: Callable[[], Broker]) -> Iterator[Office]:
    names = {service: postgres_server.create() for service in definitions()}
    urls = {service: postgres_server.url(name) for service, name in names.items()}
    for service, url in urls.items():
        fill(service, url, residents=RELATIVE + 1)
    dump.count_acts(urls)
    yield Office(urls, boot)
    for name in names.values():
        postgres_server.drop(name)


@pytest.mark.parametrize("point", POINTS)
def test_dying_there_loses_nothing_and_does_nothing_twice(point: str, office: Office) -> None:
    office.day(point)
    assert office.died, f"{point} was never reached: the scenario does not prove it"
    number_the_feed(office.urls["gateway"])
    found = check(office.ledger, dump.read(office.urls), office.poison)
    assert found.findings == []
    days = office.days
    daily = {"accepted": len(DAY), "legal numbers": 2, "deaths": 1, "dead letters": 3}
    # held: the one applied for, and the one issued whose document nobody has fetched
    daily |= {"applications held": 2, "permits lapsed": 1}
    assert {name: found.counts[name] for name in daily} == {name: count * days for name, count in daily.items()}


def number_the_feed(url: str) -> None:
    """What the gateway does when a partner reads."""
    gateway = Database(url, name="gateway")
    with gateway.transaction() as tx:
        number(tx)
    gateway.dispose()


def test_every_point_is_in_the_code_and_every_one_in_the_code_is_in_the_list() -> None:
    """So that a new boundary is tried as soon as it is named."""
    sources = [path.read_text() for path in Path(mpp.__file__).parent.rglob("*.py")]
    reached = {name for source in sources for name in re.findall(r'\breach\(\s*"([a-z_.]+)"', source)}
    # those of messages are tried in messages/test_dying.py, with a provider
    named = [*POINTS, *MESSAGE_POINTS]
    assert reached == set(named)
    assert len(named) == len(set(named))
