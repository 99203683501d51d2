"""The partner's example keeps its promise against a real RabbitMQ: each birth once, and none lost when it is killed."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import kombu
import pytest
from amqp.exceptions import AccessRefused

from mpp.contracts import internal_entities
from mpp.contracts.asyncapi import example_event
from mpp.messaging.brokers.port import Outgoing, PublishResult
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topics import matches
from mpp.messaging.brokers.topology import EVENTS, Topology
from mpp.messaging.events.event import Event
from mpp.operations.preparing.broker_accounts import ManagementApi, partner_rights
from tests.contract.published import all_events
from tests.support.broker import Vhost
from tests.support.wait import until

pytestmark = pytest.mark.broker

PROGRAM = Path(__file__).parents[2] / "examples" / "partner" / "births.py"
QUEUE = "partner.bpjs.births"


@dataclass
class Mall:
    """The mall's side: its broker, a look at the partner's queue."""

    broker: AmqpBroker
    connection: kombu.Connection

    def publish(self, event: Event, body: bytes | None = None) -> None:
        """Publish as the relay does, confirmed by the partner's queue."""
        headers, written = event.to_message()
        outgoing = Outgoing(EVENTS, event.routing_key, headers, written if body is None else body, event.id)
        assert self.broker.publish_batch([outgoing]) == [PublishResult.CONFIRMED]

    def waiting(self) -> tuple[int, int]:
        """Messages ready in the partner's queue, and its consumers; (0, 0) before it exists."""
        channel = self.connection.channel()
        try:
            found = channel.queue_declare(QUEUE, passive=True)
        except self.connection.channel_errors:
            return 0, 0
        finally:
            channel.close()
        return found.message_count, found.consumer_count


@pytest.fixture
def mall(amqp_uri: str) -> Iterator[Mall]:
    """The exchanges as `mpp prepare` makes them."""
    broker = AmqpBroker(amqp_uri)
    broker.declare(Topology.of([]))
    with kombu.Connection(amqp_uri) as connection:
        yield Mall(broker, connection)
    broker.close()


@dataclass
class Partner:
    """The partner's side: the program, what it printed over all its lives, and its file."""

    mall: Mall
    amqp_uri: str
    folder: Path

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """The program from the moment it consumes until it is killed."""
        environment = {**os.environ, "AMQP_URI": self.amqp_uri, "BIRTHS_FILE": str(self.folder / "births.sqlite3")}
        with (self.folder / "out").open("ab") as out, (self.folder / "err").open("ab") as err:
            process = subprocess.Popen([sys.executable, str(PROGRAM)], env=environment, stdout=out, stderr=err)
        try:
            until(lambda: self.mall.waiting()[1] == 1, what="the partner consumes")
            yield process
        finally:
            process.kill()
            process.wait()
            until(lambda: self.mall.waiting()[1] == 0, what="RabbitMQ noticed that the partner is gone")

    def printed(self) -> list[str]:
        """The certificate numbers on standard output, in order."""
        return [line.split()[1] for line in (self.folder / "out").read_text().splitlines()]

    def database(self) -> closing[sqlite3.Connection]:
        """The partner's file."""
        return closing(sqlite3.connect(self.folder / "births.sqlite3", timeout=10, isolation_level=None))

    def stored(self) -> list[tuple[str, str | None]]:
        """Event ids and problems in the partner's table."""
        with self.database() as database:
            return database.execute("SELECT event, problem FROM births ORDER BY event").fetchall()


@pytest.fixture
def partner(mall: Mall, amqp_uri: str, tmp_path: Path) -> Partner:
    """A partner who has never run before."""
    return Partner(mall, amqp_uri, tmp_path)


def birth(number: int) -> Event:
    """A birth in Sukodono, as the civil registry would tell it."""
    event = example_event(all_events()["civil_registry.birth.registered.v1"])
    data = {**event.data, "certificate": f"3515-LU-21112026-{number:04d}", "added_later": True}
    return replace(event, id=f"019a0000-0000-7000-8000-{number:012d}", data=data)


def certificates(*numbers: int) -> list[str]:
    return [birth(number).data["certificate"] for number in numbers]


def test_a_birth_published_twice_is_printed_once_even_across_a_restart(mall: Mall, partner: Partner) -> None:
    with partner.running():
        mall.publish(birth(1))
        mall.publish(birth(1))
        mall.publish(birth(2))
        until(lambda: len(partner.stored()) == 2, what="two births stored")
    mall.publish(birth(1))  # the consumer is off: it waits in the queue
    mall.publish(birth(3))
    with partner.running():
        until(lambda: len(partner.stored()) == 3, what="three births stored")
    assert partner.printed() == certificates(1, 2, 3)


