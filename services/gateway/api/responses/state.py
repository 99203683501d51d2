"""What an operator is answered about how the mall is."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Out, label, many, maybe, moment, text


class MallPart(Out):
    """One part of the mall."""

    service = text(description="Whose it is; `gateway` also for what there is once in a mall", example="permits")
    part = text(description="What it is: service, database, broker, clock ...", example="database")
    state = fields.String(
        required=True, metadata={"enum": ["good", "warning", "bad"], **about("How serious it is", "good")}
    )
    code = text(description="What was found", example="database_well")
    text = label("What was found, for people", "Basis data menjawab.", "The database answers.")
    advice = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True,
        metadata=about("What to do, in both languages; null where nothing is to be done", None),
    )  # fmt: skip
    detail = maybe("A line of the machine, or a number", example="permits: database away")


class MallState(Out):
    """How the mall is."""

    checked_at = moment("When it was looked at")
    parts = many(fields.Nested(MallPart), "Those of the gateway first, then service by service")
