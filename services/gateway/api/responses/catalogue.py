"""What the catalogue shows of the services of the mall."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, label, many, text


class ServiceSummary(Out):
    """A service of the mall; `fee` in whole rupiah, `sla` as 3wd (working days), 60d or 10h."""

    code = text()
    version = fields.Integer(required=True)
    collection = text()
    name = label()
    owner = text()
    level = text()
    sla = text()
    fee = fields.Integer(required=True, allow_none=True)
    applicant = text()
    anonymous_allowed = fields.Boolean(required=True)


class ServiceList(Out):
    """The catalogue."""

    items = many(fields.Nested(ServiceSummary))


class Service(ServiceSummary):
    """One service with what must be published, what to bring and what to fill in.

    `when` of a requirement or a track: only where the form's `field` has one of the values `is`. `previous`: the kinds
    of application that build on an earlier permit. `region_sets`: what the region decides, not a law.
    """

    standard = fields.Dict(required=True)
    requirements = many(fields.Dict())
    form = many(fields.Dict())
    validity_years = fields.Integer(required=True, allow_none=True)
    deemed_approval = fields.Boolean(required=True)
    tracks = many(fields.Dict())
    previous = fields.Dict(required=True, allow_none=True)
    levy = fields.Dict(required=True, allow_none=True)
    region_sets = many(fields.String())
