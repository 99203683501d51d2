"""Messages that no handler can digest: some that nobody can read, some that only fail until a mistake is repaired."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import Any

import kombu
import requests

from mpp.clock import new_id
from mpp.messaging.brokers.topology import EVENTS
from mpp.messaging.events.event import Event, source_of
from tests.chaos import dump
from tests.chaos.facts import Poison
from tests.support.wait import until

PRODUCER = "civil_registry"  # whose account it uses: what comes from anybody else is not even tried
KEY = f"{PRODUCER}.person.registered.v1.35.15.99"
_MISTAKE = """
CREATE TABLE chaos_poison (person text PRIMARY KEY);
CREATE FUNCTION chaos_mistake() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM chaos_poison WHERE person = NEW.person) THEN
        RAISE EXCEPTION 'the mistake of this run';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_chaos_mistake BEFORE INSERT ON persons FOR EACH ROW EXECUTE FUNCTION chaos_mistake();
""" + dump.owned_by_the_service("chaos_poison")


class Poisoner:
    """Injects, remembers what, repairs the mistake, and lets the operator replay."""

    def __init__(self, amqp_uri: str, permits_url: str) -> None:
        """`amqp_uri` is the producer's own account."""
        self._uri = amqp_uri
        self._permits = permits_url
        self._undecodable = 0
        self._broken: list[tuple[str, str]] = []
        self._sent: list[tuple[dict[str, Any], bytes]] = []
        dump.execute(permits_url, _MISTAKE)

    @property
    def injected(self) -> Poison:
        """All of it."""
        return Poison(("permits", "complaints", "gateway") * self._undecodable, tuple(self._broken))

    def undecodable(self) -> None:
        """Bytes that are no event, to everybody who listens to persons."""
        self._undecodable += 1
        self._send({"ce-id": f"garbage {self._undecodable}"}, b"\xff\x00 garbage")

    def broken(self) -> None:
        """A sound event that permits cannot act on, because of a mistake in its database."""
        person = hashlib.sha256(f"poison {len(self._broken)}".encode()).hexdigest()
        dump.execute(self._permits, f"INSERT INTO chaos_poison VALUES ('{person}')")  # noqa: S608
        event = Event(
            id=new_id(),
            type=f"{PRODUCER}.person.registered.v1",
            source=source_of(PRODUCER),
            subject=person,
            subjectversion=1,
            time=datetime.now(UTC),
            region="35.15.99",
            data={"person": person, "region": "35.15.99"},
            correlationid=new_id(),
            dataclassification="internal",
        )
        self._broken.append((event.id, person))
        headers, body = event.to_message()
        self._send(dict(headers), body)

    def again(self) -> None:
        """All of it once more: no outbox has it, so that nobody else can send again what a disaster took."""
        for headers, body in list(self._sent):
            self._publish(headers, body)

    def _send(self, headers: dict[str, Any], body: bytes) -> None:
        self._sent.append((headers, body))
        self._publish(headers, body)

    def _publish(self, headers: dict[str, Any], body: bytes) -> None:
        """Until confirmed: it may be there twice then, and must count once all the same."""
        deadline = time.monotonic() + 60
        while True:
            try:
                options = {"confirm_publish": True}
                with kombu.Connection(self._uri, transport_options=options, connect_timeout=5) as connection:
                    kombu.Producer(connection).publish(
                        body,
                        exchange=EVENTS,
                        routing_key=KEY,
                        headers=headers,
                        content_type="application/json",
                        content_encoding="binary",
                        delivery_mode=2,
                        user_id=PRODUCER,
                        confirm_timeout=5,
                    )
                return
            except (OSError, connection.connection_errors, connection.channel_errors):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def dead_here(self) -> bool:
        """Whether every broken event has been given up by permits."""
        query = "SELECT count(*) FROM inbox WHERE subscription = 'persons' AND status = 'dead' AND type IS NOT NULL"
        return int(dump.ask(self._permits, query)[0][0]) == len(self._broken)

    def repair_and_replay(self, url: str, token: str) -> int:
        """The fix, and what an operator does after it: replay what is not garbage; how many."""
        dump.execute(self._permits, "TRUNCATE chaos_poison")
        headers = {"Authorization": f"Bearer {token}"}
        base = f"{url}/api/v1/operations/dead-letters"
        items = requests.get(base, headers=headers, timeout=30).json()["items"]
        mine = {event_id for event_id, _ in self._broken}
        count = 0
        for item in items:
            event_id = item["id"].partition(":")[0]
            if event_id not in mine:
                continue
            address = f"{base}/{item['service']}/{event_id}/{item['subscription']}/replay"
            key = new_id()
            until(lambda: self._replayed(address, {**headers, "Idempotency-Key": key}), what="a replay")  # noqa: B023
            count += 1
        return count

    @staticmethod
    def _replayed(address: str, headers: dict[str, str]) -> bool:
        answer = requests.post(address, headers=headers, json={}, timeout=30)
        # a repeated replay finds nothing dead any more
        return answer.ok or answer.status_code == 404
