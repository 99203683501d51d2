"""What the commands on books of legal numbers share: which books there are, who may touch them, and the trail of it."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage.numbers import SeriesKey
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.codes.series import NumberSeries
from mpp.casework.refusals import FieldError, invalid, wrong_role
from mpp.identity.regions import dotted
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
        self._series = [each for service_type in mine for each in service_type.series]

    def check(self, key: SeriesKey, *, begun: bool = True) -> None:
        """Raises Refused 422 for a book that cannot be; with `begun` that of a series from before it was divided, too,
        since such a book may have been begun by then."""
        named = self.check_beginning(key)
        if not any(self._has(each, key) or (begun and key.series == each.series) for each in named):
            district = f"{self._host.offices.region.replace('.', '')}01"
            example = named[0].book(district, self._host.today(self._host.clock.now()))
            raise invalid(FieldError("series", "series_divided", {"example": example}))

    def check_beginning(self, key: SeriesKey) -> list[NumberSeries]:
        """The series whose books have names that begin like this. Raises Refused 422 where there can be none."""
        within("year", key.year, 2000, self._host.today(self._host.clock.now()).year + 1)
        errors = []
        if key.office not in self._host.offices:
            errors.append(FieldError("office", "unknown_office"))
        named = [each for each in self._series if each.named_by(key.series)]
        if not named:
            errors.append(FieldError("series", "unknown_series"))
        if errors:
            raise invalid(*errors)
        return named

    def _has(self, series: NumberSeries, key: SeriesKey) -> bool:
        of = series.division(key.series)
        if of is None or (of.day is not None and of.day.year != key.year):
            return False
        return of.district is None or self._host.offices.region_known(dotted(of.district))


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
