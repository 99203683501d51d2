"""Events of the longer ways to a permit: questions, site visit, levy, hand-over, objection, deemed approval."""

from __future__ import annotations

from marshmallow import fields

from mpp.contracts.base import VILLAGE, EventContract, EventSchema, Step, day, moment, region, text
from mpp.json_values import Json, JsonObject

STEPS = {
    "asked": Step("Dinas teknis bertanya kepada pemohon", "The technical agency asks the applicant", "ask",
                  "recommendation", "clarification", "dinkes", clock_runs=False, service="PRZ-SIP-NK"),
    "clarified": Step("Pemohon menjawab dinas teknis", "The applicant answered the technical agency", "clarify",
                      "clarification", "recommendation", "dinkes", service="PRZ-SIP-NK"),
    "visit_scheduled": Step("Tinjau lapangan dijadwalkan", "Site visit scheduled", "schedule_visit",
                            "visit_planning", "visit", "dpupr", service="PRZ-PBG"),
    "visited": Step("Berita acara tinjau lapangan dibuat", "Inspection record of the site visit made", "record_visit",
                    "visit", "recommendation", "dpupr", service="PRZ-PBG"),
    "assessed": Step("Retribusi ditetapkan", "Levy assessed", "assess", "assessment", "payment", VILLAGE,
                     clock_runs=False, service="PRZ-PBG"),
    "proof_submitted": Step("Bukti bayar diserahkan", "Proof of payment handed in", "submit_proof", "payment",
                            "payment_check", "dpmptsp", service="PRZ-PBG"),
    "paid": Step("Retribusi dibayar", "Levy paid", "pay", "payment", "initials_section", "dpmptsp", service="PRZ-PBG"),
    "initialled": Step("Konsep diparaf", "Draft initialled", "initial_section", "initials_section",
                       "initials_division", "dpmptsp", service="PRZ-PBG"),
    "handed_over": Step("Dokumen diserahkan", "Document handed over", "hand_over", "issued", "handed_over", VILLAGE,
                        clock_runs=False, service="PRZ-PBG"),
    "objected": Step("Pemohon mengajukan keberatan", "The applicant objected to the refusal", "object", "rejected",
                     "objection", "dpmptsp", clock_runs=False, service="PRZ-KRK"),
    "objection_upheld": Step("Keberatan dikabulkan", "Objection upheld", "uphold_objection", "objection",
                             "objection_granted", "dpmptsp", clock_runs=False, service="PRZ-KRK"),
    "objection_dismissed": Step("Keberatan ditolak; pemohon dapat banding", "Objection dismissed; it can be appealed",
                                "dismiss_objection", "objection", "dismissed", VILLAGE, clock_runs=False,
                                service="PRZ-KRK"),
    "appealed": Step("Pemohon mengajukan banding", "The applicant appealed", "appeal", "dismissed", "appeal", "setda",
                     clock_runs=False, service="PRZ-KRK"),
    "appeal_upheld": Step("Banding dikabulkan", "Appeal upheld", "uphold_appeal", "appeal", "objection_granted",
                          "dpmptsp", clock_runs=False, service="PRZ-KRK"),
    "refusal_final": Step("Penolakan menjadi tetap", "The refusal became final", "close_refusal", "rejected",
                          "refused", VILLAGE, clock_runs=False, service="PRZ-KRK"),
}  # fmt: skip


class DeemedGranted(EventSchema):
    """The legal limit passed without a decision, so that the application is deemed granted (UU 30/2014 art. 53). For
    the inspectorate. Nothing is signed yet: `permit.issued` follows when the official has signed. Subject: the case."""

    service = text("Code of the service type in the catalogue")
    state = text("State of the case: deemed_granted")
    previous_state = text("State in which the limit passed")
    office = text("Office whose official has to confirm it")
    office_of_origin = text("Office that took the case in")
    silent_office = text("Office where the work waited when the limit passed")
    complete_at = moment("When the file was complete, so that the time began")
    limit_at = moment("When the legal limit was")
    recorded_at = moment("When the mall recorded it")


class LevyAssessed(EventSchema):
    """What an applicant has to pay, and until when. The subject is the assessment (SKRD)."""

    number = text("Number of the assessment (SKRD)")
    service = text("Code of the service type")
    case = text("Id of the application")
    region = region("Village or district of the application")
    amount = fields.Integer(required=True, metadata={"description": "Whole rupiah"})
    due_on = day("Last day to pay")


class LevyPaid(LevyAssessed):
    """An assessment was paid. The subject is the assessment (SKRD)."""

    paid_at = moment("When it was paid")
    how = text("bank (the bank reported it) or proof (a proof was checked)")
    late = fields.Boolean(required=False, metadata={"description": "Whether it was paid after the last day"})


