"""What partners read: public events."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Out, many, moment, text, truth, whole


class CloudEvent(Out):
    """CloudEvents 1.0 in JSON, with our extensions."""

    as_sent = True  # docs/asyncapi.yaml: with the times that the producer wrote

    specversion = text(description="The version of CloudEvents", example="1.0")
    id = text(description="The same event comes with the same id, however often", format="uuid")
    type = text(description="The contract that `data` follows: docs/asyncapi.yaml", example="permits.permit.issued.v1")
    source = text(description="The service that it is from", example="mpp/permits")
    subject = text(description="The id of what it is about: a case, a permit ...", format="uuid")
    subjectversion = whole("Counts the events of the subject: a greater one is newer", 4)
    time = moment("When it happened")
    region = text(description="The Kemendagri code of where it happened", example="35.15.14.2013")
    correlationid = text(description="Of the request that led to it", format="uuid")
    causationid = fields.String(metadata={"format": "uuid", **about("The event that led to it, where one did")})
    dataclassification = text(description="Always public here", example="public")
    datacontenttype = text(description="Always JSON", example="application/json")
    data = fields.Dict(
        required=True,
        metadata=about("What happened, by the contract of `type`", {"number": "SIP/0001/DPMPTSP/2026"}),
    )


class EventPage(Out):
    """A page of the feed."""

    items = many(fields.Nested(CloudEvent), "In the order of the feed")
    next = text(description="Send it as `after`, always", example="5f3a9c01-4711")
    more = truth("Whether there are more events already")
