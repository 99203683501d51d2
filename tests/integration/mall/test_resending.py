"""Events are sent again, to who has lost them; everybody else passes over them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.events import outbox
from mpp.messaging.reconciling.resending import resend as resend_some
from mpp.messaging.reconciling.spans import Span
from tests.integration.mall.losses import count, forget, known_deaths, unpublished, wipe
from tests.support.wait import until
from tests.support.whole_mall import CLERK, OPERATOR, WholeMall, death

RESENDS = "/api/v1/operations/events/{}/resends"
DONE = "SELECT count(*) FROM inbox WHERE status = 'done' AND attempts = 1"


@pytest.fixture
def rabbit_mall(urls: dict[str, str], amqp_uri: str) -> Iterator[WholeMall]:
    opened = WholeMall(urls, AmqpBroker(amqp_uri))
    yield opened
    opened.die()


def resend(mall: WholeMall, service: str = "civil_registry", **body: Any) -> dict[str, Any]:
    """The answer; by default for all of today."""
    asked = {"since": (datetime.now(UTC) - timedelta(hours=1)).isoformat(), "until": later(), **body}
    answer = mall.post(RESENDS.format(service), asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def later() -> str:
    """The mall's clock stands still in these tests, event ids do not."""
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


@pytest.mark.broker
def test_a_death_that_waited_in_a_wiped_broker_is_known_after_it_was_sent_again(rabbit_mall: WholeMall) -> None:
    mall = rabbit_mall.start(frozen="complaints")
    mall.tell_of_deaths(3)
    until(lambda: known_deaths(mall, "permits") == 3 and unpublished(mall) == 0)
    wipe(mall)
    mall.thaw("complaints")
    until(lambda: all(inbox.attached for inbox in mall.process.inboxes.values()))
    assert known_deaths(mall) == 0, "nothing will ever bring them by itself"
    heard = count(mall, "permits", DONE)
    assert resend(mall)["resent"] == 3
    until(lambda: known_deaths(mall) == 3)
    until(lambda: unpublished(mall) == 0)
    assert count(mall, "permits", DONE) == heard, "who had them passes over them"
    assert count(mall, "complaints", DONE) == 3


def test_a_restored_database_hears_again_what_it_forgot(each_mall: WholeMall) -> None:
    mall = each_mall.start()
    mall.tell_of_deaths(5)
    until(lambda: known_deaths(mall) == 5 and unpublished(mall) == 0)
    forget(mall, "complaints")
    assert resend(mall)["resent"] == 5
    until(lambda: known_deaths(mall) == 5)


def test_what_is_sent_again_keeps_the_order_of_its_subject_in_pieces_too(mall: WholeMall) -> None:
    with mall.database("civil_registry").transaction() as tx:
        for version in range(1, 8):
            outbox.append(tx, death("a" * 64, version))
    mall.start()
    until(lambda: unpublished(mall) == 0)
    sent: list[str] = []
    publish = mall.broker.publish_batch

    def watch(batch: Any, timeout: float = 5.0) -> Any:
        sent.extend(message.headers["ce-subjectversion"] for message in batch)
        return publish(batch, timeout)

    loops = mall.process.relays.loops
    relay = next(loop for loop in loops if (loop.service, loop.name) == ("civil_registry", "relay"))
    relay._work.__self__._broker.publish_batch = watch  # type: ignore[attr-defined]
    span, after, pieces = Span(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)), 0, 0
    while True:
        with mall.database("civil_registry").transaction() as tx:
            done = resend_some(tx, span, after=after, limit=2)
        pieces += 1
        if done.next is None:
            break
        after = done.next
    assert pieces == 4
    until(lambda: unpublished(mall) == 0)
    assert sent == [str(version) for version in range(1, 8)]


def test_only_what_was_asked_for_is_sent_again(mall: WholeMall) -> None:
    mall.start()
    told = mall.tell_of_deaths(2)
    until(lambda: unpublished(mall) == 0)
    ago = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    assert resend(mall, until=ago)["resent"] == 0
    assert resend(mall, type="civil_registry.person.moved.v1")["resent"] == 0
    assert resend(mall, type="civil_registry.person.*")["resent"] == 2
    until(lambda: unpublished(mall) == 0)
    assert resend(mall, type=told[0].type)["resent"] == 2
    until(lambda: unpublished(mall) == 0)
    assert resend(mall, "permits")["resent"] == 0


def test_nothing_is_sent_again_that_a_receiver_may_have_forgotten(mall: WholeMall) -> None:
    mall.start()
    kept = mall.desks.runtime.settings.retention.outbox
    answer = resend(mall, since="2020-01-01T00:00:00Z")
    assert datetime.fromisoformat(answer["since"]) == mall.desks.clock.now() - kept


def test_what_was_not_sent_yet_is_not_counted(mall: WholeMall) -> None:
    mall.tell_of_deaths(2)
    for server in mall._servers:
        server.start()
    assert resend(mall)["resent"] == 0
    with mall.database("civil_registry").transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 2


@pytest.mark.parametrize(
    ("service", "body", "who", "status"),
    [
        ("civil_registry", {}, OPERATOR, 422),
        ("civil_registry", {"since": "yesterday"}, OPERATOR, 422),
        ("civil_registry", {"since": "2026-13-45T00:00:00Z"}, OPERATOR, 422),
        ("civil_registry", {"since": "2026-11-26T00:00:00Z", "type": "#"}, OPERATOR, 422),
        ("civil_registry", {"since": "2026-11-26T00:00:00Z"}, CLERK, 403),
        ("gateway", {"since": "2026-11-26T00:00:00Z"}, OPERATOR, 404),
    ],
)
def test_what_cannot_be_is_refused(
    mall: WholeMall, service: str, body: dict[str, str], who: tuple[str, str], status: int
) -> None:
    mall.start()
    assert mall.post(RESENDS.format(service), body, who).status_code == status
