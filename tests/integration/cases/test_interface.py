"""The RPC interface of every case service: each method of the table is answered, whatever is sent."""

from __future__ import annotations

import pytest

from mpp.cases.interface import methods
from mpp.cases.interface.answers import CaseInterface
from mpp.cases.recording.catalogue_hosts import hooks_of
from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.contracts import permits_register, residents
from mpp.hosting.dead_letters import DeadLetters
from mpp.hosting.definition import case_services
from mpp.json_values import JsonObject
from mpp.messaging.calls.messages import Call
from mpp.messaging.calls.methods import Method
from mpp.persistence.deadline import Deadline
from tests.support.desks import DESKS, Desks

OWN_TABLES = {"permits": [permits_register], "registrations": [residents]}


def no_letters() -> DeadLetters:
    raise AssertionError("nobody may see them")


def answered(interface: CaseInterface, method: str, request: JsonObject) -> tuple[int, str]:
    """Status and code of what comes back; never anything but an answer or a refusal."""
    try:
        interface.answer(request, Call(Deadline.after(10.0), new_id(), method))
    except Refused as refused:
        return refused.status, refused.code
    return 200, "answered"


@pytest.mark.parametrize("collection", list(case_services()))
def test_every_method_is_answered_and_none_that_wants_a_token_without_one(desks: Desks, collection: str) -> None:
    definition = case_services()[collection]
    made = DESKS.get(collection, CaseInterface)
    interface = made(definition, desks.runtime, hooks_of(definition), no_letters)
    tables = [methods, *OWN_TABLES.get(collection, [])]
    for method in [found for table in tables for found in vars(table).values() if isinstance(found, Method)]:
        empty = answered(interface, method.name, {"params": {"op": method.op}})
        strange = answered(interface, method.name, {"params": {"op": method.op, "id": 7}, "body": {"service": []}})
        assert {empty[0], strange[0]} <= {200, 400, 401, 422}, method.name
        if empty[0] == 200:
            assert method is methods.PING


@pytest.mark.parametrize("collection", list(case_services()))
def test_a_former_gateway_is_understood(desks: Desks, collection: str) -> None:
    """It sent what an operator says in the parameters and in the body, and parameters that are not there as null."""
    book = {"office": "dpmptsp", "series": "none", "year": 2026}
    for params, body in (({**book, "op": "list"}, {}), ({**book, "op": "start", "last": 38}, {**book, "last": 38})):
        payload = desks.payload("operator", "POST", "/api/v1/operations/numbers/start", body) | {"params": params}
        with pytest.raises(Refused) as refused:
            desks.answer(collection, "numbers", payload)
        assert [(f.field, f.code) for f in refused.value.fields] == [("series", "unknown_series")]
