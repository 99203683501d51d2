"""What partners read: public events."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, many, moment, text


class CloudEvent(Out):
    """CloudEvents 1.0 in JSON, with our extensions."""

    specversion = text()
    id = text()
    type = text()
    source = text()
    subject = text()
    subjectversion = fields.Integer(required=True)
    time = moment()
    region = text()
    correlationid = text()
    causationid = fields.String()
    dataclassification = text()
    datacontenttype = text()
    data = fields.Dict(required=True)


class EventPage(Out):
    """Send `next` as `after`, always; `more` says that there are more events already."""

    items = many(fields.Nested(CloudEvent))
    next = text()
    more = fields.Boolean(required=True)
