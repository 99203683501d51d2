"""Events of civil registration (administrasi kependudukan)."""

from __future__ import annotations

from marshmallow import fields

from mpp.contracts.base import (
    INTERNAL,
    VILLAGE,
    EventContract,
    EventSchema,
    Step,
    case_events,
    day,
    person,
    region,
    text,
)
from mpp.contracts.papers import paper_events
from mpp.contracts.persons import persons


class CertificateRegistered(EventSchema):
    """What the events of all certificates say, beside their number and day."""

    region = region("Village or district of the family card")
    late = fields.Boolean(required=True, metadata={"description": "Reported after the limit of the law"})
    case = text("Id of the registration")


class BirthRegistered(CertificateRegistered):
    """A birth has its certificate. The subject is the certificate."""

    certificate = text("Number of the birth certificate")
    birth_date = day("Date of birth")


class DeathRegistered(CertificateRegistered):
    """A death has its certificate. The subject is the certificate."""

    certificate = text("Number of the death certificate")
    died_on = day("Date of death")


class MarriageRegistered(CertificateRegistered):
    """A marriage has its certificate. The subject is the certificate."""

    certificate = text("Number of the marriage certificate")
    married_on = day("Date of the marriage")


class DivorceRegistered(CertificateRegistered):
    """A divorce has its certificate. The subject is the certificate."""

    certificate = text("Number of the divorce certificate")
    ended_on = day("Day on which the judgment became final")


class FamilyCardUpdated(EventSchema):
    """A family card has changed. The subject is the card."""

    region = region("Village or district of the card")
    members = fields.Integer(required=True, strict=True, metadata={"description": "Living members after the change"})
    reason = text("Coded reason: birth, death, marriage, divorce, split")


class PersonRegistered(EventSchema):
    """Internal. A person is in the register, alive. The subject is the person's pseudonym."""

    person = person()
    region = region("Village or district of residence")


class PersonDeceased(EventSchema):
    """Internal. A person has died. The subject is the person's pseudonym."""

    person = person()
    died_on = day("Date of death")


class PersonMoved(EventSchema):
    """Internal. A person lives elsewhere now. The subject is the person's pseudonym."""

    person = person()
    region = region("Village or district of the new residence")


class PersonsListed(EventSchema):
    """Internal. Many persons as the register has them, when it was filled from a file. The subject is this list."""

    persons = persons()


_PERSON = "0" * 63 + "1"

EVENTS: list[EventContract] = [
    *case_events(
        "civil_registry",
        "registration",
        "ADM-LHR-01",
        {
            "submitted": Step("Pelaporan diajukan", "Report filed", "open", None, "submitted", "dukcapil"),
            "returned": Step(
                "Pelaporan dikembalikan untuk dilengkapi",
                "Report returned for completion",
                "return",
                "submitted",
                "returned",
                VILLAGE,
                clock_runs=False,
            ),
            "completed": Step(
                "Pelaporan dilengkapi", "Report completed", "complete", "returned", "submitted", "dukcapil"
            ),
            "verified": Step("Pelaporan diverifikasi", "Report verified", "verify", "submitted", "signing", "dukcapil"),
            "recorded": Step(
                "Peristiwa dicatat", "Event recorded", "sign", "signing", "recorded", "dukcapil", clock_runs=False
            ),
            "rejected": Step(
                "Pelaporan ditolak", "Report rejected", "reject", "signing", "rejected", "dukcapil", clock_runs=False
            ),
        },
    ),
    EventContract(
        "civil_registry.birth.registered.v1",
        BirthRegistered,
        {"id": "Kelahiran dicatat", "en": "Birth registered"},
        {
            "certificate": "3515-LU-21112026-0001",
            "birth_date": "2026-11-10",
            "region": "35.15.14.2013",
            "late": False,
            "case": "019a0000-0000-7000-8000-000000000002",
        },
    ),
    EventContract(
        "civil_registry.death.registered.v1",
        DeathRegistered,
        {"id": "Kematian dicatat", "en": "Death registered"},
        {
            "certificate": "3515-KM-21112026-0001",
            "died_on": "2026-11-18",
            "region": "35.15.14.2013",
            "late": False,
            "case": "019a0000-0000-7000-8000-000000000003",
        },
    ),
    EventContract(
        "civil_registry.marriage.registered.v1",
        MarriageRegistered,
        {"id": "Perkawinan dicatat", "en": "Marriage registered"},
        {
            "certificate": "3515-KW-21112026-0001",
            "married_on": "2026-11-14",
            "region": "35.15.14.2013",
            "late": False,
            "case": "019a0000-0000-7000-8000-000000000004",
        },
    ),
    EventContract(
        "civil_registry.divorce.registered.v1",
        DivorceRegistered,
        {"id": "Perceraian dicatat", "en": "Divorce registered"},
        {
            "certificate": "3515-CR-21112026-0001",
            "ended_on": "2026-10-02",
            "region": "35.15.14.2013",
            "late": False,
            "case": "019a0000-0000-7000-8000-000000000005",
        },
    ),
    EventContract(
        "civil_registry.family_card.updated.v1",
        FamilyCardUpdated,
        {"id": "Kartu keluarga diperbarui", "en": "Family card updated"},
        {"region": "35.15.14.2013", "members": 4, "reason": "birth"},
    ),
    EventContract(
        "civil_registry.person.registered.v1",
        PersonRegistered,
        {"id": "Penduduk terdaftar", "en": "Person registered"},
        {"person": _PERSON, "region": "35.15.14.2013"},
        INTERNAL,
    ),
    EventContract(
        "civil_registry.person.deceased.v1",
        PersonDeceased,
        {"id": "Penduduk meninggal", "en": "Person deceased"},
        {"person": _PERSON, "died_on": "2026-11-18"},
        INTERNAL,
    ),
    EventContract(
        "civil_registry.person.moved.v1",
        PersonMoved,
        {"id": "Penduduk pindah", "en": "Person moved"},
        {"person": _PERSON, "region": "35.15.16.2001"},
        INTERNAL,
    ),
    EventContract(
        "civil_registry.person.listed.v1",
        PersonsListed,
        {"id": "Daftar penduduk", "en": "Persons listed"},
        {"persons": [f"{'a' * 63}1 1 35.15.14.2013", f"{'a' * 63}2 3 - 2026-11-18"]},
        INTERNAL,
    ),
    *paper_events(
        "civil_registry",
        {
            "service": "ADM-MTI-01",
            "number": "3515-KM-21112026-0001",
            "verification": "R7K2M9QX4TB01239",
            "tracking_code": "R0123456789V",
        },
        other="permits",
        needs="PRZ-SIP-DR",
    ),
]
