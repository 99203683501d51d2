"""Whose register a case changes: the mall's own, or that of the nation, of which the mall only hears. Pure values.

A service type names the outside registers that may keep what it is about. Where one of them does, the mall collects,
checks and keeps the clock; the number and the paper come from there. The region chooses, and a case stays with what
held when it was filed: its data say so under `REGISTERED_BY`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mpp.casework.rules.requirements import Text
from mpp.json_values import JsonObject, optional_text

MALL, OUTSIDE = "mall", "outside"
SIDES = (MALL, OUTSIDE)
REGISTERED_BY = "registered_by"  # beside the fields of the form
_OF_THE_MALL: Text = {"id": "Mal ini (peragaan atau pelatihan)", "en": "This mall (demonstration or training)"}


@dataclass(frozen=True)
class RegisteredBy:
    """Who may register what a service type is about.

    `default` is `mall` or the code of one of the `outside` registers, which have names. `chosen` is what the region
    says for all its service types: `mall`, or `outside` for the first of each; None leaves it to the default.
    """

    default: str
    outside: Mapping[str, Text]
    chosen: str | None = None

    @property
    def now(self) -> str:
        """The register of a case that is filed now."""
        if self.chosen == OUTSIDE:
            return self.default if self.default != MALL else next(iter(self.outside))
        return self.chosen or self.default

    def name_of(self, register: str) -> Text:
        """What people call it; its code where this version of the service type does not know it."""
        return _OF_THE_MALL if register == MALL else self.outside.get(register, {"id": register, "en": register})


def register_of(data: JsonObject) -> str:
    """The register of a case with these data."""
    return optional_text(data, REGISTERED_BY) or MALL


def side_of(data: JsonObject) -> str:
    """`mall`, or `outside` for every other register."""
    return MALL if register_of(data) == MALL else OUTSIDE
