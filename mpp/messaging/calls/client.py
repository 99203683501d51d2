"""The caller's half: one client in a process, which limits how many calls to a service may be under way."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict

import structlog

from mpp import json_text
from mpp.json_values import JsonObject
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Broker, CallFailed
from mpp.messaging.calls.messages import Call, ServiceUnavailable, headers_of, read_object
from mpp.persistence.deadline import Deadline

log = structlog.get_logger(__name__)

MAX_IN_FLIGHT = 64


class RpcClient:
    """Calls services. At most `max_in_flight` calls to one service are under way; more fail at once."""

    def __init__(self, broker: Broker, max_in_flight: int = MAX_IN_FLIGHT) -> None:
        self._broker = broker
        self._max_in_flight = max_in_flight
        self._in_flight: defaultdict[str, int] = defaultdict(int)

    def call(
        self, service: str, method: str, payload: JsonObject, deadline: Deadline, correlation_id: str
    ) -> JsonObject:
        """The service's answer, which may be `{"problem": {...}}`. Raises ServiceUnavailable by the deadline."""
        if self._in_flight[service] >= self._max_in_flight:
            metrics.rpc_failures.labels(service, "busy").inc()
            raise ServiceUnavailable(service, "busy")
        self._in_flight[service] += 1
        metrics.rpc_in_flight.labels(service).inc()
        began = time.monotonic()
        try:
            return self._call(service, payload, Call(deadline, correlation_id, method))
        except ServiceUnavailable as error:
            metrics.rpc_failures.labels(service, error.reason).inc()
            raise
        finally:
            self._in_flight[service] -= 1
            metrics.rpc_in_flight.labels(service).dec()
            metrics.rpc_seconds.labels(service).observe(time.monotonic() - began)

    def _call(self, service: str, payload: JsonObject, call: Call) -> JsonObject:
        if call.deadline.expired:
            raise ServiceUnavailable(service, "deadline")
        body, left = json_text.write(payload), call.deadline.left()
        try:
            answer = self._broker.call(service, body, headers_of(call), uuid.uuid4().hex, left)
        except CallFailed as error:
            raise ServiceUnavailable(service, error.reason) from None
        if self._broker.speaker is not None and answer.publisher != service:
            log.error("rpc.foreign_answer", service=service, publisher=answer.publisher)
            raise ServiceUnavailable(service, "foreign")
        result = read_object(answer.body)
        if result is None:
            raise ServiceUnavailable(service, "garbled")
        if "unavailable" in result:
            raise ServiceUnavailable(service, str(result["unavailable"]))
        return result
