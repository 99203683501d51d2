"""Papers from before: a service that needs those of a service type asks once, and is told all that were issued.

Who needs them asks by an event when it starts to, and again until it is answered: whoever issues them may be away, or
know nothing of the question yet. Who issues them tells page after page, and says when that was all.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from mpp.cases.papers import announcing
from mpp.cases.papers.announcing import Step
from mpp.cases.prerequisites.elsewhere import Elsewhere
from mpp.cases.recording.events import emit
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.paper_table import paper_needs, paper_requests
from mpp.clock import new_id
from mpp.json_values import JsonObject, text
from mpp.messaging.events.event import Event, producer_of
from mpp.persistence.restores import versions_after

PAGE = 100  # papers that are told in one transaction
ASK_AGAIN = timedelta(minutes=10)
_NEEDED, _ANNOUNCED = "needed", "announced"


class PaperNeeds:
    """What one case service asks of the others, and what it tells those who ask."""

    def __init__(self, host: CaseHost, elsewhere: Elsewhere) -> None:
        self._host = host
        self._elsewhere = elsewhere

    def run_once(self) -> bool:
        """Ask for what is needed and was not told, and tell a page of what others have asked for; whether there is
        more to tell at once. Copies of the service take turns. Raises DatabaseAway."""
        with self._host.database.transaction() as tx:
            self._ask(tx)
        with self._host.database.transaction() as tx:
            return self._tell(tx)

    def heard(self, tx: Connection, event: Event) -> None:
        """Somebody needs papers that are issued here, or has told all that were asked for from here."""
        service, producer = text(event.data, "service"), producer_of(event.type)
        if event.type.split(".")[2] == _NEEDED:
            catalogue, mine = self._host.runtime.catalogue, self._host.definition.collection
            if any(kind.code == service and kind.collection == mine for kind in catalogue.with_left_out()):
                asked = {"service": service, "asked_by": producer, "after": None, "done": False}
                row = insert(paper_requests).values(**asked, answers=0, added=versions_after(tx))
                again = row.on_conflict_do_update(
                    index_elements=["service", "asked_by"], set_={"after": None, "done": False}
                )
                tx.execute(again)
            return
        issuer = self._elsewhere.issuer(service)
        if text(event.data, "needed_by") == self._host.name and issuer is not None and issuer.name == producer:
            answered = update(paper_needs).where(paper_needs.c.service == service)
            tx.execute(answered.values(answered_at=self._host.clock.now()))

    def _ask(self, tx: Connection) -> None:
        """A database that was brought back from a backup has lost what was told since: it asks anew."""
        needed = self._elsewhere.needed(tx)
        if not needed:
            return
        now, added = self._host.clock.now(), versions_after(tx)
        known = {row.service: row for row in tx.execute(select(paper_needs))}
        for service in sorted(needed):
            row = known.get(service)
            if row is not None and row.added >= added and (row.answered_at or row.asked_at + ASK_AGAIN > now):
                continue
            asked = insert(paper_needs).values(service=service, asked=1, asked_at=now, answered_at=None, added=added)
            moved = {"asked": paper_needs.c.asked + 1, "asked_at": now, "answered_at": None, "added": added}
            unchanged = paper_needs.c.asked == (0 if row is None else row.asked)
            again = asked.on_conflict_do_update(index_elements=["service"], set_=moved, where=unchanged)
            version = tx.execute(again.returning(paper_needs.c.asked)).scalar_one_or_none()
            if version is not None:  # else another copy of the service has just asked
                self._emit(tx, _NEEDED, service, version, {"service": service})

    def _tell(self, tx: Connection) -> bool:
        """A database that was brought back tells all of it anew: what it told since the backup may be otherwise now."""
        added, mine = versions_after(tx), paper_requests.c
        open_ones = select(paper_requests).where(or_(~mine.done, mine.added < added))
        first = open_ones.order_by(mine.service, mine.asked_by).limit(1)
        row = tx.execute(first.with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        after = row.after if row.added == added else None
        page, done = announcing.page(tx, row.service, after, PAGE)
        step = Step(self._host.clock.now(), new_id())
        for known in page:
            announcing.again(tx, self._host, known, step)
        answers = row.answers + 1 if done else row.answers
        if done:
            told: JsonObject = {"service": row.service, "needed_by": row.asked_by}
            self._emit(tx, _ANNOUNCED, f"{row.service} {row.asked_by}", answers, told)
        reached = page[-1].paper.id if page else after
        here = update(paper_requests).where(mine.service == row.service, mine.asked_by == row.asked_by)
        tx.execute(here.values(after=reached, done=done, answers=answers, added=added))
        return True

    def _emit(self, tx: Connection, event: str, subject: str, version: int, data: JsonObject) -> None:
        emit(
            tx,
            type_=f"{self._host.name}.paper_type.{event}.v1",
            source=self._host.name,
            subject=subject,
            version=version,
            region=self._host.offices.region,
            data=data,
            now=self._host.clock.now(),
            correlation_id=new_id(),
        )
