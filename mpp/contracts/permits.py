"""Events of licensing (perizinan)."""

from __future__ import annotations

from marshmallow import fields, validate

from mpp.contracts import permits_way
from mpp.contracts.base import VILLAGE, EventContract, EventSchema, Step, case_events, day, region, text
from mpp.contracts.papers import paper_events
from mpp.contracts.permits_way import STEPS
from mpp.json_values import Json, JsonObject

PERMIT_STATUSES = ("valid", "suspended", "revoked", "superseded", "expired", "lapsed")


class PermitState(EventSchema):
    """What every event of a permit says of it, so that the newest one is enough. The subject is the permit."""

    number = text("Number of the permit")
    service = text("Code of the service type")
    region = region("Village or district where the permit is used")
    status = text("Status after the event: " + ", ".join(PERMIT_STATUSES), validate=validate.OneOf(PERMIT_STATUSES))
    valid_from = day("First day of validity")
    valid_until = day("Last day of validity, that day included; null for unlimited", none=True)
    verification = text("Path below the address of the mall at which anybody can verify the permit")


class PermitIssued(EventSchema):
    """A permit was signed and numbered. The subject is the permit."""

    number = text("Number of the permit")
    service = text("Code of the service type")
    case = text("Id of the application that it came from")
    region = region("Village or district where the permit is used")
    valid_from = day("First day of validity")
    valid_until = day("Last day of validity; null for unlimited", none=True)
    status = text("Status after the event: valid", required=False, validate=validate.OneOf(PERMIT_STATUSES))
    verification = text("Path below the address of the mall at which anybody can verify the permit", required=False)
    supersedes = text("Id of the permit that it renews, changes or replaces", required=False)
    supersedes_number = text("Number of that permit", required=False)


class PermitSuspended(PermitState):
    """A permit does not hold until the suspension is lifted. The subject is the permit."""

    suspended_on = day("Day from which it does not hold")
    reason = text("Coded reason, such as violation")


class PermitReinstated(PermitState):
    """A suspension was lifted: the permit holds again. The subject is the permit."""

    reinstated_on = day("Day from which it holds again")
    reason = text("Coded reason, such as remedied")


class PermitRevoked(PermitState):
    """A permit was revoked for good. The subject is the permit."""

    revoked_on = day("Day from which it no longer holds")
    reason = text("Coded reason, such as violation")


class PermitSuperseded(PermitState):
    """A permit was replaced by another one and no longer holds. The subject is the old permit."""

    superseded_on = day("Day from which it no longer holds")
    superseded_by = text("Id of the permit that replaces it")
    superseded_by_number = text("Number of the permit that replaces it")
    reason = text("Coded reason, such as clerical_error")


class PermitCorrected(PermitState):
    """A corrected permit was issued in place of another one. The subject is the new permit."""

    supersedes = text("Id of the permit that it replaces")
    supersedes_number = text("Number of the permit that it replaces")
    case = text("Id of the application that both came from")
    corrected_on = day("Day of the correction")
    reason = text("Coded reason, such as clerical_error")


class PermitExpired(PermitState):
    """The last day of a permit is over. The subject is the permit."""

    expired_on = day("Day from which it no longer holds: the one after valid_until")


class PermitExpiring(PermitState):
    """A permit ends soon: told 90, 30 and 7 days before, each once. The subject is the permit."""

    days_left = fields.Integer(required=True, metadata={"description": "The threshold that was reached: 90, 30 or 7"})


class PermitLapsed(EventSchema):
    """A permit ended by law before its time. The subject is the permit."""

    number = text("Number of the permit")
    service = text("Code of the service type")
    region = region("Village or district where the permit was used")
    lapsed_on = day("Day from which it no longer holds")
    reason = text("Coded reason, such as holder_deceased")
    status = text("Status after the event: lapsed", required=False, validate=validate.OneOf(PERMIT_STATUSES))
    valid_from = day("First day of validity", required=False)
    valid_until = day("Last day that it would have held", none=True, required=False)
    verification = text("Path below the address of the mall at which anybody can verify the permit", required=False)


def _example(**more: Json) -> JsonObject:
    return {
        "number": "503/0001/SIP-DR/DPMPTSP/2026",
        "service": "PRZ-SIP-DR",
        "region": "35.15.14.2013",
        "valid_from": "2026-11-23",
        "valid_until": "2031-11-22",
        "verification": "/v/P7K2M9QX4TB01239",
        **more,
    }


def _permit(name: str, schema: type[EventSchema], indonesian: str, english: str, **example: Json) -> EventContract:
    return EventContract(f"permits.permit.{name}.v1", schema, {"id": indonesian, "en": english}, _example(**example))


_CASE = "019a0000-0000-7000-8000-000000000001"
_NEW, _NEW_NUMBER = "019a0000-0000-7000-8000-000000000003", "503/0002/SIP-DR/DPMPTSP/2026"
_OLD, _OLD_NUMBER = "019a0000-0000-7000-8000-000000000002", "503/0001/SIP-DR/DPMPTSP/2026"

PERMIT_EVENTS: list[EventContract] = [
    _permit("issued", PermitIssued, "Izin terbit", "Permit issued", status="valid", case=_CASE,
            supersedes=_OLD, supersedes_number=_OLD_NUMBER),
    _permit("suspended", PermitSuspended, "Izin dibekukan sementara", "Permit suspended",
            status="suspended", suspended_on="2027-03-01", reason="violation"),
    _permit("reinstated", PermitReinstated, "Pembekuan izin dicabut", "Suspension of a permit lifted",
            status="valid", reinstated_on="2027-04-01", reason="remedied"),
    _permit("revoked", PermitRevoked, "Izin dicabut", "Permit revoked",
            status="revoked", revoked_on="2027-05-03", reason="violation"),
    _permit("superseded", PermitSuperseded, "Izin diganti", "Permit superseded",
            status="superseded", superseded_on="2027-02-01", superseded_by=_NEW, superseded_by_number=_NEW_NUMBER,
            reason="clerical_error"),
    _permit("corrected", PermitCorrected, "Izin diperbaiki", "Permit corrected",
            status="valid", number=_NEW_NUMBER, supersedes=_OLD, supersedes_number=_OLD_NUMBER, case=_CASE,
            corrected_on="2027-02-01", reason="clerical_error"),
    _permit("expired", PermitExpired, "Masa berlaku izin habis", "Permit expired",
            status="expired", expired_on="2031-11-23"),
    _permit("expiring", PermitExpiring, "Izin akan habis masa berlakunya", "Permit about to expire",
            status="valid", days_left=30),
    _permit("lapsed", PermitLapsed, "Izin gugur", "Permit lapsed",
            status="lapsed", lapsed_on="2026-11-20", reason="holder_deceased"),
]  # fmt: skip


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
            **STEPS,
        },
    ),
    *PERMIT_EVENTS,
    *permits_way.EVENTS,
    *paper_events(
        "permits",
        {
            "service": "PRZ-SIP-DR",
            "number": "503/0001/SIP-DR/DPMPTSP/2026",
            "verification": "P7K2M9QX4TB01239",
            "tracking_code": "P0123456789V",
        },
        other="civil_registry",
        needs="ADM-MTI-01",
    ),
]