class LevyOverdue(LevyAssessed):
    """The last day of an assessment is over, and no payment is on record. It can still be paid, unless the region
    decides otherwise: `levy.paid` follows then. The subject is the assessment (SKRD)."""

    overdue_since = day("Day from which it is overdue: the one after due_on")


class LevyPostponed(LevyAssessed):
    """The last day of an unpaid assessment is a later one, since the calendar was corrected: it is open, also where it
    was overdue before. The subject is the assessment (SKRD)."""

    previous_due_on = day("What was the last day until now")


class LevyVoided(LevyAssessed):
    """An assessment does not count any more, whether it was paid or not. The subject is the assessment (SKRD)."""

    reason = text("reassessed (another assessment takes its place) or case_ended (the application was closed)")


class PaymentState(EventSchema):
    """Money for an assessment that was not applied at once, as it stands now. The subject is the payment; of money
    that was applied at once only `levy.paid` is told."""

    number = text("Number of the assessment (SKRD) that the bank named")
    service = text("Code of the service type")
    case = text("Id of the application")
    region = region("Village or district of the application")
    amount = fields.Integer(required=True, metadata={"description": "Whole rupiah"})
    paid_at = moment("When it was paid")
    late = fields.Boolean(required=True, metadata={"description": "Whether it was paid after the last day"})
    status = text("waiting (the case cannot go on yet), unapplied (a person has to see to it), applied, settled")
    reason = text(
        "Why not: case_on_hold, other_step, levy_void, levy_paid, late, case_ended; what became of it: returned, "
        "counted_elsewhere; null when it is applied",
        none=True,
    )


_LEVY: JsonObject = {
    "number": "SKRD/00001/DPMPTSP/2026",
    "service": "PRZ-PBG",
    "case": "019a0000-0000-7000-8000-000000000001",
    "region": VILLAGE,
    "amount": 1_250_000,
    "due_on": "2026-12-23",
}
_DEEMED = {
    "service": "PRZ-PNL",
    "state": "deemed_granted",
    "previous_state": "submitted",
    "office": "kesbangpol",
    "office_of_origin": VILLAGE,
    "silent_office": "kesbangpol",
    "complete_at": "2026-11-23T02:00:00+00:00",
    "limit_at": "2026-11-30T08:30:00+00:00",
    "recorded_at": "2026-11-30T08:30:12+00:00",
}


def _payment(name: str, indonesian: str, english: str, status: str, reason: str | None) -> EventContract:
    example: dict[str, Json] = {name: value for name, value in _LEVY.items() if name != "due_on"}
    example |= {"paid_at": "2026-11-24T03:00:00+00:00", "late": False, "status": status, "reason": reason}
    return EventContract(f"permits.payment.{name}.v1", PaymentState, {"id": indonesian, "en": english}, example)


EVENTS: list[EventContract] = [
    EventContract(
        "permits.application.deemed_granted.v1",
        DeemedGranted,
        {"id": "Permohonan dianggap dikabulkan", "en": "Application deemed granted"},
        _DEEMED,
    ),
    EventContract("permits.levy.assessed.v1", LevyAssessed, {"id": "SKRD terbit", "en": "Levy assessed"}, _LEVY),
    EventContract(
        "permits.levy.paid.v1",
        LevyPaid,
        {"id": "SKRD dibayar", "en": "Levy paid"},
        {**_LEVY, "paid_at": "2026-11-24T03:00:00+00:00", "how": "bank", "late": False},
    ),
    EventContract(
        "permits.levy.overdue.v1",
        LevyOverdue,
        {"id": "SKRD lewat jatuh tempo", "en": "Levy overdue"},
        {**_LEVY, "overdue_since": "2026-12-24"},
    ),
    EventContract(
        "permits.levy.postponed.v1",
        LevyPostponed,
        {"id": "Jatuh tempo SKRD mundur", "en": "Last day of a levy moved"},
        {**_LEVY, "previous_due_on": "2026-12-22"},
    ),
    EventContract(
        "permits.levy.voided.v1",
        LevyVoided,
        {"id": "SKRD batal", "en": "Levy voided"},
        {**_LEVY, "reason": "reassessed"},
    ),
    _payment("unapplied", "Pembayaran belum dibukukan ke SKRD", "Payment not applied", "unapplied", "levy_void"),
    _payment("applied", "Pembayaran dibukukan kemudian", "Payment applied after all", "applied", None),
    _payment("settled", "Pembayaran diselesaikan petugas", "Payment settled by an official", "settled", "returned"),
]
