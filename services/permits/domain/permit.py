"""A permit after its issue: a record of its own, with a status, a version, and few ways to change either. Pure.

The case that it came from is finished. What happens now happens to the permit, each change under its row lock and
told by one event whose subject is the permit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from mpp.casework.refusals import Param, Refused
from mpp.casework.rules.naming import named
from mpp.json_values import JsonObject
from services.permits.domain.validity import has_ended, next_look, warning_due

Text = Mapping[str, str]

VALID = "valid"
SUSPENDED = "suspended"
REVOKED = "revoked"
SUPERSEDED = "superseded"
EXPIRED = "expired"
LAPSED = "lapsed"

STATUSES: dict[str, Text] = {
    VALID: {"id": "Berlaku", "en": "Valid"},
    SUSPENDED: {"id": "Dibekukan sementara", "en": "Suspended"},
    REVOKED: {"id": "Dicabut", "en": "Revoked"},
    SUPERSEDED: {"id": "Diganti dengan izin lain", "en": "Superseded by another permit"},
    EXPIRED: {"id": "Habis masa berlaku", "en": "Expired"},
    LAPSED: {"id": "Gugur demi hukum", "en": "Lapsed by law"},
}
# Neither ended nor replaced: a suspended permit still counts as one that its holder has.
IN_FORCE = (VALID, SUSPENDED)

# Why a permit ended by law before its time.
HOLDER_DECEASED = "holder_deceased"


@dataclass(frozen=True)
class Permit:
    """A permit as the register keeps it. `person` is the holder's pseudonym, `place` what "one permit a place"
    compares, `look_at` the local day on which the timer has something to do, `changed_on` that of the last change."""

    id: str
    number: str
    service: str
    service_version: int
    owner: str
    case_id: str
    verification: str
    region: str
    status: str
    version: int
    valid_from: date
    valid_until: date | None
    holder: JsonObject | None
    person: str | None
    data: JsonObject
    limit_group: str | None = None
    place: str | None = None
    warned: int | None = None
    look_at: date | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    changed_on: date | None = None

    def status_on(self, today: date) -> str:
        """The status that holds on a day: a permit whose last day is over has expired, though the timer may not have
        been there yet."""
        return EXPIRED if self.status in IN_FORCE and has_ended(self.valid_until, today) else self.status

    def changed(
        self, status: str, today: date, *, superseded_by: str | None = None, warned: int | None = None
    ) -> Permit:
        """The next version; what is not named stays."""
        after = replace(
            self,
            status=status,
            version=self.version + 1,
            changed_on=today,
            superseded_by=self.superseded_by if superseded_by is None else superseded_by,
            warned=self.warned if warned is None else warned,
        )
        return scheduled(after)


def scheduled(permit: Permit) -> Permit:
    """The permit with the day on which the timer looks at it next."""
    if permit.status not in IN_FORCE:
        return replace(permit, look_at=None)
    return replace(permit, look_at=next_look(permit.valid_from, permit.valid_until, permit.warned))


@dataclass(frozen=True)
class Deed:
    """What an official may do to a permit: from which statuses, to which one, for which coded reasons."""

    code: str
    label: Text
    from_statuses: tuple[str, ...]
    to: str
    reasons: tuple[str, ...]


DEEDS: dict[str, Deed] = {
    deed.code: deed
    for deed in (
        Deed(
            "suspend",
            {"id": "Bekukan sementara", "en": "Suspend"},
            (VALID,),
            SUSPENDED,
            ("violation", "administrative", "court_order", "holder_request", "other"),
        ),
        Deed(
            "reinstate",
            {"id": "Cabut pembekuan", "en": "Lift the suspension"},
            (SUSPENDED,),
            VALID,
            ("remedied", "court_order", "suspension_over", "other"),
        ),
        Deed(
            "revoke",
            {"id": "Cabut izin", "en": "Revoke"},
            IN_FORCE,
            REVOKED,
            ("violation", "false_data", "court_order", "holder_request", "other"),
        ),
        Deed(
            "correct",
            {"id": "Perbaiki (terbitkan pengganti)", "en": "Correct (issue a replacement)"},
            IN_FORCE,
            SUPERSEDED,
            ("clerical_error", "data_changed", "court_order", "other"),
        ),
    )
}


def the_status(code: str) -> dict[str, Param]:
    """A status of a permit as a refusal names it."""
    return named("status", code, STATUSES[code])


def allow(permit: Permit, deed: Deed, today: date) -> None:
    """Raises Refused 409 when the permit's status does not allow the deed."""
    status = permit.status_on(today)
    if status not in deed.from_statuses:
        raise Refused(
            409, "permit_status_forbids", params={**named("action", deed.code, deed.label), **the_status(status)}
        )


def offered(permit: Permit, today: date) -> list[Deed]:
    """What the status allows."""
    status = permit.status_on(today)
    return [deed for deed in DEEDS.values() if status in deed.from_statuses]


def by_itself(permit: Permit, today: date) -> tuple[str, Permit] | None:
    """What time does to a permit, as (name of the event, the permit after it); None when nothing is due.

    `expired` on the local day after the last one, else `expiring` for the nearest warning that was not told.
    """
    if permit.status not in IN_FORCE:
        return None
    if has_ended(permit.valid_until, today):
        return "expired", permit.changed(EXPIRED, today)
    left = warning_due(permit.valid_from, permit.valid_until, permit.warned, today)
    return None if left is None else ("expiring", permit.changed(permit.status, today, warned=left))
