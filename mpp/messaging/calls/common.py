"""Payloads and results that methods of several interfaces share.

What stands in `params` came by the address of an HTTP request, what stands in `body` by its body. The words of a
command travel as they were sent: their hash tells a repetition from another command under the same key.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mpp.json_values import (
    Json,
    JsonObject,
    mapping,
    optional_mapping,
    optional_text,
    optional_truth,
    optional_whole,
    text,
    whole,
)


def params_of(request: JsonObject) -> JsonObject:
    """The parameters of a request."""
    return optional_mapping(request, "params") or {}


def body_of(request: JsonObject) -> JsonObject:
    """The body of a request, empty where it has none."""
    return optional_mapping(request, "body") or {}


def given(**values: Json) -> dict[str, Json]:
    """The values that are there."""
    return {name: value for name, value in values.items() if value is not None}


def shown(body: JsonObject) -> dict[str, Json]:
    """The answer of a method that shows something."""
    return {"status": 200, "body": body}


@dataclass(frozen=True)
class Nothing:
    """No more than who calls."""

    def to_json(self) -> JsonObject:
        return {}

    @classmethod
    def from_json(cls, request: JsonObject) -> Nothing:
        return cls()


@dataclass(frozen=True)
class Item:
    """One case (by id or tracking code), payment or permit."""

    id: str

    def to_json(self) -> JsonObject:
        return {"params": {"id": self.id}}

    @classmethod
    def from_json(cls, request: JsonObject) -> Item:
        return cls(text(params_of(request), "id"))


@dataclass(frozen=True)
class CommandOn:
    """A command on one item, in the words that were sent."""

    id: str
    body: JsonObject

    def to_json(self) -> JsonObject:
        return {"params": {"id": self.id}, "body": self.body}

    @classmethod
    def from_json(cls, request: JsonObject) -> CommandOn:
        return cls(text(params_of(request), "id"), mapping(request, "body"))


@dataclass(frozen=True)
class PersonSearch:
    """Whose cases or permits: by NIK, or by the beginning of the name."""

    nik: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    limit: int | None = None
    cursor: str | None = None

    def to_json(self) -> JsonObject:
        return {"body": given(nik=self.nik, name=self.name, limit=self.limit, cursor=self.cursor)}

    @classmethod
    def from_json(cls, request: JsonObject) -> PersonSearch:
        return cls.of(body_of(request))

    @classmethod
    def of(cls, body: JsonObject) -> PersonSearch:
        """The search in the body of a request. Raises ValueError."""
        return cls(
            nik=optional_text(body, "nik"),
            name=optional_text(body, "name"),
            limit=optional_whole(body, "limit"),
            cursor=optional_text(body, "cursor"),
        )


@dataclass(frozen=True)
class Shown:
    """What is shown and nothing else; `replayed` where a command had been done before under its key."""

    body: JsonObject
    replayed: bool = False

    def to_json(self) -> JsonObject:
        return {**shown(self.body), "replayed": True} if self.replayed else shown(self.body)

    @classmethod
    def from_json(cls, found: JsonObject) -> Shown:
        return cls(mapping(found, "body"), optional_truth(found, "replayed") or False)


@dataclass(frozen=True)
class Versioned:
    """A case or a permit; `version` is that of its ETag, `location` the address of what was made."""

    status: int
    body: JsonObject
    version: int
    replayed: bool = False
    location: str | None = None

    def to_json(self) -> JsonObject:
        seen: dict[str, Json] = {"status": self.status, "body": self.body, "version": self.version}
        return {**seen, "replayed": self.replayed, **given(location=self.location)}

    @classmethod
    def from_json(cls, found: JsonObject) -> Versioned:
        return cls(
            status=whole(found, "status"),
            body=mapping(found, "body"),
            version=whole(found, "version"),
            replayed=optional_truth(found, "replayed") or False,
            location=optional_text(found, "location"),
        )
