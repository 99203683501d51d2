"""Malls whose papers the test finishes with the gateway's hand, and malls from before papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import Catalogue
from tests.support.desks import Desks


def with_papers(desks: Desks, signature: str = "local") -> Desks:
    """The same desks, before any has opened: every office signs in this way, and only the test finishes papers."""
    assert not desks.desks.made, "the services read the region's file when they start"
    desks.signs_at_once = False
    desks.runtime.offices = _signing(desks.runtime.offices, signature)
    return desks


def without_papers(desks: Desks) -> Desks:
    """The same desks, before any has opened, on the version of every service type from before it named papers."""
    assert not desks.desks.made, "the services read their catalogue when they start"
    desks.runtime.catalogue = Catalogue([_without_papers(kind) for kind in desks.runtime.catalogue])
    return desks


def _without_papers(kind: ServiceType) -> ServiceType:
    actions = {code: replace(action, papers=()) for code, action in kind.actions.items()}
    return replace(kind, version=kind.version - 1, actions=actions, deemed_paper=None)


def _signing(offices: OfficeTree, signature: str) -> OfficeTree:
    each = [replace(office, signature=signature) for office in offices]
    return OfficeTree(offices.region, offices.zone, each, offices._regions)


def awaited(case: Mapping[str, Any]) -> str:
    """The id of the paper that a case waits for."""
    signing = case["signing"]
    assert signing is not None, "the case waits for no paper"
    return str(signing["paper"])


def ask_as_gateway(
    desks: Desks, collection: str, op: str, body: Mapping[str, Any] | None = None, **params: Any
) -> dict[str, Any]:
    """What a service answers to the gateway itself. Raises Refused."""
    return desks.ask_as_gateway(collection, op, body, **params)


def finish(desks: Desks, collection: str, paper: str, content: str = "isi") -> dict[str, Any]:
    """Step two: the paper was signed, and its file is kept. Raises Refused."""
    return desks.finish_paper(collection, paper, content)


def sign(desks: Desks, account: str, case: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
    """Both steps of a decision; the case as it is then. Raises Refused."""
    begun = desks.act(account, case, action, **body)
    finish(desks, begun["collection"], awaited(begun))
    return desks.get(account, begun)


def abandon(
    desks: Desks, account: str, collection: str, paper: str, *, key: str | None = None, **body: Any
) -> dict[str, Any]:
    """Give a paper up; the case as it is then. Raises Refused."""
    asked = {"reason": "mistake", "note": "Nama tempat praktik salah tulis.", **body}
    payload = desks.payload(account, "POST", f"/api/v1/papers/{paper}/abandonment", asked, key=key)
    payload |= {"params": {"id": paper}}
    return dict(desks.answer(collection, "abandon_paper", payload)["body"])
