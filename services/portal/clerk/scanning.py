"""The papers of a case at the counter: what was handed in, scans and photos of them, and what was a mistake."""

from __future__ import annotations

from services.portal.asking import asked
from services.portal.clerk.addresses import address_of
from services.portal.forms import handing_in
from services.portal.forms.handing_in import Desk, Page


def show(collection: str, case: str) -> Page:
    """What the case asks for, what is there, and where to add to it."""
    return handing_in.page(_desk(collection, case))


def take(collection: str, case: str, requirement: str) -> Page:
    """One file for one requirement."""
    return handing_in.take(_desk(collection, case), requirement)


def take_out(collection: str, case: str, document: str) -> Page:
    """A scan that was a mistake, with the reason."""
    return handing_in.take_out(_desk(collection, case), document)


def _desk(collection: str, case: str) -> Desk:
    return Desk(asked().mall, address_of(collection, case), "clerk", {"collection": collection, "case": case})
