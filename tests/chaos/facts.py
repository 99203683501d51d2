"""What is known when the dust has settled: the databases as they are, and what the load was told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class CaseRow(NamedTuple):
    """A case; `mark` is the idempotency key that the load wrote into its form."""

    id: str
    mark: str | None
    version: int
    person: str | None
    held: str | None
    number: str | None
    finished: bool


class StepRow(NamedTuple):
    """An entry of a timeline; `note` is the idempotency key of the action. A decision with a paper has two: one that
    `begins` the signing of this paper, and one that its signature brings about (`signs`)."""

    case_id: str
    version: int
    actor: str
    action: str
    note: str | None
    begins: str | None = None
    signs: str | None = None
    at: float = 0.0


class OutboxRow(NamedTuple):
    """An event as its producer stored it."""

    event_id: str
    type: str
    routing_key: str
    subject: str
    version: int
    published: bool
    public: bool
    cause: str | None


class InboxRow(NamedTuple):
    """What a subscriber made of an event."""

    event_id: str
    subscription: str
    subject: str | None
    version: int | None
    status: str


class NumberRow(NamedTuple):
    """A legal number."""

    series: str
    seq: int
    number: str
    case_id: str
    void: bool = False


class PermitRow(NamedTuple):
    """A permit."""

    id: str
    case_id: str
    person: str | None
    status: str
    version: int


class PaperRow(NamedTuple):
    """A paper that the mall prints."""

    id: str
    case_id: str
    action: str
    number: str | None
    status: str
    adapter: str
    sha256: str | None
    size: int | None
    failure: str | None


class KeptFile(NamedTuple):
    """What lies in the folder under a hash: its own hash, its size, since when, and what its signature is worth."""

    sha256: str
    size: int
    since: float
    signed: bool


class PersonRow(NamedTuple):
    """A person, in the register or in a service's copy of it."""

    person: str
    status: str
    version: int


class Act(NamedTuple):
    """Written by each effect: a person's names subject and version, the feed's the event's id (and version 1)."""

    subject: str
    version: int


@dataclass
class Database:
    """The rows of one service's database that the check needs; `acts` is None where nobody counted them."""

    cases: list[CaseRow] = field(default_factory=list)
    steps: list[StepRow] = field(default_factory=list)
    outbox: list[OutboxRow] = field(default_factory=list)
    inbox: list[InboxRow] = field(default_factory=list)
    numbers: list[NumberRow] = field(default_factory=list)
    series: dict[str, tuple[int, int]] = field(default_factory=dict)
    permits: list[PermitRow] = field(default_factory=list)
    papers: list[PaperRow] = field(default_factory=list)
    persons: list[PersonRow] = field(default_factory=list)
    residents: list[PersonRow] = field(default_factory=list)
    cards: dict[str, int] = field(default_factory=dict)
    feed: list[tuple[str, int | None]] = field(default_factory=list)
    acts: list[Act] | None = None


@dataclass(frozen=True)
class Poison:
    """What was injected. `undecodable`: queues' services that must have buried one each (so often in the list).

    `broken`: events (id, subject) whose handler in permits failed until the fix, and which were replayed then.
    """

    undecodable: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Command:
    """One write of the load: the last thing that is known of it.

    `outcome`: accepted (2xx), refused (4xx: nothing may have happened), or unknown (no answer before the end).
    """

    key: str
    kind: str  # open | act
    collection: str
    outcome: str = "unknown"
    attempts: int = 0
    id: str | None = None  # of the case: as answered to `open`, as asked for by `act`
    version: int | None = None
    number: str | None = None
    code: str | None = None


def read_ledger(lines: Iterable[str]) -> dict[str, Command]:
    """The commands in a ledger by key; a last line that was cut off is passed over."""
    found: dict[str, Command] = {}
    for line in lines:
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        found[entry["key"]] = Command(**entry)
    return found
