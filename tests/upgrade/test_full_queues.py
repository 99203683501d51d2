"""A mall of the version that named no publisher is updated while its queues are full: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.rabbitmq_link import connect
from mpp.messaging.brokers.topology import EVENTS, OWN, Queue, Topology
from mpp.messaging.events.event import Event
from mpp.messaging.events.trust import UNSIGNED
from mpp.persistence.database import Database
from mpp.persistence.tables import inbox, outbox
from services.gateway.tables import feed_events
from tests.support.broker import Vhost
from tests.support.crash import DEATH, OnceBroken, Process, topology
from tests.support.own_accounts import OwnAccounts, own_accounts
from tests.support.wait import until
from tests.support.whole_mall import death
from tests.upgrade.dumps import MOMENT

pytestmark = pytest.mark.broker
PARTNER = "partner.bpjs.all"
# of what the dumps hold no outbox knows these: what had failed, and what waited for an earlier version
NOBODYS = {"permits": 2, "complaints": 2, "gateway": 0, "civil_registry": 0}


@pytest.fixture
def accounts(vhost: Vhost) -> Iterator[OwnAccounts]:
    with own_accounts(vhost) as opened:
        former().declare(opened)
        opened.declare(Topology((), (Queue(PARTNER, (EVENTS,), ("#",)),)))
        yield opened


def former() -> Topology:
    """What that version had declared: it knew one exchange of events."""
    now = topology()
    queues = tuple(replace(queue, exchanges=tuple(e for e in queue.exchanges if e != OWN)) for queue in now.queues)
    return Topology(tuple(exchange for exchange in now.exchanges if exchange.name != OWN), queues)


def start(process: Process) -> None:
    """After `mpp prepare`."""
    topology().declare(process.broker)
    process.start()


@pytest.fixture
def process(urls: Mapping[str, str], accounts: OwnAccounts) -> Iterator[Process]:
    """The services of this version on the databases of that one, not started yet."""
    opened = Process(dict(urls), accounts, MOMENT + timedelta(hours=1), OnceBroken("none"))
    yield opened
    opened.die()


def publish(vhost: Vhost, headers: Mapping[str, Any], body: bytes, key: str) -> None:
    """As that version did."""
    connection: Any = connect(vhost.uri, "former relay")
    channel = connection.channel()
    channel.confirm_select()
    message = py_amqp.message(body, application_headers=dict(headers), content_type="application/json")
    channel.basic_publish_confirm(message, EVENTS, key)
    connection.close()


def fill_queues(databases: Mapping[str, Database], vhost: Vhost) -> list[str]:
    """What waits in the outboxes is published, and nobody has taken it yet; the ids."""
    told = []
    for database in databases.values():
        with database.transaction() as tx:
            waiting = tx.execute(select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.id)).all()
            tx.execute(update(outbox).where(outbox.c.published_at.is_(None)).values(published_at=MOMENT))
        for row in waiting:
            publish(vhost, row.headers, bytes(row.body), row.routing_key)
            told.append(str(row.event_id))
    return told


def statuses(database: Database, ids: list[str]) -> dict[str, str]:
    query = select(inbox.c.event_id, inbox.c.status).where(inbox.c.event_id.in_(ids))
    with database.transaction() as tx:
        return {str(row.event_id): row.status for row in tx.execute(query)}


def unsigned(database: Database) -> int:
    dead = select(func.count()).where(inbox.c.status == "dead", inbox.c.reason == UNSIGNED)
    with database.transaction() as tx:
        return int(tx.execute(dead).scalar_one())


def died(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.execute(text("SELECT count(*) FROM persons WHERE status = 'deceased'")).scalar_one())


def test_what_stood_in_the_queues_is_acted_on_once_and_leaves_no_dead_letter(
    process: Process, accounts: OwnAccounts, vhost: Vhost
) -> None:
    databases = process.desks.databases
    told = fill_queues(databases, vhost)
    assert len(told) > 5
    before = died(databases["permits"])
    start(process)
    until(
        lambda: statuses(databases["gateway"], told) == dict.fromkeys(told, "done"),
        what="the feed",
        moves=lambda: len(statuses(databases["gateway"], told)),
    )
    until(lambda: died(databases["permits"]) == died(databases["complaints"]) > before, what="the deaths")
    until(
        lambda: {n: unsigned(d) for n, d in databases.items()} == NOBODYS, what="the copies without a name are settled"
    )
    with databases["gateway"].transaction() as tx:
        kept = tx.execute(select(feed_events.c.event_id).where(feed_events.c.event_id.in_(told))).scalars().all()
    assert len(kept) == len(set(kept)) > 0
    assert in_queue(vhost) == len(told), "a partner has each once, as it was published"


def in_queue(vhost: Vhost) -> int:
    connection: Any = connect(vhost.uri, "partner")
    found = connection.channel().queue_declare(PARTNER, passive=True)
    connection.close()
    return int(found.message_count)


def test_what_somebody_has_forged_before_the_update_stays_a_dead_letter(
    process: Process, accounts: OwnAccounts, vhost: Vhost
) -> None:
    databases = process.desks.databases
    fill_queues(databases, vhost)
    forged: list[Event] = [death("f" * 64), replace(death("e" * 64), id=_true_death(databases["civil_registry"]))]
    for event in forged:
        headers, body = event.to_message()
        publish(vhost, headers, body, event.routing_key)
    start(process)
    more = {name: number + len(forged) * (name != "civil_registry") for name, number in NOBODYS.items()}
    until(lambda: {n: unsigned(d) for n, d in databases.items()} == more, what="the forged ones are left")
    with databases["permits"].transaction() as tx:
        believed = tx.execute(
            text("SELECT count(*) FROM persons WHERE person IN (:f, :e)"), {"f": "f" * 64, "e": "e" * 64}
        )
        assert believed.scalar_one() == 0


def _true_death(database: Database) -> str:
    """The id of a death that the registry has told, which is in no forger's hands to take from it."""
    query = select(outbox.c.event_id).where(outbox.c.type == DEATH).order_by(outbox.c.id.desc()).limit(1)
    with database.transaction() as tx:
        return str(tx.execute(query).scalar_one())
