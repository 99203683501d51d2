"""The OpenAPI document without a running mall: `python -m services.gateway.api.contract > docs/openapi.yaml`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import yaml

from mpp.catalogue import Catalogue
from mpp.clock import SystemClock
from mpp.hosting.definition import case_services
from mpp.json_values import JsonObject
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.tokens.for_services import ServiceTokens
from mpp.tokens.signed import TokenSigner, TokenVerifier, new_keys
from services.gateway.accounts.passwords import Passwords
from services.gateway.api.app import Parts, routes
from services.gateway.api.routes.docs import Docs
from services.gateway.backend import Backend
from services.gateway.threads import HereAndNow

Found = TypeVar("Found")


class _Plain(yaml.SafeDumper):
    """Writes what stands in two places twice: aliases are for programs."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class _NoService:
    """In place of the RPC client: nothing is called."""

    def call(
        self, service: str, method: str, payload: JsonObject, deadline: Deadline, correlation_id: str
    ) -> JsonObject:
        raise ServiceUnavailable(service, "no_queue")


def _in_turn(jobs: Sequence[Callable[[], Found]]) -> list[Found]:
    return [job() for job in jobs]


def contract() -> JsonObject:
    """The document of the installed services; nothing is connected to."""
    private, public = new_keys()
    parts = Parts(
        database=Database("postgresql://nowhere.invalid/none", name="gateway"),
        backend=Backend(_NoService(), case_services(), _in_turn, ServiceTokens(TokenSigner(private), SystemClock())),
        catalogue=Catalogue([]),
        signer=TokenSigner(private),
        verifier=TokenVerifier(public),
        passwords=Passwords(HereAndNow()),
        clock=SystemClock(),
    )
    return Docs(routes(parts)).document


def contract_text() -> str:
    """The document as it is committed."""
    return yaml.dump(contract(), Dumper=_Plain, sort_keys=True, allow_unicode=True, width=100)


if __name__ == "__main__":
    sys.stdout.write(contract_text())
