"""What goes out of papers, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import (
    CodeAndName,
    Out,
    day,
    day_or_none,
    label,
    many,
    maybe,
    part,
    part_or_none,
    text,
    truth,
)


class PaperKey(Out):
    """A public key of papers: a JWK (RFC 8037), with whose it is, what it may sign, and when it did."""

    class Meta(Out.Meta):
        include = {"from": day("The day on which it came into use; papers that were printed later are dated before")}

    kty = text(description="The type of the key", example="OKP")
    crv = text(description="Its curve", example="Ed25519")
    alg = text(description="How it signs", example="EdDSA")
    use = text(description="What it is for", example="sig")
    kid = text(description="What signatures name it by, as ASCII", example="kPrK_qmx")
    x = text(description="The key: 32 bytes, as base64url", example="11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    service = text(description="The service that signs with it", example="permits")
    kinds = many(fields.String(), "The kinds of papers that it may sign", "permit")
    until = day_or_none(description="The last day that a paper which it signed may bear; null: it still signs")


class PaperKeySet(Out):
    """The published list."""

    keys = many(fields.Nested(PaperKey), "Former ones as well: a paper outlives the key that signed it")


class Successor(Out):
    """The paper that took the place of another one."""

    number = maybe("Its legal number; null where it has none", example="SIP/0007/DPMPTSP/2026")


class Verified(Out):
    """A real paper. Of whom it is, it says no more than the initials that stand on it."""

    code = text(description="As it is printed on the paper", example="P7K2-M9QX-4TB0-1234")
    kind = text(description="permit, certificate, card, letter, levy, refusal or deemed", example="permit")
    kind_label = label("What people call this kind of paper", "Izin", "Permit")
    number = maybe("Its legal number; null where it has none", example="SIP/0001/DPMPTSP/2026")
    service = part(CodeAndName)
    status = text(
        description="valid, suspended, revoked, superseded, expired, lapsed or ended; awaiting: not signed yet; "
        "voided: never issued",
        example="valid",
    )
    status_label = label()
    valid = truth("Whether it holds today")
    issued_on = day_or_none("The date on the paper; null where none was printed")
    valid_from = day_or_none("null where it has no time in which it holds")
    valid_until = day_or_none()
    region = maybe("The Kemendagri code of where it is used", example="35.15.14.2013")
    region_name = maybe()
    issued_by = text(description="The name of the agency that issued it", example="DPMPTSP Kabupaten Sidoarjo")
    holder = maybe("The initials of the holder; null where it has none", example="B.S.")
    superseded_by = part_or_none(Successor, "The paper that took its place")
