"""What an action makes for people to hold, and who may sign it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mpp.casework.codes.series import NumberSeries

DEEMED = "deemed"  # granted by law, by the silence of the office: nobody signs it
SIGNED_KINDS = ("permit", "certificate", "card", "letter", "levy", "refusal")
SHARED_KINDS = ("permit", "certificate", "card", "letter")  # what an application may need; the rest speaks of a case
CAPACITIES = ("definitive", "an", "plh", "plt")


@dataclass(frozen=True)
class PaperSpec:
    """A paper that an action makes, or that the law grants: its kind, and the template that it is printed with.

    `signed_as` is what whoever takes the action is called on the paper; without it the service type's `signers` say so.
    Of several papers that one action makes, each has a `name`; `title` is what stands over it. The first has the number
    of the decision; each other one that of its own `series`, or what an effect has settled for it. An `optional` one is
    made where an effect has settled something for it.
    """

    kind: str
    template: str
    signed_as: Mapping[str, str] | None = field(default=None, hash=False)
    name: str = ""
    title: Mapping[str, str] | None = field(default=None, hash=False)
    series: NumberSeries | None = None
    optional: bool = False


@dataclass(frozen=True)
class Signer:
    """Who may sign, and as what: `definitive`, or a deputy `an` (on behalf), `plh` (daily acting), `plt` (acting)."""

    capacity: str
    title: Mapping[str, str]
