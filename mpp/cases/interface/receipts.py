"""What stands on a receipt (tanda terima), as it travels. A service of the version before sends less of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mpp.json_values import (
    JsonObject,
    mapping,
    objects,
    optional_mapping,
    optional_text,
    optional_truth,
    optional_whole,
    text,
)
from mpp.messaging.calls.common import shown

Bilingual = Mapping[str, str]


def bilingual(found: JsonObject) -> Bilingual:
    """A text for people."""
    return {language: text(found, language) for language in found}


@dataclass(frozen=True)
class Moved:
    """The promised date became another one. Instants in ISO 8601."""

    to: str
    why: Bilingual


@dataclass(frozen=True)
class Promised:
    """`given` was promised first; `stopped` says since when and why the clock stands still; `doubts` why the date is an
    estimate. Instants in ISO 8601."""

    given: str | None = None
    moved: tuple[Moved, ...] = ()
    stopped: str | None = None
    why_stopped: Bilingual | None = None
    doubts: tuple[Bilingual, ...] = ()

    @classmethod
    def of(cls, found: JsonObject) -> Promised:
        """The promise in its JSON form. Raises ValueError."""
        stopped = optional_mapping(found, "stopped")
        return cls(
            optional_text(found, "given"),
            tuple(Moved(text(move, "to"), bilingual(mapping(move, "why"))) for move in objects(found, "moved")),
            None if stopped is None else text(stopped, "at"),
            None if stopped is None else bilingual(mapping(stopped, "why")),
            _texts(found, "doubts"),
        )


@dataclass(frozen=True)
class Window:
    """A time in which the citizen may act, such as the one to object. `asked_at`: when it was decided or asked;
    `told_at`: when the citizen was told, from which moment it runs; `due_at`: its end. Instants in ISO 8601, None:
    not yet."""

    label: Bilingual
    asked_at: str
    told_at: str | None
    due_at: str | None

    @classmethod
    def of(cls, found: JsonObject) -> Window:
        """The window in its JSON form. Raises ValueError."""
        label = bilingual(mapping(found, "label"))
        told_at, due_at = optional_text(found, "told_at"), optional_text(found, "due_at")
        return cls(label, text(found, "asked_at"), told_at, due_at)


@dataclass(frozen=True)
class LevyOwed:
    """What is to be paid, in whole rupiah. No number and no amount: none is in force, but money came (`unapplied`)."""

    number: str | None
    amount: int | None
    due_on: str | None
    paid: int
    paid_at: str | None
    unapplied: int

    @classmethod
    def of(cls, found: JsonObject) -> LevyOwed:
        """The levy in its JSON form. Raises ValueError."""
        return cls(
            optional_text(found, "number"),
            optional_whole(found, "amount"),
            optional_text(found, "due_on"),
            optional_whole(found, "paid") or 0,
            optional_text(found, "paid_at"),
            optional_whole(found, "unapplied") or 0,
        )


@dataclass(frozen=True)
class Contact:
    """An office to ask, and its phone number where the region names one."""

    name: str
    phone: str | None


@dataclass(frozen=True)
class Questions:
    """Until when (a day in ISO 8601) the nine questions can be answered by the one-time code."""

    code: str
    ends_on: str


@dataclass(frozen=True)
class Receipt:
    """What stands on a receipt. Instants in ISO 8601; `fee` in whole rupiah, None: not fixed, and `fee_words` says how.

    `secret_holds`: who asked sent the secret of the case with an account's token, and it is the one that holds.
    """

    tracking_code: str
    service_name: Bilingual
    office_name: str | None
    submitted_at: str | None
    due_at: str | None
    calendar_complete: bool | None
    fee: int | None
    received: tuple[Bilingual, ...]
    missing: tuple[Bilingual, ...]
    promise: Promised
    fee_words: Bilingual | None
    levy: LevyOwed | None
    contacts: tuple[Contact, ...]
    how_to_complain: Bilingual | None
    secret_holds: bool
    questions: Questions | None
    window: Window | None
    body: JsonObject

    def to_json(self) -> JsonObject:
        return shown(self.body)

    @classmethod
    def from_json(cls, found: JsonObject) -> Receipt:
        return cls.of(mapping(found, "body"))

    @classmethod
    def of(cls, body: JsonObject) -> Receipt:
        """The receipt in its JSON form. Raises ValueError."""
        asked = optional_mapping(body, "satisfaction")
        promise, levy = optional_mapping(body, "promise"), optional_mapping(body, "levy")
        window = optional_mapping(body, "window")
        return cls(
            tracking_code=text(body, "tracking_code"),
            service_name=bilingual(mapping(body, "service_name")),
            office_name=optional_text(body, "office_name"),
            submitted_at=optional_text(body, "submitted_at"),
            due_at=optional_text(body, "due_at"),
            calendar_complete=optional_truth(body, "calendar_complete"),
            fee=optional_whole(body, "fee"),
            received=_texts(body, "received"),
            missing=_texts(body, "missing"),
            promise=Promised(optional_text(body, "due_at")) if promise is None else Promised.of(promise),
            fee_words=_text(body, "fee_words"),
            levy=None if levy is None else LevyOwed.of(levy),
            contacts=_contacts(body),
            how_to_complain=_text(body, "how_to_complain"),
            secret_holds=body.get("secret_holds") is True,
            questions=None if asked is None else Questions(text(asked, "code"), text(asked, "ends_on")),
            window=None if window is None else Window.of(window),
            body=body,
        )


def _texts(body: JsonObject, name: str) -> tuple[Bilingual, ...]:
    return tuple(map(bilingual, objects(body, name))) if name in body else ()


def _text(body: JsonObject, name: str) -> Bilingual | None:
    found = optional_mapping(body, name)
    return None if found is None else bilingual(found)


def _contacts(body: JsonObject) -> tuple[Contact, ...]:
    found = objects(body, "contacts") if "contacts" in body else ()
    return tuple(Contact(text(each, "name"), optional_text(each, "phone")) for each in found)
