"""What a comparison has found: kept for who asks later, in the gateway's database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mpp.json_values import Json, JsonObject, mapping, objects, optional_moment, text, texts, whole
from mpp.messaging.reconciling.spans import Span, made_at

EXAMPLES = 10


@dataclass
class Lacking:
    """What one subscription does not have of one producer's events: `missing`. And what it has that the producer does
    not know: `untold`, because the producer's database is from before that was made."""

    producer: str
    consumer: str
    subscription: str
    missing: int = 0
    untold: int = 0
    since: datetime | None = None  # when the oldest of the missing was made
    examples: list[str] = field(default_factory=list)

    def add(self, missing: Sequence[str], untold: Sequence[str]) -> None:
        """These as well, by their ids."""
        self.missing += len(missing)
        self.untold += len(untold)
        self.examples = [*self.examples, *missing, *untold][:EXAMPLES]
        if missing:
            oldest = made_at(min(missing))
            self.since = oldest if self.since is None else min(self.since, oldest)

    @property
    def mended_by(self) -> str | None:
        """The command that mends it."""
        if self.since is None:
            return None
        return f"mpp events resend --since {self.since.isoformat(timespec='seconds')} --service {self.producer}"

    def to_json(self) -> dict[str, Json]:
        who: dict[str, Json] = {
            "producer": self.producer,
            "consumer": self.consumer,
            "subscription": self.subscription,
        }
        numbers: dict[str, Json] = {"missing": self.missing, "untold": self.untold}
        since = None if self.since is None else self.since.isoformat()
        return {**who, **numbers, "since": since, "examples": self.examples, "mended_by": self.mended_by}

    @classmethod
    def from_json(cls, found: JsonObject) -> Lacking:
        who = text(found, "producer"), text(found, "consumer"), text(found, "subscription")
        numbers = whole(found, "missing"), whole(found, "untold")
        return cls(*who, *numbers, optional_moment(found, "since"), list(texts(found, "examples")))


@dataclass(frozen=True)
class Reconciliation:
    """Every pair that was compared within `span`; `unsettled`: what waits or lies dead in each inbox, by status;
    `silent`: who did not answer, so that nothing is known of it."""

    span: Span
    pairs: Sequence[Lacking]
    unsettled: Mapping[str, Mapping[str, int]]
    silent: Sequence[str]

    @property
    def missing(self) -> int:
        """Of all pairs together."""
        return sum(pair.missing for pair in self.pairs)

    @property
    def clean(self) -> bool:
        """Whether everybody answered and nobody lacks anything."""
        return not self.silent and not any(pair.missing or pair.untold for pair in self.pairs)

    def to_json(self) -> dict[str, Json]:
        return {
            **self.span.to_json(),
            "clean": self.clean,
            "pairs": [pair.to_json() for pair in self.pairs],
            "unsettled": {name: dict(counts) for name, counts in self.unsettled.items()},
            "silent": list(self.silent),
        }

    @classmethod
    def from_json(cls, found: JsonObject) -> Reconciliation:
        unsettled = mapping(found, "unsettled")
        return cls(
            Span.from_json(found),
            [Lacking.from_json(each) for each in objects(found, "pairs")],
            {name: _numbers(mapping(unsettled, name)) for name in unsettled},
            texts(found, "silent"),
        )


def _numbers(found: JsonObject) -> dict[str, int]:
    return {name: whole(found, name) for name in found}
