"""The service's half: it answers every request that reaches it, whatever was sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import structlog
from eventlet.greenpool import GreenPool

from mpp import json_text
from mpp.casework.refusals import Refused
from mpp.failures import describe
from mpp.json_values import Json, JsonObject
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Broker, CallDelivery, Consumer
from mpp.messaging.calls.messages import Call, problem, read_headers, read_object, unavailable
from mpp.persistence.database import DatabaseAway, TooSlow

log = structlog.get_logger(__name__)

# The payload as it came, and the call; the answer as it goes. May raise Refused, which is an answer too.
Handler = Callable[[JsonObject, Call], JsonObject]


class RpcServer:
    """Answers the calls to one service, at most `workers` at a time; about as many more wait in this process.

    `callers` are the accounts that may call; None: whoever reaches the queue, where the services share an account. A
    call of anybody else is not begun and not answered.
    """

    def __init__(
        self,
        broker: Broker,
        service: str,
        handler: Handler,
        workers: int = 10,
        callers: Collection[str] | None = None,
    ) -> None:
        self._broker = broker
        self._service = service
        self._handler = handler
        self._workers = workers
        self._callers = callers
        self._pool = GreenPool(workers)
        self._consumer: Consumer | None = None

    def start(self) -> None:
        """Begin to take calls."""
        self._consumer = self._broker.serve(self._service, self._workers, self._on_call)

    @property
    def attached(self) -> bool:
        """Whether calls reach us (readiness)."""
        return self._consumer is not None and self._consumer.attached

    def stop(self) -> None:
        """Take no more calls, then answer those under way."""
        if self._consumer is not None:
            self._consumer.cancel()
            self._pool.waitall()  # the answers need the consumer's channel
            self._consumer.stop()

    def _on_call(self, delivery: CallDelivery) -> None:
        self._pool.spawn(self._answer, delivery)

    def _answer(self, delivery: CallDelivery) -> None:
        # taken before it is begun: a request that kills the process must not kill the next copy as well
        delivery.take()
        why = self._refusal(delivery)
        if why is not None:
            metrics.rpc_refused.labels(self._service, why).inc()
            log.error("rpc.refused", service=self._service, why=why, publisher=delivery.publisher)
            return
        try:
            answer = json_text.write(self.handle(delivery.body, delivery.headers))
        except Exception as error:
            log.error("rpc.unanswerable", service=self._service, **describe(error))
            answer = json_text.write(_internal())
        delivery.answer(answer)

    def _refusal(self, delivery: CallDelivery) -> str | None:
        """Why the call is not begun. The token in it proves who asks, and not who sends: it may be a relayed one."""
        if self._callers is not None and delivery.publisher not in self._callers:
            return "publisher"
        return None if delivery.to_caller else "address"

    def handle(self, body: bytes, headers: Mapping[str, Json]) -> JsonObject:
        """The answer to one request, whatever was sent."""
        payload, call = read_object(body), read_headers(headers)
        if payload is None or call is None:
            log.error("rpc.malformed", service=self._service)
            return _internal()
        if call.deadline.expired:
            metrics.rpc_late.labels(self._service).inc()
            return unavailable("late")
        try:
            return self._handler(payload, call)
        except Refused as refused:
            return problem(refused)
        except (DatabaseAway, TooSlow) as error:
            log.warning("rpc.unavailable", service=self._service, correlation_id=call.correlation_id, **describe(error))
            return unavailable("away" if isinstance(error, DatabaseAway) else "deadline")
        except Exception as error:
            log.error("rpc.failed", service=self._service, correlation_id=call.correlation_id, **describe(error))
            return _internal()


def serve(
    broker: Broker, service: str, handler: Handler, workers: int = 10, callers: Collection[str] | None = None
) -> RpcServer:
    """A server that has begun to answer the calls to the service with `handler`."""
    server = RpcServer(broker, service, handler, workers, callers)
    server.start()
    return server


def _internal() -> JsonObject:
    return problem(Refused(500, "internal"))
