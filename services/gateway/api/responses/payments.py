"""What is answered about money."""

from __future__ import annotations

from services.gateway.api.responses.common import Out, maybe, moment, text, truth, whole


class Payment(Out):
    """A payment as it was recorded."""

    number = text(description="The number of the assessment (SKRD)", example="SKRD/00001/DPMPTSP/2026")
    amount = whole()
    reference = text(description="The bank's own", example="BJTM-20261124-000017")
    paid_at = moment("When it was paid, by the bank")
    status = text(
        description="paid, or not_applied: the money is on record, the mall sees to it, and it need not be reported "
        "again",
        example="paid",
    )


class CasePayment(Out):
    """Money that was paid on an assessment of the case."""

    id = text(format="uuid")
    number = text(description="The number of the assessment (SKRD)", example="SKRD/00001/DPMPTSP/2026")
    amount = whole()
    paid_at = moment("When it was paid")
    how = text(description="bank (reported) or proof (shown at a counter)", example="bank")
    reference = maybe("The bank's own; null for a proof", example="BJTM-20261124-000017")
    late = truth("Whether it was paid after the last day")
    status = text(
        description="applied, waiting (the case cannot go on yet), unapplied (a person has to see to it) or settled",
        example="applied",
    )
    reason = maybe("The code of the reason why a person has to see to it", example="levy_paid")
    note = maybe("What became of it, by whoever settled it", example="Dikembalikan, SP2D 0123.")
