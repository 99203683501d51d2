"""A counter asks for one resident by NIK, or one family by its card, so that nobody types what the register knows.

Whoever asks leaves an entry in the audit trail: who, at which office, for which service, and whom (by pseudonym), also
when there is no such resident. Shown is what a form needs: name, birth date and family card, and whether the person has
died. Address and parents stay in the register; of a family everybody is masked. Who asks for very many is told of to
the privacy officer, who sees for each person who looked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import structlog

from mpp.cases.recording.host import CaseHost
from mpp.casework.access.actors import Actor
from mpp.casework.bounds import NOTE_MAX
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.contracts.residents import LOOKUP_ROLES, WATCHING_ROLES, FamilyAsked, LooksAsked, ResidentAsked
from mpp.identity.kk import parse_kk
from mpp.identity.masking import mask_name, mask_nik
from mpp.identity.nik import parse_nik
from mpp.identity.person import person_key
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline
from services.civil_registry import queries
from services.civil_registry.register import families, looks, people

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = structlog.get_logger(__name__)


class ResidentLookup:
    """Reads the register for a counter, and what was read for the privacy officer."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def look_up(self, actor: Actor, asked: ResidentAsked, deadline: Deadline, correlation_id: str) -> JsonObject:
        """The resident. Raises Refused: 403 for who writes down no persons, 422, 404 `resident_unknown`."""
        office = _office(actor, LOOKUP_ROLES)
        nik = self._read("nik", asked.nik, asked.purpose)
        with self._host.database.transaction(deadline) as tx:
            row = people.find(tx, nik)
            card = None if row is None else families.find(tx, id_=row.family_card)
            details: JsonObject = {"person": self._person(nik), "purpose": asked.purpose, "found": row is not None}
            self._tell(tx, actor, office, "resident_looked_up", details, correlation_id)
            self._keep(tx, actor, office, [nik], asked.purpose, correlation_id, found=row is not None)
        if row is None or card is None:
            raise Refused(404, "resident_unknown")
        return {
            "nik": row.nik,
            "name": row.name,
            "birth_date": row.birth_date.isoformat(),
            "family_card": card.number,
            "deceased": row.status == people.DECEASED,
        }

    def family(self, actor: Actor, asked: FamilyAsked, deadline: Deadline, correlation_id: str) -> JsonObject:
        """The people of a family card, masked. Raises Refused: 403, 422, 404 `family_card_unknown`."""
        office = _office(actor, LOOKUP_ROLES)
        number = self._read("family_card", asked.family_card, asked.purpose)
        with self._host.database.transaction(deadline) as tx:
            card = families.find(tx, number=number)
            rows = [] if card is None else queries.of_card(tx, card.id)
            details: JsonObject = {"purpose": asked.purpose, "found": card is not None, "members": len(rows)}
            self._tell(tx, actor, office, "family_looked_up", details, correlation_id)
            self._keep(tx, actor, office, [row.nik for row in rows], asked.purpose, correlation_id, found=True)
        if card is None:
            raise Refused(404, "family_card_unknown")
        members: list[JsonObject] = [
            {
                "nik": mask_nik(row.nik),
                "name": mask_name(row.name),
                "birth_year": row.birth_date.year,
                "sex": row.sex,
                "deceased": row.status == people.DECEASED,
            }
            for row in rows
        ]
        return {"family_card": card.number, "region": card.region, "members": [*members]}

    def looks_at(self, actor: Actor, asked: LooksAsked, deadline: Deadline, correlation_id: str) -> JsonObject:
        """Who looked at a person. Raises Refused: 403, 422. That it was asked is on record, too."""
        office = _office(actor, WATCHING_ROLES)
        wrong, nik, reason = [], "", ""
        try:
            nik = parse_nik(asked.nik, self._today()).number
        except InvalidIdentity as error:
            wrong.append(FieldError("nik", error.code))
        try:
            reason = tidy(asked.reason)
        except InvalidIdentity as error:
            wrong.append(FieldError("reason", error.code))
        if len(reason) > NOTE_MAX:
            wrong.append(FieldError("reason", "too_long", {"max": NOTE_MAX}))
        if wrong:
            raise invalid(*wrong)
        with self._host.database.transaction(deadline) as tx:
            details: JsonObject = {"person": self._person(nik)}
            self._tell(tx, actor, office, "looks_read", details, correlation_id, reason)
            items = looks.at_person(tx, self._person(nik))
        return {"items": [*items]}

    def alarms(self, actor: Actor, deadline: Deadline) -> JsonObject:
        """Which accounts asked for more persons in an hour than a counter needs. Raises Refused 403."""
        _office(actor, WATCHING_ROLES)
        with self._host.database.transaction(deadline) as tx:
            return {"above": looks.ALARM, "items": [*looks.alarms(tx, self._host.clock.now())]}

    def _keep(
        self, tx: Connection, actor: Actor, office: str, niks: list[str], purpose: str, correlation_id: str, *,
        found: bool,
    ) -> None:  # fmt: skip
        """Write down the looks, and raise the alarm with the one that is too many."""
        if not niks:
            return
        now, persons = self._host.clock.now(), [self._person(nik) for nik in niks]
        many = looks.keep(tx, now, actor, office, persons, purpose, found=found)
        if many is not None:
            self._tell(tx, actor, office, "looked_up_often", {"looks": many, "above": looks.ALARM}, correlation_id)
            log.warning("register.looked_up_often", account=actor.id, looks=many, above=looks.ALARM)

    def _tell(
        self, tx: Connection, actor: Actor, office: str, action: str, details: JsonObject, correlation_id: str,
        reason: str | None = None,
    ) -> None:  # fmt: skip
        trail.record(
            tx,
            at=self._host.clock.now(),
            actor=actor,
            office=office,
            action=action,
            reason=reason,
            details=details,
            correlation_id=correlation_id,
        )

    def _person(self, nik: str) -> str:
        return person_key(nik, self._host.runtime.person_key)

    def _today(self) -> date:
        return self._host.today(self._host.clock.now())

    def _read(self, field: str, given: str, purpose: str) -> str:
        """The number. Raises Refused 422 for one that cannot be, and for a purpose that is no service."""
        wrong, number = [], ""
        try:
            number = _PARSED[field](given, self._today())
        except InvalidIdentity as error:
            wrong.append(FieldError(field, error.code))
        if self._host.runtime.catalogue.get(purpose) is None:
            wrong.append(FieldError("purpose", "unknown_service"))
        if wrong:
            raise invalid(*wrong)
        return number


_PARSED: dict[str, Callable[[str, date], str]] = {
    "nik": lambda given, today: parse_nik(given, today).number,
    "family_card": lambda given, today: parse_kk(given, today).number,
}


def _office(actor: Actor, roles: tuple[str, ...]) -> str:
    """The office for which the actor asks. Raises Refused 403 for who has none of the roles."""
    office = actor.office_for(*roles)
    if office is None:
        raise wrong_role(roles)
    return office
