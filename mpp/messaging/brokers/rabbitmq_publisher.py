"""Publishing to RabbitMQ with confirms, in batches: one wait for the whole batch instead of one per message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import eventlet
from eventlet.event import Event as Signal
from eventlet.semaphore import Semaphore

from mpp import crashpoints
from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.alarm import Alarm
from mpp.messaging.brokers.port import CONTENT_TYPE, Outgoing, PublishResult
from mpp.messaging.brokers.py_amqp import Channel, Message
from mpp.messaging.brokers.rabbitmq_link import Link, LinkDown, publish, together, user_of

PERSISTENT = 2
_AT_ONCE = 50


class Publisher:
    """One confirm channel. A batch is sent whole and then awaited; what has no confirm in time has failed."""

    def __init__(self, uri: str, name: str, alarm: Alarm) -> None:
        self._alarm = alarm
        self._turn = Semaphore()
        self._account = user_of(uri)
        self._sent = 0
        self._pending: dict[int, int] = {}  # delivery tag -> place in the batch
        self._places: dict[str, int] = {}  # message id -> place in the batch
        self._returned: set[int] = set()
        self._results: list[PublishResult] = []
        self._settled = Signal()
        self.link = Link(uri, name, alarm, self._setup, self._lost)

    def publish_batch(self, batch: Sequence[Outgoing], timeout: float) -> list[PublishResult]:
        """One result per message; see `Broker.publish_batch`."""
        with self._turn:
            self._results = [PublishResult.FAILED] * len(batch)
            if not self.link.wait_up(timeout) or self._alarm.raised:
                return self._results
            self._places = {outgoing.message_id: place for place, outgoing in enumerate(batch)}
            self._returned = set()
            try:
                with eventlet.Timeout(timeout, False):
                    self._send_all(batch)
                    crashpoints.reach("relay.after_publish")
                    if self._pending:  # some were confirmed while others were still being sent
                        self._settled = Signal()
                        self._settled.wait()
            except LinkDown:
                pass
            finally:
                if self._pending:
                    # a confirm that comes later belongs to no batch any more: only a new channel is sure of that
                    self._pending.clear()
                    if not self._alarm.raised:  # else only this connection hears that it is over
                        self.link.fail()
            return self._results

    def _send_all(self, batch: Sequence[Outgoing]) -> None:
        for first in range(0, len(batch), _AT_ONCE):
            some = list(enumerate(batch[first : first + _AT_ONCE], first))
            self.link.send(partial(together, partial(self._send_some, some)))
            eventlet.sleep(0)

    def _send_some(self, some: Sequence[tuple[int, Outgoing]], channel: Channel) -> None:
        for place, outgoing in some:
            self._send(outgoing, place, channel)

    def _send(self, outgoing: Outgoing, place: int, channel: Channel) -> None:
        message = py_amqp.message(
            outgoing.body,
            content_type=CONTENT_TYPE,
            delivery_mode=PERSISTENT,
            message_id=outgoing.message_id,
            user_id=self._account,
            application_headers=dict(outgoing.headers),
        )
        self._sent += 1
        self._pending[self._sent] = place
        publish(channel, message, outgoing.exchange, outgoing.routing_key, mandatory=True)

    def _setup(self, channel: Channel) -> None:
        channel.confirm_select()
        channel.events["basic_return"].add(self._on_return)
        channel.events["basic_ack"].add(lambda tag, multiple: self._settle(tag, multiple, PublishResult.CONFIRMED))
        channel.events["basic_nack"].add(lambda tag, multiple: self._settle(tag, multiple, PublishResult.REFUSED))
        self._sent = 0
        self._pending.clear()

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: Message) -> None:
        # RabbitMQ returns a message before it confirms it
        place = self._places.get(message.properties.get("message_id", ""))
        if place is not None:
            self._returned.add(place)

    def _settle(self, tag: int, multiple: bool, result: PublishResult) -> None:
        tags = [t for t in self._pending if t <= tag] if multiple else [tag]
        for one in tags:
            place = self._pending.pop(one, None)
            if place is not None:
                self._results[place] = PublishResult.UNROUTABLE if place in self._returned else result
        if not self._pending:
            self._finish()

    def give_up(self) -> None:
        """The broker takes nothing: what has no confirm has failed."""
        self._finish()

    def _lost(self) -> None:
        self._pending.clear()
        self._finish()

    def _finish(self) -> None:
        if not self._settled.ready():
            self._settled.send(None)