def test_nothing_is_lost_when_it_is_killed_between_print_and_ack(mall: Mall, partner: Partner) -> None:
    with partner.database() as lock, partner.running():
        lock.execute("BEGIN IMMEDIATE")  # it can print now, and not store: it stands between print and ack
        mall.publish(birth(1))
        until(lambda: partner.printed() == certificates(1), what="the birth is printed")
    assert partner.stored() == []
    until(lambda: mall.waiting()[0] == 1, what="the broker took the birth back")

    with partner.running():
        until(lambda: len(partner.stored()) == 1, what="the birth is stored")
        mall.publish(birth(2))
        until(lambda: len(partner.stored()) == 2, what="and the next one")
    assert partner.printed() == certificates(1, 1, 2)  # at least once, as its README says
    until(lambda: mall.waiting()[0] == 0, what="nothing is left in the queue")


def test_a_message_that_is_no_birth_is_kept_and_does_not_stop_the_queue(mall: Mall, partner: Partner) -> None:
    with partner.running():
        for number, body in enumerate([b"\xff not json", b"[]", b"{}"], start=1):
            mall.publish(birth(number), body)
        mall.publish(birth(9))
        until(lambda: len(partner.stored()) == 4, what="four rows")
    assert [problem for _, problem in partner.stored()] == ["UnicodeDecodeError", "TypeError", "KeyError", None]
    assert partner.printed() == certificates(9)


def test_only_births_come_to_its_queue(mall: Mall, partner: Partner) -> None:
    with partner.running():
        channel = mall.connection.default_channel
        kombu.Queue("others", kombu.Exchange(EVENTS, no_declare=True), "#", channel=channel).declare()
        mall.publish(example_event(all_events()["civil_registry.death.registered.v1"]))
        mall.publish(birth(1))
        until(partner.stored, what="the birth is stored")
    assert partner.printed() == certificates(1)


@pytest.fixture
def partner_uri(vhost: Vhost) -> str:
    """An account with exactly the rights that `mpp prepare` gives the partner bpjs."""
    if vhost.broker.api is None:
        pytest.skip("the given RabbitMQ has no management API, so no account can be made")
    ManagementApi(vhost.broker.api, vhost.name).ensure_account(
        "bpjs", "for-tests", partner_rights("bpjs", internal_entities())
    )
    parts = urlsplit(vhost.uri)
    return parts._replace(netloc=f"bpjs:for-tests@{parts.netloc.rpartition('@')[2]}").geturl()


def test_the_rights_of_a_partner_account_are_enough_for_it(mall: Mall, partner_uri: str, tmp_path: Path) -> None:
    partner = Partner(mall, partner_uri, tmp_path)
    with partner.running():
        mall.publish(birth(1))
        until(partner.stored, what="the birth is stored")
    assert partner.printed() == certificates(1)


@pytest.mark.parametrize("key", ["civil_registry.person.deceased.v1.#", "civil_registry.person.#", "*.person.#", "#"])
def test_a_partner_account_cannot_listen_to_persons(mall: Mall, partner_uri: str, key: str) -> None:
    with kombu.Connection(partner_uri) as connection:
        queue = kombu.Queue("partner.bpjs.all", kombu.Exchange(EVENTS, no_declare=True), key)
        with pytest.raises(AccessRefused):
            queue(connection.default_channel).declare()


def bindings_of_the_partners_page() -> list[str]:
    """The first column of the table of bindings."""
    page = (PROGRAM.parents[2] / "docs" / "partners.md").read_text("utf-8")
    table = page.split("| Binding | What comes |")[1].split("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def test_every_binding_of_the_partners_page_is_allowed_and_hears_something(mall: Mall, partner_uri: str) -> None:
    keys = bindings_of_the_partners_page()
    assert len(keys) >= 4
    events = [replace(example_event(contract), region="35.15.14.2013") for contract in all_events().values()]
    with kombu.Connection(partner_uri) as connection:
        for number, key in enumerate(keys):
            queue = kombu.Queue(f"partner.bpjs.page{number}", kombu.Exchange(EVENTS, no_declare=True), key)
            bound = queue(connection.default_channel)
            bound.declare()
            heard = [event for event in events if matches(key.split("."), event.routing_key.split("."))]
            assert heard, key
            mall.publish(heard[0])
            message = until(bound.get, what=f"{key} heard {heard[0].type}")
            assert message.headers["ce-type"] == heard[0].type


def test_it_is_under_sixty_lines_and_uses_nothing_of_the_mall() -> None:
    text = PROGRAM.read_text("utf-8")
    assert len(text.splitlines()) < 60
    assert "import mpp" not in text
    assert "from mpp" not in text
