"""A counter asks for one resident by NIK, so that nobody types what the register knows.

Whoever asks leaves an entry in the audit trail: who, at which office, for which service, and whom (by pseudonym), also
when there is no such resident. Shown is what a form needs: name, birth date and family card, and whether the person has
died. Address, parents and the rest of the card stay in the register.
"""

from __future__ import annotations

from datetime import date

from mpp.cases.recording.host import CaseHost
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.contracts.residents import LOOKUP_ROLES, ResidentAsked
from mpp.identity.nik import parse_nik
from mpp.identity.person import person_key
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline
from services.civil_registry.domain import DECEASED
from services.civil_registry.register import families, people


class ResidentLookup:
    """Reads the register for a counter."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def look_up(self, actor: Actor, asked: ResidentAsked, deadline: Deadline, correlation_id: str) -> JsonObject:
        """The resident. Raises Refused: 403 for who writes down no persons, 422, 404 `resident_unknown`."""
        if not actor.has_role(*LOOKUP_ROLES):
            raise wrong_role(LOOKUP_ROLES)
        now = self._host.clock.now()
        nik = self._read(asked, self._host.today(now))
        office = next(each.office for each in actor.assignments if each.role in LOOKUP_ROLES)
        with self._host.database.transaction(deadline) as tx:
            row = people.find(tx, nik)
            card = None if row is None else families.find(tx, id_=row.family_card)
            person = person_key(nik, self._host.runtime.person_key)
            trail.record(
                tx,
                at=now,
                actor=actor,
                office=office,
                action="resident_looked_up",
                details={"person": person, "purpose": asked.purpose, "found": row is not None},
                correlation_id=correlation_id,
            )
        if row is None or card is None:
            raise Refused(404, "resident_unknown")
        return {
            "nik": row.nik,
            "name": row.name,
            "birth_date": row.birth_date.isoformat(),
            "family_card": card.number,
            "deceased": row.status == DECEASED,
        }

    def _read(self, asked: ResidentAsked, today: date) -> str:
        """The NIK. Raises Refused 422 for one that cannot be, and for a purpose that is no service."""
        wrong = []
        try:
            nik = parse_nik(asked.nik, today).number
        except InvalidIdentity as error:
            wrong.append(FieldError("nik", error.code))
        if self._host.runtime.catalogue.get(asked.purpose) is None:
            wrong.append(FieldError("purpose", "unknown_service"))
        if wrong:
            raise invalid(*wrong)
        return nik
