"""Calls to the owning services, and what their answers mean here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

import structlog

from mpp.casework.access.actors import KEEPER_ROLE, Actor, Assignment
from mpp.casework.refusals import Refused, not_found
from mpp.hosting.definition import ServiceDefinition
from mpp.json_values import JsonObject, mapping
from mpp.messaging.calls.messages import Caller, ServiceUnavailable
from mpp.messaging.calls.methods import Method, Payload, Result
from mpp.persistence.deadline import Deadline
from mpp.tokens.for_services import ServiceTokens
from mpp.web.routing import HttpRequest

log = structlog.get_logger(__name__)

# The first try may take this part of the time that is left; the rest is for repeating it, to another copy perhaps.
_FIRST_SHARE = 0.6
_WORTH_REPEATING = 0.5
# Nothing changes within a second where these are the reason.
_HOPELESS = frozenset({"busy", "no_queue", "token"})

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


@dataclass(frozen=True)
class Sender:
    """On whose behalf the services are asked: an account, an applicant by the secret in the `caller`, or nobody's."""

    actor: Actor | None = None
    caller: Caller = Caller()


# asks by itself, not for anybody
THE_GATEWAY = Sender(Actor("gateway", (Assignment("gateway", "operator"), Assignment("gateway", KEEPER_ROLE))))


class Backend:
    """The case services by collection, each of them asked with a token that counts there only."""

    def __init__(
        self, rpc: Rpc, services: Mapping[str, ServiceDefinition], together: Together, tokens: ServiceTokens
    ) -> None:
        self._rpc = rpc
        self._together = together
        self._tokens = tokens
        self.services = dict(services)

    def ask(
        self,
        collection: str,
        method: Method[Payload, Result],
        payload: Payload,
        request: HttpRequest,
        sender: Sender | None = None,
    ) -> Result:
        """The result of the service that keeps the collection, asked for who sent the request, or for `sender`.

        Asked again once where there is no answer: a command carries its key, and a query changes nothing. Raises
        Refused with the service's own problem, or 503 `service_unavailable`: unknown, repeat with the key.
        """
        service, deadline = self.services[collection].name, request.deadline
        asking = sender or sender_of(request)
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
        deadline, sender = Deadline.after(request.deadline.left() * share), sender_of(request)

        def job(collection: str) -> Callable[[], Heard[Result] | Refused]:
            service = self.services[collection]

            def ask() -> Heard[Result] | Refused:
                asked = payload(collection)
                try:
                    result = self.once(service.name, method, asked, sender, deadline, request.correlation_id)
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
        sender: Sender,
        deadline: Deadline,
        correlation_id: str,
    ) -> Result:
        """One call without repeating. Raises ServiceUnavailable, and Refused with the service's own problem; and
        ValueError for an answer of another shape than the method's, which is a mistake of ours."""
        actor, caller = sender.actor, sender.caller
        if actor is not None:
            caller = replace(caller, token=self._tokens.of(actor, service))
        answer = self._rpc.call(service, method.name, method.request(caller, payload), deadline, correlation_id)
        if answer.get("problem"):
            refused = Refused.from_json(mapping(answer, "problem"))
            if actor is not None and refused.status == 401:
                # it is our own token that the service does not take: of another version, or by another clock
                raise ServiceUnavailable(service, "token")
            raise refused
        return method.result.from_json(answer)

    def named(self, name: str) -> str:
        """The name again, where a service has it. Raises Refused 404."""
        if name not in {service.name for service in self.services.values()}:
            raise not_found()
        return name

    def ask_once(self, service: str, method: Method[Payload, Result], payload: Payload, request: HttpRequest) -> Result:
        """The result of the service of this name, asked for who sent the request and not again, whatever comes back.

        Raises Refused with the service's own problem, or 503 `service_unavailable`.
        """
        try:
            return self.once(service, method, payload, sender_of(request), request.deadline, request.correlation_id)
        except ServiceUnavailable as error:
            raise unavailable(error) from error


def unavailable(error: ServiceUnavailable) -> Refused:
    """503 in the words of the contract."""
    log.warning("service_unavailable", service=error.service, reason=error.reason)
    return Refused(503, "service_unavailable", params={"service": error.service})


def sender_of(request: HttpRequest) -> Sender:
    """Who sent the request, and under which key."""
    caller = Caller(
        secret=request.secret,
        key=request.key,
        method=request.route.method,
        path=request.path,
        if_match=request.if_match,
    )
    return Sender(request.actor, caller)
