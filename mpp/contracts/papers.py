"""What services tell each other of the papers that they issue (ADR 0025): internal, and the same for each of them."""

from __future__ import annotations

from marshmallow.validate import OneOf, Regexp

from mpp.contracts.base import INTERNAL, EventContract, EventSchema, day, text
from mpp.json_values import JsonObject

IN_FORCE = "valid"
# What a paper may be, and that none will come: the case ended without one.
SUSPENDED = "suspended"
ENDED = ("revoked", "superseded", "expired", "lapsed")
NEVER_CAME = ("rejected", "withdrawn")


class PaperState(EventSchema):
    """Internal. What a paper is now, whatever became of it before. The subject is the paper; where an application has
    ended without one, its case. No name, no NIK."""

    service = text("Code of the service type in the catalogue")
    number = text("Number of the document; null where it has none, or none will come", none=True)
    verification = text("Verification code on the paper, in capitals without groups; null where none came", none=True)
    tracking_code = text("Tracking code of the case that it comes from")
    holder = text(
        "Whose it is: keyed hash of the NIK of a person, or of the NIB or name of an organisation",
        none=True,
        validate=Regexp(r"^[0-9a-f]{64}$"),
    )
    status = text("What holds now", validate=OneOf((IN_FORCE, SUSPENDED, *ENDED, *NEVER_CAME)))
    until = day("Its last day; null where it has none", none=True)
    supersedes = text("Number of the document in whose place it stands", none=True)


class PapersNeeded(EventSchema):
    """Internal. A service needs the papers of another one's service type, also those from before. The subject is the
    service type."""

    service = text("Code of the service type in the catalogue")


class PapersAnnounced(EventSchema):
    """Internal. All papers of a service type have been told to who had asked. The subject is the service type."""

    service = text("Code of the service type in the catalogue")
    needed_by = text("The service that had asked")


def paper_events(service: str, example: JsonObject, other: str, needs: str) -> list[EventContract]:
    """The contracts of a service that shares papers. `example` is service, number, verification and tracking code of
    one; `other` another service, `needs` the service type of that one of which it needs papers."""
    state = {"holder": "0" * 63 + "1", "status": IN_FORCE, "until": None, "supersedes": None, **example}
    told = {"service": example["service"], "needed_by": other}
    made = (
        ("paper.issued", PaperState, "Surat diterbitkan", "Paper issued", state),
        ("paper.changed", PaperState, "Surat berubah", "Paper changed", {**state, "status": SUSPENDED}),
        ("paper.ended", PaperState, "Surat berakhir", "Paper ended", {**state, "status": "revoked"}),
        ("paper_type.needed", PapersNeeded, "Surat diperlukan", "Papers needed", {"service": needs}),
        ("paper_type.announced", PapersAnnounced, "Surat sudah diberitahukan", "Papers announced", told),
    )
    return [
        EventContract(f"{service}.{name}.v1", schema, {"id": indonesian, "en": english}, given, INTERNAL)
        for name, schema, indonesian, english, given in made
    ]
