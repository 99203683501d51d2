"""Calls between gateway and services: each has a deadline, none waits for ever (guarantee 5).

A request carries its absolute deadline and expires with it; the service refuses a late one before it starts. A call
that failed is "unknown": the command may have been done, so it is repeated with the same idempotency key.
"""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from eventlet.greenpool import GreenPool

from mpp import json_text
from mpp.casework.refusals import Refused
from mpp.failures import describe
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Broker, CallFailed, Consumer, Request
from mpp.persistence.database import DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline

log = structlog.get_logger(__name__)

MAX_IN_FLIGHT = 64
_METHOD, _DEADLINE, _CORRELATION = "x-method", "x-deadline", "x-correlation-id"


@dataclass(frozen=True)
class Call:
    """What a handler knows about the call it answers."""

    deadline: Deadline
    correlation_id: str
    method: str


Handler = Callable[[str, dict[str, Any], Call], dict[str, Any]]


class ServiceUnavailable(Exception):
    """There is no answer: 503 with Retry-After, "unknown, repeat with the same key".

    `reason`: no_queue, deadline, channel_died, broker_away, busy (too many in flight), late (the service refused to
    start), away (its database does not answer) or garbled.
    """

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


class RpcClient:
    """Calls services. At most `max_in_flight` calls to one service are under way; more fail at once."""

    def __init__(self, broker: Broker, max_in_flight: int = MAX_IN_FLIGHT) -> None:
        self._broker = broker
        self._max_in_flight = max_in_flight
        self._in_flight: defaultdict[str, int] = defaultdict(int)

    def call(
        self, service: str, method: str, payload: dict[str, Any], deadline: Deadline, correlation_id: str
    ) -> dict[str, Any]:
        """The service's answer, which may be `{"problem": {...}}`. Raises ServiceUnavailable by the deadline."""
        if self._in_flight[service] >= self._max_in_flight:
            metrics.rpc_failures.labels(service, "busy").inc()
            raise ServiceUnavailable(service, "busy")
        self._in_flight[service] += 1
        metrics.rpc_in_flight.labels(service).inc()
        began = time.monotonic()
        try:
            return self._call(service, method, payload, deadline, correlation_id)
        except ServiceUnavailable as error:
            metrics.rpc_failures.labels(service, error.reason).inc()
            raise
        finally:
            self._in_flight[service] -= 1
            metrics.rpc_in_flight.labels(service).dec()
            metrics.rpc_seconds.labels(service).observe(time.monotonic() - began)

    def _call(
        self, service: str, method: str, payload: dict[str, Any], deadline: Deadline, correlation_id: str
    ) -> dict[str, Any]:
        if deadline.expired:
            raise ServiceUnavailable(service, "deadline")
        headers = {_METHOD: method, _DEADLINE: repr(deadline.at), _CORRELATION: correlation_id}
        body = json_text.write(payload)
        try:
            answer = self._broker.call(service, body, headers, uuid.uuid4().hex, deadline.left())
        except CallFailed as error:
            raise ServiceUnavailable(service, error.reason) from None
        result = _object(answer)
        if result is None:
            raise ServiceUnavailable(service, "garbled")
        if "unavailable" in result:
            raise ServiceUnavailable(service, str(result["unavailable"]))
        return result


class RpcServer:
    """Answers the calls to one service, at most `workers` at a time; about as many more wait in this process."""

    def __init__(self, broker: Broker, service: str, handler: Handler, workers: int = 10) -> None:
        self._broker = broker
        self._service = service
        self._handler = handler
        self._workers = workers
        self._pool = GreenPool(workers)
        self._consumer: Consumer | None = None

    def start(self) -> None:
        """Begin to take calls."""
        self._consumer = self._broker.serve(self._service, self._workers, self._on_request)

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

    def _on_request(self, request: Request) -> None:
        self._pool.spawn(self._answer, request)

    def _answer(self, request: Request) -> None:
        # taken before it is begun: a request that kills the process must not kill the next copy as well
        request.take()
        try:
            result = self.handle(request.body, request.headers)
            answer = json_text.write(result)
        except Exception as error:
            log.error("rpc.unanswerable", service=self._service, **describe(error))
            answer = json_text.write(_internal())
        request.answer(answer)

    def handle(self, body: bytes, headers: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one request, whatever was sent."""
        payload = _object(body)
        call = _call_of(headers)
        if payload is None or call is None:
            log.error("rpc.malformed", service=self._service)
            return _internal()
        if call.deadline.expired:
            metrics.rpc_late.labels(self._service).inc()
            return {"unavailable": "late"}
        try:
            return self._handler(call.method, payload, call)
        except Refused as refusal:
            return {"problem": refusal.to_dict()}
        except (DatabaseAway, TooSlow) as error:
            log.warning("rpc.unavailable", service=self._service, correlation_id=call.correlation_id, **describe(error))
            return {"unavailable": "away" if isinstance(error, DatabaseAway) else "deadline"}
        except Exception as error:
            log.error("rpc.failed", service=self._service, correlation_id=call.correlation_id, **describe(error))
            return _internal()


def _internal() -> dict[str, Any]:
    return {"problem": {"status": 500, "code": "internal", "params": {}, "fields": []}}


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json_text.read(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _call_of(headers: Mapping[str, Any]) -> Call | None:
    try:
        deadline = Deadline(float(headers[_DEADLINE]))
    except (KeyError, TypeError, ValueError):
        return None
    method, correlation = headers.get(_METHOD), headers.get(_CORRELATION)
    if not isinstance(method, str) or not isinstance(correlation, str) or deadline.at != deadline.at:
        return None
    return Call(deadline, correlation, method)
