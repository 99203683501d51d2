"""What is answered about money."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, moment, text


class Payment(Out):
    """A payment as it was recorded. `status` is `paid`, or `not_applied`: the money is on record and the mall sees to
    it; the bank need not report it again."""

    number = text()
    amount = fields.Integer(required=True)
    reference = text()
    paid_at = fields.String(required=True, metadata={"format": "date-time"})
    status = text()


class CasePayment(Out):
    """Money that was paid on an assessment of the case. `status`: applied, waiting (the case cannot go on yet),
    unapplied (a person has to see to it, `reason` says why) or settled."""

    id = text(format="uuid")
    number = text()
    amount = fields.Integer(required=True)
    paid_at = moment()
    how = text()
    reference = fields.String(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    status = text()
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
