"""What is asked of money: the bank's report, and what became of what was not applied."""

from __future__ import annotations

from mpp.casework.bounds import NOTE_MAX, SETTLEMENTS
from mpp.web.schemas.fields import Choice, Int, Strict, Text
from mpp.web.schemas.words import about

INSTANT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})"


class PaymentReport(Strict):
    """A levy that was paid: number of the assessment (SKRD), whole rupiah, moment, and the bank's own reference."""

    number = Text(
        max=120,
        required=True,
        metadata=about("The number of the assessment (SKRD)", "SKRD/00001/DPMPTSP/2026"),
    )
    amount = Int(min=1, max=10**13, required=True)
    paid_at = Text(
        max=40,
        pattern=INSTANT,
        example="2026-11-23T09:00:00+07:00",
        required=True,
        metadata=about("When it was paid"),
    )
    reference = Text(max=64, pattern=r"[A-Za-z0-9._/-]+", example="BJ-20261123-0001", required=True)


class SettlePayment(Strict):
    """What became of money that was not applied, and what shows it."""

    outcome = Choice(*SETTLEMENTS, required=True, metadata=about("What became of the money"))
    note = Text(
        max=NOTE_MAX,
        lines=True,
        required=True,
        metadata=about("What shows it", "Dikembalikan, SP2D 0123."),
    )
