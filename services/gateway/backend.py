"""Calls to the owning services, and what their answers mean here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from mpp.casework.refusals import Refused
from mpp.hosting.definition import ServiceDefinition
from mpp.json_values import JsonObject, mapping
from mpp.messaging.calls.messages import Caller, ServiceUnavailable
from mpp.messaging.calls.methods import Method, Payload, Result
from mpp.persistence.deadline import Deadline
from mpp.web.routing import HttpRequest

log = structlog.get_logger(__name__)

# The first try may take this part of the time that is left; the rest is for repeating it, to another copy perhaps.
_FIRST_SHARE = 0.6
_WORTH_REPEATING = 0.5
# Nothing changes within a second where these are the reason.
_HOPELESS = frozenset({"busy", "no_queue"})

Found = TypeVar("Found")


class Rpc(Protocol):
    """The part of `mpp.messaging.calls.client.RpcClient` that is used here."""

    def call(
        self, service: str, method: str, payload: JsonObject, deadline: Deadline, correlation_id: str
    ) -> JsonObject: ...


class Together(Protocol):
    """Runs jobs side by side; their results, in order."""

    def __call__(self, jobs: Sequence[Callable[[], Found]]) -> list[Found]: ...


@dataclass(frozen=True)
class Heard(Generic[Result]):
    """What one of several services answered that were asked together; `result` None: nothing in time."""

    service: ServiceDefinition
    result: Result | None


class Backend:
    """The case services by collection."""

    def __init__(self, rpc: Rpc, services: Mapping[str, ServiceDefinition], together: Together) -> None:
        self._rpc = rpc
        self._together = together
        self.services = dict(services)

    def ask(
        self,
        collection: str,
        method: Method[Payload, Result],
        payload: Payload,
        request: HttpRequest,
        caller: Caller | None = None,
    ) -> Result:
        """The result of the service that keeps the collection, asked for who sent the request, or for `caller`.

        Asked again once where there is no answer: a command carries its key, and a query changes nothing. Raises
        Refused with the service's own problem, or 503 `service_unavailable`: unknown, repeat with the key.
        """
        service, deadline = self.services[collection].name, request.deadline
        asking = caller or caller_of(request)
        try:
            first = Deadline.after(deadline.left() * _FIRST_SHARE)
            return self.once(service, method, payload, asking, first, request.correlation_id)
        except ServiceUnavailable as error:
            if error.reason in _HOPELESS or deadline.left() < _WORTH_REPEATING:
                raise unavailable(error) from error
            log.info("repeating", service=service, method=method.name, reason=error.reason)
        try:
            return self.once(service, method, payload, asking, deadline, request.correlation_id)
        except ServiceUnavailable as error:
            raise unavailable(error) from error

    def ask_each(
        self,
        collections: Iterable[str],
        method: Method[Payload, Result],
        payload: Callable[[str], Payload],
        request: HttpRequest,
        share: float,
    ) -> list[Heard[Result]]:
        """What each service answers, asked side by side and within this share of the time that is left.

        `payload` makes what is sent to the keeper of a collection. Raises what any of the services refused.
        """
        deadline, caller = Deadline.after(request.deadline.left() * share), caller_of(request)

        def job(collection: str) -> Callable[[], Heard[Result] | Refused]:
            service = self.services[collection]

            def ask() -> Heard[Result] | Refused:
                asked = payload(collection)
                try:
                    result = self.once(service.name, method, asked, caller, deadline, request.correlation_id)
                except ServiceUnavailable:
                    return Heard(service, None)
                except Refused as refused:
                    return refused
                return Heard(service, result)

            return ask

        heard: list[Heard[Result]] = []
        for answer in self._together([job(collection) for collection in collections]):
            if isinstance(answer, Refused):
                raise answer
            heard.append(answer)
        return heard

    def once(
        self,
        service: str,
        method: Method[Payload, Result],
        payload: Payload,
        caller: Caller,
        deadline: Deadline,
        correlation_id: str,
    ) -> Result:
        """One call without repeating. Raises ServiceUnavailable, and Refused with the service's own problem; and
        ValueError for an answer of another shape than the method's, which is a mistake of ours."""
        request = method.request(caller, payload)
        answer = self._rpc.call(service, method.name, request, deadline, correlation_id)
        if answer.get("problem"):
            raise Refused.from_json(mapping(answer, "problem"))
        return method.result.from_json(answer)


def unavailable(error: ServiceUnavailable) -> Refused:
    """503 in the words of the contract."""
    log.warning("service_unavailable", service=error.service, reason=error.reason)
    return Refused(503, "service_unavailable", params={"service": error.service})


def caller_of(request: HttpRequest) -> Caller:
    """Who sent the request, and under which key."""
    return Caller(
        token=request.token,
        secret=request.secret,
        key=request.key,
        method=request.route.method,
        path=request.path,
        if_match=request.if_match,
    )
