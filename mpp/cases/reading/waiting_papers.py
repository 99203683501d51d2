"""What is said of papers that the mall itself issues: which one a case waits for, from whom, and what went wrong."""

from __future__ import annotations

from mpp.casework.access.offices import OfficeTree
from mpp.casework.case.case import Case
from mpp.casework.case.papers import AWAITED, FAILED, Paper
from mpp.casework.rules.prerequisites import outstanding
from mpp.casework.rules.service_type import Requirement, ServiceType, Text
from mpp.catalogue import Catalogue

_REASONS: dict[str, Text] = {
    "rejected": {"id": "ditolak", "en": "refused"},
    "withdrawn": {"id": "ditarik", "en": "withdrawn"},
    "suspended": {"id": "dibekukan sementara", "en": "suspended"},
    "revoked": {"id": "dicabut", "en": "revoked"},
    "superseded": {"id": "diganti dengan yang lain", "en": "superseded by another one"},
    "expired": {"id": "habis masa berlakunya", "en": "expired"},
    "lapsed": {"id": "gugur demi hukum", "en": "lapsed by law"},
}


def with_papers(
    service_type: ServiceType, case: Case, on: Text, why: Text, offices: OfficeTree, catalogue: Catalogue
) -> tuple[Text, Text]:
    """On whom and why a case waits, with the papers of the mall that it named and does not have.

    A file that is incomplete for want of nothing else waits for who issues them; else they are told in addition.
    """
    found = outstanding(service_type, case)
    if not found or service_type.states[case.state].decided:
        return on, why
    lines = [_line(requirement, paper, catalogue) for requirement, paper in found.values()]
    told = {language: "; ".join(line[language] for line in lines) for language in ("id", "en")}
    nothing_else = len(found) == len(service_type.missing(case.ticks, case.data))
    if (
        case.state == service_type.initial_incomplete
        and nothing_else
        and all(p.status == AWAITED for _, p in found.values())
    ):
        names = ", ".join(dict.fromkeys(_office(paper, offices, catalogue) for _, paper in found.values()))
        return {"id": names, "en": names}, {language: _capital(text) for language, text in told.items()}
    return on, {language: f"{why[language]}; {told[language]}" for language in told}


def _line(requirement: Requirement, paper: Paper, catalogue: Catalogue) -> Text:
    name = requirement.name
    if paper.status == AWAITED:
        service_type = catalogue.get(paper.service)
        service = {"id": paper.service, "en": paper.service} if service_type is None else service_type.name
        return {
            "id": f"menunggu {name['id']} dari layanan {service['id']}",
            "en": f"waiting for {name['en']} from the service {service['en']}",
        }
    reason = _REASONS.get(paper.reason or "", {"id": "berakhir", "en": "ended"})
    if paper.status == FAILED:
        return {
            "id": f"permohonan {name['id']} {reason['id']}: perlu permohonan baru atau dokumen lain",
            "en": f"the application for {name['en']} was {reason['en']}: another one, or another document, is needed",
        }
    return {
        "id": f"{name['id']} {reason['id']}: tidak berlaku lagi",
        "en": f"{name['en']} {reason['en']}: it no longer holds",
    }


def _office(paper: Paper, offices: OfficeTree, catalogue: Catalogue) -> str:
    service_type = catalogue.get(paper.service)
    office = None if service_type is None else offices.get(service_type.owner)
    return paper.service if office is None else office.name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
