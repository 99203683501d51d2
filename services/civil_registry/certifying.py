"""What all vital events have in common: how they come into the register, the card that changes, the certificate."""

from __future__ import annotations

from datetime import date
from typing import Any

from mpp.cases.recording.hooks import Drawn
from mpp.cases.recording.work import Work
from mpp.clock import new_id
from mpp.json_values import JsonObject, day, truth
from services.civil_registry import domain
from services.civil_registry.queries import Certificate
from services.civil_registry.register import certificates, families
from services.civil_registry.register.facts import Recorded


def recorded(work: Work, cause: str, since: date) -> Recorded:
    """That this case is why the register changes, from a day on."""
    return Recorded(work.now, since, cause, work.actor.id, work.record.case.id)


def card_changed(work: Work, card: Any, reason: str) -> int:
    """The others learn that a card has changed; how many living people it lists."""
    version = families.announced(work.tx, card.id)
    members = families.living(work.tx, card.id)
    data = {"region": card.region, "members": members, "reason": reason}
    work.emit("civil_registry.family_card.updated.v1", card.id, version, data, card.region)
    return members


def registered(work: Work, happened: date) -> JsonObject:
    """When it is registered, and whether it was reported after the limit of the law."""
    reported = work.record.submitted_at.astimezone(work.runtime.calendar.zone).date()
    late = domain.reported_late(happened, reported, work.service_type.report_within)
    return {"registered_on": work.today.isoformat(), "late": late}


def told(work: Work, region: str, facts: JsonObject, drawn: Drawn) -> JsonObject:
    """What every event of a certificate says."""
    case = work.record.case.id
    return {"certificate": drawn.number, "region": region, "late": truth(facts, "late"), "case": case}


def certify(
    work: Work,
    kind: str,
    nik: str,
    card: Any,
    happened: date,
    facts: JsonObject,
    drawn: Drawn,
    other: str | None = None,
) -> Certificate:
    """The certificate of the case, about one or two people, queued behind its number."""
    made = Certificate(new_id(), kind, drawn.number, nik, truth(facts, "late"), day(facts, "registered_on"))
    of_card = None if card is None else str(card.id)
    certificates.add(work.tx, made, work.record.case.id, happened, card=of_card, other=other)
    return made
