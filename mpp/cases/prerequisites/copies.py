"""What a service knows of the papers of the others: the newest that it was told of each (`known_papers`).

A copy is small: service type, number, code, tracking code, whose it is by a keyed hash, and whether it holds. Each
event says all of it, so an event that was lost is made good by the next, and an older one changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from mpp import json_values
from mpp.cases.prerequisites.announcements import Announcement
from mpp.cases.storage.paper_table import known_papers, paper_needs
from mpp.casework.case.papers import FAILED, LOST, THERE, Paper
from mpp.casework.codes import tracking, verification
from mpp.contracts.papers import IN_FORCE, NEVER_CAME
from mpp.messaging.events.event import Event, producer_of
from mpp.persistence.values import AnyRow

EXPIRED = "expired"


@dataclass(frozen=True)
class Copy:
    """A paper of another service. `paper` is its id there; where none will come, that of its case."""

    issuer: str
    paper: str
    service: str
    tracking_code: str
    number: str | None
    code: str | None
    holder: str | None
    status: str
    until: date | None
    version: int

    @property
    def came(self) -> bool:
        """Whether there is a paper, in force or not."""
        return self.status not in NEVER_CAME

    def reason_on(self, today: date) -> str | None:
        """Why it does not hold on a day, coded; None where it does."""
        if self.status != IN_FORCE:
            return self.status
        return EXPIRED if self.until is not None and self.until < today else None

    @property
    def called(self) -> str:
        """What people know it by: its number, else the code printed on it."""
        return self.number or verification.printed(self.code or "")


def told(event: Event) -> Copy:
    """The paper as an event tells it."""
    data = event.data
    until = json_values.optional_text(data, "until")
    return Copy(
        issuer=producer_of(event.type),
        paper=event.subject,
        service=json_values.text(data, "service"),
        tracking_code=json_values.text(data, "tracking_code"),
        number=json_values.optional_text(data, "number"),
        code=json_values.optional_text(data, "verification"),
        holder=json_values.optional_text(data, "holder"),
        status=json_values.text(data, "status"),
        until=None if until is None else date.fromisoformat(until),
        version=event.subjectversion,
    )


def news(copy: Copy, known: Paper, place_of: str | None, today: date, *, mine: bool) -> Announcement | None:
    """What a paper says to a case that knows `known`: this one, that in whose place it stands (`place_of`), or one that
    is to come. `mine`: it is the applicant's. None where it says nothing to it."""
    if known.service != copy.service:
        return None
    reason = copy.reason_on(today)
    if reason is None:
        takes = known.document in (copy.paper, place_of) or known.status != THERE
        return Announcement(THERE, document=copy.paper, number=copy.called) if mine and takes else None
    if known.document is None:
        return Announcement(FAILED, reason=reason) if mine else None
    return Announcement(LOST, document=copy.paper, reason=reason) if known.document == copy.paper else None


def keep(tx: Connection, copy: Copy) -> bool:
    """Keep what was told; False where as new or newer is known already."""
    statement = insert(known_papers).values(asdict(copy))
    new = statement.excluded
    changed = {c.name: new[c.name] for c in known_papers.c if not c.primary_key}
    newer = statement.on_conflict_do_update(
        index_elements=["issuer", "paper"], set_=changed, where=known_papers.c.version < new.version
    )
    return tx.execute(newer.returning(known_papers.c.paper)).first() is not None


def asked_for(tx: Connection, service: str) -> bool:
    """Whether papers of this service type were asked for here: also by a copy of the service that has begun with a
    newer catalogue than this one."""
    return tx.execute(select(paper_needs.c.service).where(paper_needs.c.service == service)).first() is not None


def named(tx: Connection, given: str, service: str | None = None) -> list[Copy]:
    """The copies that a tracking code, a number or a verification code names, the newest paper first; of one service
    type, or of any."""
    code, printed = tracking.normalise(given), verification.normalise(given)
    if code is not None:
        wanted = known_papers.c.tracking_code == code
    elif printed is not None:
        wanted = known_papers.c.code == printed
    else:
        wanted = known_papers.c.number == given.strip()
    return _where(tx, wanted) if service is None else _where(tx, wanted, known_papers.c.service == service)


def numbered(tx: Connection, issuer: str, service: str, number: str) -> Copy | None:
    """The paper with this number."""
    mine = (known_papers.c.issuer == issuer, known_papers.c.service == service)
    return next(iter(_where(tx, known_papers.c.number == number, *mine)), None)


def of_paper(tx: Connection, service: str, paper: str) -> Copy | None:
    """The paper of this id."""
    return next(iter(_where(tx, known_papers.c.paper == paper, known_papers.c.service == service)), None)


def run_out(tx: Connection, today: date, most: int) -> list[Copy]:
    """Those whose last day is over, and which still count as in force."""
    over = (known_papers.c.status == IN_FORCE, known_papers.c.until < today)
    query = select(known_papers).where(*over).order_by(known_papers.c.until, known_papers.c.paper).limit(most)
    return [_copy(row) for row in tx.execute(query)]


def expire(tx: Connection, copy: Copy, today: date) -> bool:
    """It has run out; False where that is known, or is no longer so."""
    mine = (known_papers.c.issuer == copy.issuer, known_papers.c.paper == copy.paper)
    over = (known_papers.c.status == IN_FORCE, known_papers.c.until < today)
    done = update(known_papers).where(*mine, *over).values(status=EXPIRED).returning(known_papers.c.paper)
    return tx.execute(done).first() is not None


def _where(tx: Connection, *conditions: ColumnElement[bool]) -> list[Copy]:
    query = select(known_papers).where(*conditions)
    found = [_copy(row) for row in tx.execute(query)]
    return sorted(found, key=lambda copy: (copy.came, copy.paper), reverse=True)


def _copy(row: AnyRow) -> Copy:
    return Copy(**{name: getattr(row, name) for name in Copy.__dataclass_fields__})
