"""Papers from one service to the other over the broker, each service with an account of its own (ADR 0025)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from mpp.clock import new_id
from mpp.hosting.definition import definitions
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker
from mpp.messaging.brokers.topology import events_queue
from mpp.messaging.events.event import Event
from tests.integration.mall.thief import FOREIGN, Insider, StolenAccount, Thief
from tests.support.crash import MONDAY, OnceBroken, Process, fill, topology
from tests.support.desks import Desks
from tests.support.paper_post import OFFICIAL, apply, certified, needing_each_other, paper_of, reported
from tests.support.wait import until

THERE = (True, "there", None)


@dataclass
class Scene:
    """All services over one broker, and who has stolen the account of one that shares no papers."""

    process: Process
    thief: Thief

    @property
    def desks(self) -> Desks:
        return self.process.desks

    def rows(self, service: str, sql: str) -> list[Any]:
        with self.desks.databases[service].transaction() as tx:
            return [tuple(row) for row in tx.exec_driver_sql(sql).all()]


def desks_of(urls: dict[str, str], now: datetime) -> Desks:
    return needing_each_other(Desks(urls, now))


@pytest.fixture
def urls(make_database: Callable[..., str]) -> dict[str, str]:
    return {name: make_database(f"lived_in_{name}", partial(fill, name, residents=20)) for name in definitions()}


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.broker)])
def scene(request: pytest.FixtureRequest, urls: dict[str, str]) -> Iterator[Scene]:
    broker: Broker
    thief: Thief
    if request.param == "embedded":
        broker = embedded = EmbeddedBroker()
        topology().declare(broker)
        thief = Insider(embedded)
    else:
        broker = accounts = request.getfixturevalue("accounts")
        thief = StolenAccount(accounts)
    process = Process(urls, broker, MONDAY, OnceBroken(""), desks_of).start()
    until(lambda: all(inbox.attached for inbox in process.inboxes.values()))
    yield Scene(process, thief)
    process.die()


def test_a_certificate_of_the_registry_completes_the_file_of_a_permit(scene: Scene) -> None:
    death = reported(scene.desks)
    case = apply(scene.desks, death["tracking_code"])
    assert paper_of(scene.desks, case) == (False, "awaited", None)
    scene.desks.act(OFFICIAL, death, "sign")
    until(lambda: paper_of(scene.desks, case) == THERE, what="the event of the certificate")


def test_one_from_before_permits_needed_it_is_told_once_it_asks(scene: Scene) -> None:
    death = certified(scene.desks)
    heard = "SELECT version FROM known_papers"
    until(lambda: scene.rows("permits", heard), what="the event of the certificate")
    with scene.desks.databases["permits"].transaction() as tx:
        tx.exec_driver_sql("DELETE FROM known_papers")  # as where it came before anybody kept copies
    registry, permits = (scene.desks.desks[name].paper_needs for name in ("registrations", "permits"))
    permits.run_once()
    asked = "SELECT service, asked_by FROM paper_requests WHERE NOT done"
    until(lambda: scene.rows("civil_registry", asked) == [("ADM-MTI-01", "permits")], what="the question")
    while registry.run_once():
        pass
    answered = "SELECT service FROM paper_needs WHERE answered_at IS NOT NULL"
    until(lambda: scene.rows("permits", answered) == [("ADM-MTI-01",)], what="the answer")
    assert scene.rows("permits", heard) == [(2,)]
    assert paper_of(scene.desks, apply(scene.desks, death["document_number"])) == THERE


def test_a_forged_end_of_a_certificate_is_a_dead_letter_that_says_why(scene: Scene) -> None:
    death = certified(scene.desks)
    case = apply(scene.desks, death["tracking_code"])
    until(lambda: paper_of(scene.desks, case) == THERE, what="the event of the certificate")
    (told,) = [e for e in scene.desks.events("civil_registry") if e.type == "civil_registry.paper.issued.v1"]
    scene.thief.forge(ended(told), "permits", "complaints")
    dead = "SELECT reason FROM inbox WHERE status = 'dead'"
    until(lambda: scene.rows("permits", dead), what="the dead letter")
    assert scene.rows("permits", dead) == [(FOREIGN,)]
    assert paper_of(scene.desks, case) == THERE


def ended(told: Event) -> Event:
    data = {**told.data, "status": "revoked"}
    return replace(told, id=new_id(), type="civil_registry.paper.ended.v1", subjectversion=9, data=data)


def test_who_shares_no_papers_hears_of_none() -> None:
    queues = {queue.name: queue.keys for queue in topology().queues}
    heard = {name: [key for key in queues.get(events_queue(name), ()) if ".paper" in key] for name in definitions()}
    assert heard["complaints"] == []
    assert heard["permits"] == [
        "civil_registry.paper.*.v1.#",
        "civil_registry.paper_type.*.v1.#",
        "permits.paper_type.*.v1.#",
    ]
    assert "civil_registry.paper.*.v1.#" in heard["civil_registry"], "its own: it keeps no register of papers"
