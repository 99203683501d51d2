"""Events of licensing (perizinan)."""

from __future__ import annotations

from mpp.contracts.base import VILLAGE, EventContract, EventSchema, Step, case_events, day, region, text


class PermitIssued(EventSchema):
    """A permit was signed and numbered. The subject is the permit."""

    number = text("Number of the permit")
    service = text("Code of the service type")
    case = text("Id of the application that it came from")
    region = region("Village or district where the permit is used")
    valid_from = day("First day of validity")
    valid_until = day("Last day of validity; null for unlimited", none=True)


class PermitLapsed(EventSchema):
    """A permit ended by law before its time. The subject is the permit."""

    number = text("Number of the permit")
    service = text("Code of the service type")
    region = region("Village or district where the permit was used")
    lapsed_on = day("Day from which it no longer holds")
    reason = text("Coded reason, such as holder_deceased")


EVENTS: list[EventContract] = [
    *case_events(
        "permits",
        "application",
        "PRZ-SIP-DR",
        {
            "submitted": Step("Permohonan diajukan", "Application submitted", "open", None, "submitted", "dpmptsp"),
            "returned": Step(
                "Permohonan dikembalikan untuk dilengkapi",
                "Application returned for completion",
                "return",
                "submitted",
                "returned",
                VILLAGE,
                clock_runs=False,
            ),
            "completed": Step(
                "Permohonan dilengkapi", "Application completed", "complete", "returned", "submitted", "dpmptsp"
            ),
            "verified": Step("Berkas diverifikasi", "File verified", "verify", "submitted", "recommendation", "dinkes"),
            "recommended": Step(
                "Rekomendasi teknis diberikan",
                "Technical recommendation given",
                "recommend",
                "recommendation",
                "signing",
                "dpmptsp",
            ),
            "not_recommended": Step(
                "Rekomendasi teknis ditolak",
                "Technical recommendation refused",
                "refuse_recommendation",
                "recommendation",
                "rejection",
                "dpmptsp",
            ),
            "granted": Step(
                "Permohonan dikabulkan", "Application granted", "sign", "signing", "issued", "dpmptsp", clock_runs=False
            ),
            "rejected": Step(
                "Permohonan ditolak",
                "Application rejected",
                "reject",
                "signing",
                "rejected",
                "dpmptsp",
                clock_runs=False,
            ),
        },
    ),
    EventContract(
        "permits.permit.issued.v1",
        PermitIssued,
        {"id": "Izin terbit", "en": "Permit issued"},
        {
            "number": "503/0001/SIP-DR/DPMPTSP/2026",
            "service": "PRZ-SIP-DR",
            "case": "019a0000-0000-7000-8000-000000000001",
            "region": "35.15.14.2013",
            "valid_from": "2026-11-23",
            "valid_until": "2031-11-22",
        },
    ),
    EventContract(
        "permits.permit.lapsed.v1",
        PermitLapsed,
        {"id": "Izin gugur", "en": "Permit lapsed"},
        {
            "number": "503/0001/SIP-DR/DPMPTSP/2026",
            "service": "PRZ-SIP-DR",
            "region": "35.15.14.2013",
            "lapsed_on": "2026-11-20",
            "reason": "holder_deceased",
        },
    ),
]
