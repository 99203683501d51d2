"""What is sent with a call about papers, and what comes back. Most of it passes between a service and the gateway
alone: it prints, signs and keeps the files, the service decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from mpp.json_values import (
    Json,
    JsonObject,
    iso,
    mapping,
    moment,
    objects,
    optional_moment,
    optional_text,
    optional_whole,
    text,
    truth,
    whole,
)
from mpp.messaging.calls.common import body_of, given, params_of, shown
from mpp.papers.snapshot import Snapshot


@dataclass(frozen=True)
class PaperSigned:
    """A paper was signed, and its file is kept: `sha256` and `size` in bytes are of the file, `how` says by what it was
    signed, `template_digest` with which template it was printed."""

    id: str
    sha256: str
    size: int
    how: str
    signed_at: datetime
    template_digest: str | None = None

    def to_json(self) -> JsonObject:
        file: dict[str, Json] = {"sha256": self.sha256, "size": self.size}
        signed = {**file, "how": self.how, "signed_at": iso(self.signed_at)}
        return {"params": {"id": self.id}, "body": {**signed, **given(template_digest=self.template_digest)}}

    @classmethod
    def from_json(cls, request: JsonObject) -> PaperSigned:
        body = body_of(request)
        return cls(
            text(params_of(request), "id"),
            text(body, "sha256"),
            whole(body, "size"),
            text(body, "how"),
            moment(body, "signed_at"),
            optional_text(body, "template_digest"),
        )


@dataclass(frozen=True)
class PaperFailed:
    """Printing or signing has failed, for a reason with this code (lower case and `_`)."""

    id: str
    failure: str

    def to_json(self) -> JsonObject:
        return {"params": {"id": self.id}, "body": {"failure": self.failure}}

    @classmethod
    def from_json(cls, request: JsonObject) -> PaperFailed:
        return cls(text(params_of(request), "id"), text(body_of(request), "failure"))


@dataclass(frozen=True)
class PapersAfter:
    """A page of papers, or of cases without one, from the one behind the id `after` on."""

    after: str | None = None
    limit: int | None = None

    def to_json(self) -> JsonObject:
        return {"params": given(after=self.after, limit=self.limit)}

    @classmethod
    def from_json(cls, request: JsonObject) -> PapersAfter:
        params = params_of(request)
        return cls(optional_text(params, "after"), optional_whole(params, "limit"))


@dataclass(frozen=True)
class DecisionOf:
    """A decision of a case, by the action that made it."""

    case: str
    action: str

    def to_json(self) -> JsonObject:
        return {"params": {"case": self.case, "action": self.action}}

    @classmethod
    def from_json(cls, request: JsonObject) -> DecisionOf:
        params = params_of(request)
        return cls(text(params, "case"), text(params, "action"))


@dataclass(frozen=True)
class PaperTold:
    """A paper as the gateway knows it. `status`: awaiting, issued, abandoned, superseded; `adapter`: how it is signed
    (local, bsre, wet, none); `signer` is the account that decided, or None; `failure` the code of the last try."""

    id: str
    collection: str
    case: str
    kind: str
    number: str | None
    status: str
    adapter: str
    office: str
    signer: str | None
    printed_later: bool
    prepared_at: datetime
    signed_at: datetime | None
    how: str | None
    sha256: str | None
    size: int | None
    template_digest: str | None
    failure: str | None
    attempts: int

    def to_json(self) -> JsonObject:
        return shown(self.body)

    @property
    def body(self) -> JsonObject:
        """As JSON."""
        times = {"prepared_at": iso(self.prepared_at), "signed_at": iso(self.signed_at)}
        return {**{name: getattr(self, name) for name in self.__dataclass_fields__}, **times}

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        return cls.of(mapping(found, "body"))

    @classmethod
    def of(cls, body: JsonObject) -> Self:
        """The paper in its JSON form. Raises ValueError."""
        return cls(
            id=text(body, "id"),
            collection=text(body, "collection"),
            case=text(body, "case"),
            kind=text(body, "kind"),
            number=optional_text(body, "number"),
            status=text(body, "status"),
            adapter=text(body, "adapter"),
            office=text(body, "office"),
            signer=optional_text(body, "signer"),
            printed_later=truth(body, "printed_later"),
            prepared_at=moment(body, "prepared_at"),
            signed_at=optional_moment(body, "signed_at"),
            how=optional_text(body, "how"),
            sha256=optional_text(body, "sha256"),
            size=optional_whole(body, "size"),
            template_digest=optional_text(body, "template_digest"),
            failure=optional_text(body, "failure"),
            attempts=whole(body, "attempts"),
        )


@dataclass(frozen=True)
class PaperPrinted:
    """A paper with all that is printed on it."""

    paper: PaperTold
    snapshot: Snapshot

    def to_json(self) -> JsonObject:
        return shown({"paper": self.paper.body, "snapshot": self.snapshot.to_json()})

    @classmethod
    def from_json(cls, found: JsonObject) -> PaperPrinted:
        body = mapping(found, "body")
        return cls(PaperTold.of(mapping(body, "paper")), Snapshot.from_json(mapping(body, "snapshot")))


@dataclass(frozen=True)
class PapersTold:
    """A page of papers; the next one begins behind the last of them."""

    items: tuple[PaperTold, ...]

    def to_json(self) -> JsonObject:
        return shown({"items": [each.body for each in self.items]})

    @classmethod
    def from_json(cls, found: JsonObject) -> PapersTold:
        return cls(tuple(map(PaperTold.of, objects(mapping(found, "body"), "items"))))


@dataclass(frozen=True)
class DecisionsWithoutPaper:
    """A page of decisions whose papers were never made; the next one begins behind the last case."""

    items: tuple[DecisionOf, ...]

    def to_json(self) -> JsonObject:
        return shown({"items": [{"case": each.case, "action": each.action} for each in self.items]})

    @classmethod
    def from_json(cls, found: JsonObject) -> DecisionsWithoutPaper:
        items = objects(mapping(found, "body"), "items")
        return cls(tuple(DecisionOf(text(each, "case"), text(each, "action")) for each in items))
