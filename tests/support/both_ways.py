"""A mall in whose region an outside register keeps what it may keep, and the same with one that the mall keeps."""

from __future__ import annotations

from dataclasses import replace

from mpp.catalogue import Catalogue
from tests.support.desks import Desks


def registered_by(desks: Desks, side: str) -> Desks:
    """The desks, with the choice of the region: `mall` or `outside`."""
    kinds = [
        kind if kind.registered_by is None else replace(kind, registered_by=replace(kind.registered_by, chosen=side))
        for kind in desks.runtime.catalogue
    ]
    desks.runtime.catalogue = Catalogue(kinds)
    return desks
