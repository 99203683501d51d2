"""Events of licensing (perizinan)."""

from __future__ import annotations

from mpp.contracts.base import STANDING_STEPS, EventContract, EventSchema, case_events, day, region, text


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
        {
            "submitted": ("Permohonan diajukan", "Application submitted"),
            "returned": ("Permohonan dikembalikan untuk dilengkapi", "Application returned for completion"),
            "completed": ("Permohonan dilengkapi", "Application completed"),
            "verified": ("Berkas diverifikasi", "File verified"),
            "recommended": ("Rekomendasi teknis diberikan", "Technical recommendation given"),
            "not_recommended": ("Rekomendasi teknis ditolak", "Technical recommendation refused"),
            "granted": ("Permohonan dikabulkan", "Application granted"),
            "rejected": ("Permohonan ditolak", "Application rejected"),
            **STANDING_STEPS,
        },
        "PRZ-SIP-DR",
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
