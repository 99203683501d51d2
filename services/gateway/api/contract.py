"""The OpenAPI document without a running mall: `python -m services.gateway.api.contract > docs/openapi.yaml`."""

from __future__ import annotations

import sys
from typing import Any, cast

import yaml

from mpp.catalogue import Catalogue
from mpp.clock import SystemClock
from mpp.hosting.definition import case_services
from services.gateway.api.app import Parts, routes
from services.gateway.api.routes.docs import Docs


def contract() -> dict[str, Any]:
    """The document of the installed services; nothing is connected to."""
    nothing = cast(Any, None)
    parts = Parts(
        database=nothing,
        rpc=nothing,
        services=case_services(),
        catalogue=Catalogue([]),
        signer=nothing,
        verifier=nothing,
        passwords=nothing,
        clock=SystemClock(),
        together=nothing,
    )
    return Docs(routes(parts)).document


def contract_text() -> str:
    """The document as it is committed."""
    return yaml.safe_dump(contract(), sort_keys=True, allow_unicode=True, width=100)


if __name__ == "__main__":
    sys.stdout.write(contract_text())
