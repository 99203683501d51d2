"""What goes out of papers, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, day, day_or_none, many, text


class PaperKey(Out):
    """A public key of papers: a JWK (RFC 8037), with whose it is, what it may sign, and when it did."""

    class Meta(Out.Meta):
        include = {"from": day("The first day of papers that it has signed")}

    kty = text(description="The type of the key", example="OKP")
    crv = text(description="Its curve", example="Ed25519")
    alg = text(description="How it signs", example="EdDSA")
    use = text(description="What it is for", example="sig")
    kid = text(description="What signatures name it by: 8 bytes, as base64url", example="kPrK_qmxVWY")
    x = text(description="The key: 32 bytes, as base64url", example="11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    service = text(description="The service that signs with it", example="permits")
    kinds = many(fields.String(), "The kinds of papers that it may sign", "permit")
    until = day_or_none(description="The last day of papers that it has signed; null: it still signs")


class PaperKeySet(Out):
    """The published list."""

    keys = many(fields.Nested(PaperKey), "Former ones as well: a paper outlives the key that signed it")
