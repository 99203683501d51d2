"""What a case service answers, where `mpp.messaging.calls.common` has no type for it.

`body` is what the caller of the mall gets to see, and is handed on as it is. It may gain fields with every version.
"""

from __future__ import annotations

from dataclasses import dataclass

from mpp.cases.reading.asked import TaskPlace
from mpp.casework.case.document import Document
from mpp.json_values import (
    JsonObject,
    mapping,
    objects,
    optional_text,
    text,
    texts,
    truth,
)
from mpp.messaging.calls.common import shown


@dataclass(frozen=True)
class Found:
    """A document that may be handed out."""

    document: Document

    def to_json(self) -> JsonObject:
        return shown(self.document.to_json())

    @classmethod
    def from_json(cls, found: JsonObject) -> Found:
        return cls(Document.from_json(mapping(found, "body")))


@dataclass(frozen=True)
class Taking:
    """The id of the case that would take a document, None from a service of an earlier version; whether the public
    will see it."""

    case: str | None
    public: bool = False

    def to_json(self) -> JsonObject:
        return shown({"case": self.case, "public": self.public})

    @classmethod
    def from_json(cls, found: JsonObject) -> Taking:
        body = mapping(found, "body")
        return cls(optional_text(body, "case"), body.get("public") is True)


@dataclass(frozen=True)
class LetGo:
    """The content that would be let go; None where that was done before under this key."""

    sha256: str | None

    def to_json(self) -> JsonObject:
        return shown({"sha256": self.sha256})

    @classmethod
    def from_json(cls, found: JsonObject) -> LetGo:
        return cls(optional_text(mapping(found, "body"), "sha256"))


@dataclass(frozen=True)
class Known:
    """Of the contents asked for, those that a case refers to."""

    hashes: tuple[str, ...]

    def to_json(self) -> JsonObject:
        return shown({"known": self.hashes})

    @classmethod
    def from_json(cls, found: JsonObject) -> Known:
        return cls(texts(mapping(found, "body"), "known"))


@dataclass(frozen=True)
class Task:
    """An open task as it is shown."""

    body: JsonObject

    @classmethod
    def of(cls, body: JsonObject) -> Task:
        """Raises ValueError."""
        TaskPlace.of(body)
        return cls(body)

    def place(self, sort: str) -> TaskPlace:
        """Where it stands in this order. Raises ValueError."""
        return TaskPlace.of(self.body, sort)


@dataclass(frozen=True)
class Tasks:
    """The next open tasks in their order; `more`: there are others after them."""

    items: tuple[Task, ...]
    more: bool

    def to_json(self) -> JsonObject:
        return shown({"items": [task.body for task in self.items], "more": self.more})

    @classmethod
    def from_json(cls, found: JsonObject) -> Tasks:
        return cls.of(mapping(found, "body"))

    @classmethod
    def of(cls, body: JsonObject) -> Tasks:
        """The tasks in their JSON form. Raises ValueError."""
        return cls(tuple(map(Task.of, objects(body, "items"))), truth(body, "more"))


@dataclass(frozen=True)
class Items:
    """A list that a service adds to what other services answer; the rest of its body says what became of the call."""

    items: tuple[JsonObject, ...]
    body: JsonObject

    def to_json(self) -> JsonObject:
        return shown(self.body)

    @classmethod
    def from_json(cls, found: JsonObject) -> Items:
        return cls.of(mapping(found, "body"))

    @classmethod
    def of(cls, body: JsonObject) -> Items:
        """The list in its JSON form. Raises ValueError."""
        return cls(objects(body, "items"), body)


@dataclass(frozen=True)
class Counted:
    """A deadline, and the name of the calendar that it was counted by."""

    calendar: str
    body: JsonObject

    def to_json(self) -> JsonObject:
        return shown(self.body)

    @classmethod
    def from_json(cls, found: JsonObject) -> Counted:
        return cls.of(mapping(found, "body"))

    @classmethod
    def of(cls, body: JsonObject) -> Counted:
        """The count in its JSON form. Raises ValueError."""
        return cls(text(body, "calendar"), body)
