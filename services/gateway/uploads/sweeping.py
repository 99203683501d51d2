"""Sweeping the folder of documents: what no case of any service refers to is removed."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from mpp.cases.interface.methods import KNOWN_DOCUMENTS
from mpp.cases.interface.payloads import Contents
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import Refused
from mpp.messaging.calls.messages import Caller, ServiceUnavailable
from mpp.persistence.deadline import Deadline
from services.gateway.backend import Backend

log = structlog.get_logger(__name__)

GATEWAY = Actor("gateway", (Assignment("gateway", "operator"),))


def ask_every_service(
    backend: Backend, token: Callable[[], str], hashes: list[str], seconds: float, correlation_id: str
) -> set[str] | None:
    """Which contents any service's cases refer to; None when one of them did not answer."""
    caller, asked = Caller(token=token()), Contents(tuple(hashes))
    found: set[str] = set()
    for service in backend.services.values():
        try:
            answer = backend.once(service.name, KNOWN_DOCUMENTS, asked, caller, Deadline.after(seconds), correlation_id)
        except (ServiceUnavailable, Refused) as error:
            log.warning("sweep_put_off", service=service.name, reason=type(error).__name__)
            return None
        found |= set(answer.hashes)
    return found
