"""What is printed on a paper, fixed when it is numbered: a template prints from this and from nothing else.

`to_json` is what is stored beside the paper, and what a template gets as the dictionary `paper`. Texts for people are
`{"id": ..., "en": ...}`. What is stored stays readable: a field that comes later needs a value for when it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from mpp.casework.access.offices import SIGNATURES as OF_OFFICES
from mpp.casework.rules.paper import CAPACITIES, DEEMED, SIGNED_KINDS
from mpp.json_values import (
    JsonObject,
    day,
    mapping,
    objects,
    optional_mapping,
    optional_text,
    text,
    texts,
    truth,
)

Text = Mapping[str, str]  # {"id": ..., "en": ...}

RECEIPT, FORM = "receipt", "form"  # rendered on request, never stored
KINDS = (*SIGNED_KINDS, DEEMED, RECEIPT, FORM)
SIGNATURES = (*OF_OFFICES, "none")


@dataclass(frozen=True)
class Service:
    """The service type that the paper belongs to."""

    code: str
    name: Text

    def to_json(self) -> JsonObject:
        return {"code": self.code, "name": dict(self.name)}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Service:
        _only(stored, "service", cls)
        return cls(text(stored, "code"), _both(stored, "name"))


@dataclass(frozen=True)
class Letterhead:
    """The head of the sheet: the names from the government down to the office, and how the office is reached (address,
    phone), each a line."""

    names: tuple[str, ...]
    contact: tuple[str, ...] = ()

    def to_json(self) -> JsonObject:
        return {"names": list(self.names), "contact": list(self.contact)}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Letterhead:
        _only(stored, "letterhead", cls)
        return cls(texts(stored, "names"), texts(stored, "contact"))


@dataclass(frozen=True)
class SignedBy:
    """Who signs: `title` is that of the catalogue for this `capacity` (with "a.n.", "Plh." or "Plt." in it)."""

    name: str
    nip: str | None
    capacity: str
    title: Text

    def __post_init__(self) -> None:
        _one_of(self.capacity, CAPACITIES, "signer.capacity")

    def to_json(self) -> JsonObject:
        return {"name": self.name, "nip": self.nip, "capacity": self.capacity, "title": dict(self.title)}

    @classmethod
    def from_json(cls, stored: JsonObject) -> SignedBy:
        _only(stored, "signer", cls)
        return cls(text(stored, "name"), optional_text(stored, "nip"), text(stored, "capacity"), _both(stored, "title"))


@dataclass(frozen=True)
class Filled:
    """A field of the form as people read it: `value` has choices by their labels, days and money in words and figures.
    A group has its fields inside, and an empty value."""

    name: str
    label: Text
    value: Text
    fields: tuple[Filled, ...] = ()

    def to_json(self) -> JsonObject:
        inside = [inner.to_json() for inner in self.fields]
        return {"name": self.name, "label": dict(self.label), "value": dict(self.value), "fields": inside}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Filled:
        _only(stored, "fields", cls)
        inside = tuple(cls.from_json(inner) for inner in objects(stored, "fields"))
        return cls(text(stored, "name"), _both(stored, "label"), _both(stored, "value"), inside)


@dataclass(frozen=True)
class Snapshot:
    """All that a paper says.

    - `kind`: one of `KINDS`; `template`: the name of the template; `title`: what stands over the body.
    - `code`: the verification code as people read it, in groups; `qr`: the text of the QR code.
    - `issued_on`: the local day of the decision; `place`: where it is signed.
    - `signer`: None where nobody signs (granted by law, receipt, form); `signature`: by which way it is signed, one of
      `SIGNATURES`, since only what BSrE signed may say so.
    - `holder`: the applicant as filed (`name`, `nik` or `nib`, `address` ...), or None.
    - `fields`: the form's data in order; `facts`: what was settled (`valid_from`, `valid_until`, `nik`, `amount`,
      `due_on`, `complete_at`, `limit_at` ...), days as YYYY-MM-DD, money in whole rupiah.
    - `supersedes`: the number of the paper that this one takes the place of.
    - `printed_later`: made for a decision that was taken before there were papers.
    - `notices`: what else must be told on it.
    """

    kind: str
    template: str
    service: Service
    title: Text
    number: str | None
    code: str
    qr: str
    issued_on: date
    place: str
    letterhead: Letterhead
    signer: SignedBy | None
    signature: str
    holder: JsonObject | None = None
    fields: tuple[Filled, ...] = ()
    facts: JsonObject | None = None
    supersedes: str | None = None
    printed_later: bool = False
    notices: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        _one_of(self.kind, KINDS, "kind")
        _one_of(self.signature, SIGNATURES, "signature")
        if (self.signer is None) != (self.signature == "none"):
            raise ValueError("signature: none is for a paper without a signer, and only for that")

    def to_json(self) -> JsonObject:
        """The whole, every field present."""
        return {
            "kind": self.kind,
            "template": self.template,
            "service": self.service.to_json(),
            "title": dict(self.title),
            "number": self.number,
            "code": self.code,
            "qr": self.qr,
            "issued_on": self.issued_on.isoformat(),
            "place": self.place,
            "letterhead": self.letterhead.to_json(),
            "signer": None if self.signer is None else self.signer.to_json(),
            "signature": self.signature,
            "holder": self.holder,
            "fields": [field.to_json() for field in self.fields],
            "facts": dict(self.facts or {}),
            "supersedes": self.supersedes,
            "printed_later": self.printed_later,
            "notices": [dict(notice) for notice in self.notices],
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> Snapshot:
        """The inverse. Raises ValueError, which names the field and never its value, for anything else."""
        _only(stored, "paper", cls)
        signer = optional_mapping(stored, "signer")
        return cls(
            kind=text(stored, "kind"),
            template=text(stored, "template"),
            service=Service.from_json(mapping(stored, "service")),
            title=_both(stored, "title"),
            number=optional_text(stored, "number"),
            code=text(stored, "code"),
            qr=text(stored, "qr"),
            issued_on=day(stored, "issued_on"),
            place=text(stored, "place"),
            letterhead=Letterhead.from_json(mapping(stored, "letterhead")),
            signer=None if signer is None else SignedBy.from_json(signer),
            signature=text(stored, "signature"),
            holder=optional_mapping(stored, "holder"),
            fields=tuple(Filled.from_json(field) for field in objects(stored, "fields")),
            facts=mapping(stored, "facts"),
            supersedes=optional_text(stored, "supersedes"),
            printed_later=truth(stored, "printed_later"),
            notices=tuple(_text(notice, "notices") for notice in objects(stored, "notices")),
        )


def _only(stored: JsonObject, name: str, kind: type[Service | Letterhead | SignedBy | Filled | Snapshot]) -> None:
    """Refuse what the class has no field for."""
    strange = sorted(set(stored) - {field.name for field in fields(kind)})
    if strange:
        raise ValueError(f"{name}.{strange[0]}: not a field of a paper")


def _both(stored: JsonObject, name: str) -> Text:
    return _text(mapping(stored, name), name)


def _text(stored: JsonObject, name: str) -> Text:
    if set(stored) != {"id", "en"}:
        raise ValueError(f"{name}: not a text in both languages")
    return {"id": text(stored, "id"), "en": text(stored, "en")}


def _one_of(value: str, known: tuple[str, ...], name: str) -> None:
    if value not in known:
        raise ValueError(f"{name}: not one of {', '.join(known)}")
