"""Calls to the owning services, and what their answers mean here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from mpp.casework.refusals import Refused
from mpp.hosting.definition import ServiceDefinition
from mpp.messaging.calls.rpc import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.web.routing import Exchange

log = structlog.get_logger(__name__)

# The first try may take this part of the time that is left; the rest is for repeating it, to another copy perhaps.
_FIRST_SHARE = 0.6
_WORTH_REPEATING = 0.5
# Nothing changes within a second where these are the reason.
_HOPELESS = frozenset({"busy", "no_queue"})


class Rpc(Protocol):
    """The part of `mpp.messaging.calls.rpc.RpcClient` that is used here."""

    def call(
        self, service: str, method: str, payload: dict[str, Any], deadline: Deadline, correlation_id: str
    ) -> dict[str, Any]: ...


class Backend:
    """The case services by collection."""

    def __init__(self, rpc: Rpc, services: Mapping[str, ServiceDefinition]) -> None:
        self._rpc = rpc
        self.services = dict(services)

    def ask(self, collection: str, method: str, exchange: Exchange, **params: Any) -> dict[str, Any]:
        """The answer of the service that keeps the collection.

        Raises Refused with the service's own problem, or 503 `service_unavailable`: unknown, repeat with the key.
        """
        name = self.services[collection].name
        answer = self._repeated(name, method, payload(exchange, params), exchange)
        if answer.get("problem"):
            raise Refused.from_dict(answer["problem"])
        return answer

    def once(
        self, service: str, method: str, request: dict[str, Any], deadline: Deadline, correlation_id: str
    ) -> dict[str, Any]:
        """One call without repeating. Raises ServiceUnavailable and Refused."""
        answer = self._rpc.call(service, method, request, deadline, correlation_id)
        if answer.get("problem"):
            raise Refused.from_dict(answer["problem"])
        return answer

    def _repeated(self, service: str, method: str, request: dict[str, Any], exchange: Exchange) -> dict[str, Any]:
        # Repeating is safe: every command carries its key, and queries change nothing.
        deadline = exchange.deadline
        first = Deadline.after(deadline.left() * _FIRST_SHARE)
        try:
            return self._rpc.call(service, method, request, first, exchange.correlation_id)
        except ServiceUnavailable as error:
            if error.reason in _HOPELESS or deadline.left() < _WORTH_REPEATING:
                raise unavailable(error) from error
            log.info("repeating", service=service, method=method, reason=error.reason)
        try:
            return self._rpc.call(service, method, request, deadline, exchange.correlation_id)
        except ServiceUnavailable as error:
            raise unavailable(error) from error


def unavailable(error: ServiceUnavailable) -> Refused:
    """503 in the words of the contract."""
    log.warning("service_unavailable", service=error.service, reason=error.reason)
    return Refused(503, "service_unavailable", params={"service": error.service})


def payload(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """The request as every case service reads it (`mpp.cases`)."""
    return {
        "token": exchange.token,
        "applicant": {"secret": exchange.secret} if exchange.secret is not None else None,
        "key": exchange.key,
        "method": exchange.route.method,
        "path": exchange.path,
        "if_match": exchange.if_match,
        "params": dict(params),
        "body": exchange.body,
    }
