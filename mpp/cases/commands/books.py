"""What the commands on books of legal numbers share: which books there are, who may touch them, and the trail of it."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage.numbers import SeriesKey
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.refusals import FieldError, invalid, wrong_role
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail

OPERATOR = "operator"
OFFICIALS = ("signer", "supervisor")  # of an office: who may confirm that a number of its books is void


class Books:
    """The books of one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host
        mine = [
            service_type
            for service_type in host.runtime.catalogue.with_left_out()
            if service_type.collection == host.definition.collection
        ]
        self._series = {each.series for service_type in mine for each in service_type.series}

    def check(self, key: SeriesKey) -> None:
        """Raises Refused 422 for a book that cannot be."""
        this_year = self._host.clock.now().astimezone(self._host.calendar.current.zone).year
        within("year", key.year, 2000, this_year + 1)
        errors = []
        if key.office not in self._host.offices:
            errors.append(FieldError("office", "unknown_office"))
        if key.series not in self._series:
            errors.append(FieldError("series", "unknown_series"))
        if errors:
            raise invalid(*errors)


def operators_only(actor: Actor) -> None:
    """Raises Refused 403 for anybody else."""
    if not actor.has_role(OPERATOR):
        raise wrong_role([OPERATOR])


def is_official(actor: Actor, key: SeriesKey) -> bool:
    """Whether the actor decides at the office of the book."""
    return office_for(actor, OFFICIALS, {key.office}) is not None


def audited(tx: Connection, cause: Cause, action: str, details: JsonObject) -> None:
    """Leave a trail of it, at the office for which the actor does it."""
    office = cause.actor.office_for(OPERATOR, *OFFICIALS)
    trail.record(
        tx,
        at=cause.now,
        actor=cause.actor,
        office=office,
        action=action,
        details=details,
        correlation_id=cause.correlation_id,
    )


def short(field: str, text: str, longest: int) -> str:
    """The text without blanks around it. Raises Refused 422 for one that is too long."""
    if len(text) > longest:
        raise invalid(FieldError(field, "too_long", {"max": longest}))
    return text.strip()


def within(field: str, value: int, low: int, high: int) -> None:
    """Raises Refused 422 for a number out of range."""
    if not low <= value <= high:
        raise invalid(FieldError(field, "out_of_range", {"min": low, "max": high}))
