"""A decision that waits for its paper: what a signer has said, until the signed file is stored (ADR 0019).

The case stays where it is in the meantime, so that nothing counts as decided that nobody can hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mpp.json_values import JsonObject, mapping, moment, optional_text, text, texts, truth


@dataclass(frozen=True)
class Signing:
    """The decision `action` of the account `by` at an office. `number` is that of the paper, drawn and not yet the
    case's; `note`, `data`, `ticks` and `answers` (reasons by warning) are what the signer gave with it; `others` are
    the papers that the decision makes beside `paper` (ADR 0035)."""

    paper: str
    action: str
    by: str
    office: str | None
    since: datetime
    number: str | None = None
    note: str | None = None
    data: JsonObject = field(default_factory=dict)
    ticks: Mapping[str, bool] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def papers(self) -> tuple[str, ...]:
        """All that are to be signed for it."""
        return (self.paper, *self.others)

    def to_json(self) -> JsonObject:
        """As it is stored."""
        others: JsonObject = {"others": list(self.others)} if self.others else {}
        return {
            "paper": self.paper,
            "action": self.action,
            "by": self.by,
            "office": self.office,
            "since": self.since.isoformat(),
            "number": self.number,
            "note": self.note,
            "data": self.data,
            "ticks": dict(self.ticks),
            "answers": dict(self.answers),
            **others,
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> Signing:
        """ValueError for an object that `to_json` could not have made."""
        ticks, answers = mapping(stored, "ticks"), mapping(stored, "answers")
        return cls(
            text(stored, "paper"),
            text(stored, "action"),
            text(stored, "by"),
            optional_text(stored, "office"),
            moment(stored, "since"),
            optional_text(stored, "number"),
            optional_text(stored, "note"),
            mapping(stored, "data"),
            {requirement: truth(ticks, requirement) for requirement in ticks},
            {warning: text(answers, warning) for warning in answers},
            texts(stored, "others") if "others" in stored else (),
        )


@dataclass(frozen=True)
class SigningBegun:
    """The decision was made, and waits for its signed paper.

    Stored as data that sets nothing: that is all that a version from before there were papers reads of it.
    """

    signing: Signing

    def to_json(self) -> JsonObject:
        return {"kind": "data", "set": {}, "signing": self.signing.to_json()}

    @classmethod
    def from_json(cls, stored: JsonObject) -> SigningBegun:
        return cls(Signing.from_json(mapping(stored, "signing")))


@dataclass(frozen=True)
class SigningEnded:
    """The paper was signed; or it was given up (`signed` False), and the case can be decided anew. Stored as its
    beginning is."""

    paper: str
    signed: bool

    def to_json(self) -> JsonObject:
        return {"kind": "data", "set": {}, "signing_ended": {"paper": self.paper, "signed": self.signed}}

    @classmethod
    def from_json(cls, stored: JsonObject) -> SigningEnded:
        ended = mapping(stored, "signing_ended")
        return cls(text(ended, "paper"), truth(ended, "signed"))
