"""One case of a small service type, at the desk: purely, without a database or a broker.

Filed by the clerk of a village. Two tasks side by side (advice by an officer of the agency that the case names, a check
by a verifier of the owner), then the owner's signature. Five working days, extended once by at most three.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mpp.calendars import load_calendar
from mpp.casework.access.actors import SYSTEM, Actor, Assignment, applicant_of
from mpp.casework.case.case import Case, Entry, Task, evolve
from mpp.casework.refusals import Refused
from mpp.casework.rules import built_in, workflow
from mpp.casework.rules.service_type import ServiceType
from tests.unit.catalogue.trying import GOOD, OFFICES, check

VILLAGE, OWNER, AGENCY = "35.15.14.2013", "dpmptsp", "dinkes"
WORK = {  # what accounts may do where, as the gateway says it
    "verifikator.dua": (Assignment(OWNER, "verifier"),),
    "teknis.satu": (Assignment(VILLAGE, "clerk"), Assignment(AGENCY, "officer")),
}
CALENDAR = load_calendar("Asia/Jakarta")
MONDAY = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
DATA = {"purpose": "new", "agency": AGENCY}
TEXT = (
    GOOD.replace("sla: 5wd\n", "sla: 5wd\nextension: 3wd\n")
    .replace(
        "    signing:\n",
        """\
    returned:
      label: {id: Dikembalikan, en: Returned}
      next_step: {id: Lengkapi, en: Complete it}
      clock: stopped
      waiting_on: applicant
      tasks:
        - {code: completion, label: {id: Lengkapi, en: Complete}, office: origin, role: clerk}
    signing:
""",
    )
    .replace(
        "    sign:\n",
        """\
    return:
      label: {id: Kembalikan, en: Return}
      from: signing
      to: returned
      roles: [signer]
      task: signature
      note_required: true
      event: updated
    complete:
      label: {id: Lengkapi, en: Complete}
      from: returned
      to: signing
      roles: [clerk, applicant]
      task: completion
      guards: [requirements_complete]
      event: updated
    sign:
""",
        1,
    )
)


@cache
def kind() -> ServiceType:
    """The service type."""
    with TemporaryDirectory() as folder:
        return check(Path(folder), TEXT)


def person(role: str, office: str, name: str | None = None) -> Actor:
    """Somebody with one role at one office."""
    return Actor(name or f"{role}.{office}", (Assignment(office, role),))


CLERK = person("clerk", VILLAGE)
VERIFIER = person("verifier", OWNER)
OFFICER = person("officer", AGENCY)
SIGNER = person("signer", OWNER)
SUPERVISOR = person("supervisor", OWNER)
APPLICANT = applicant_of("case")


class Desk:
    """The case as it is now, and a clock."""

    def __init__(self, ticks: Mapping[str, bool] | None = None, data: Mapping[str, Any] = DATA) -> None:
        self.now = MONDAY
        self.kind = kind()
        self.numbers = 0
        self._serial = count(1)
        papers = {"identity": True} if ticks is None else ticks
        entry = workflow.open_case(self.kind, VILLAGE, CLERK, data, papers, self._context(CLERK))
        self.case = evolve(Case("case", self.kind.code, self.kind.version), entry)

    def act(self, who: Actor, code: str, *, note: str | None = "catatan", **data: Any) -> Entry:
        """A declared or built-in action, taken. Raises Refused."""
        always = built_in.BUILT_IN.get(code)
        if always is not None:
            context = self._context(who)
            entry = built_in.act(
                self.kind, self.case, who, always, note=note, context=context, data=data,
                colleague=WORK.get(str(data.get("to")), ()),
            )  # fmt: skip
            return self._take(entry)
        ticks = data.pop("ticks", {})
        action = workflow.find_action(self.kind, code)
        entry = workflow.act(
            self.kind, self.case, who, action, note=note, data=data, ticks=ticks, context=self._context(who)
        )
        return self._take(workflow.numbered(entry, self._number()) if action.number else entry)

    def refused(self, who: Actor, code: str, **more: Any) -> tuple[int, str]:
        """Status and code of the refusal, which changed nothing; with the field where one is named."""
        before = self.case
        try:
            self.act(who, code, **more)
        except Refused as refused:
            assert self.case == before
            return refused.status, refused.fields[0].code if refused.fields else refused.code
        raise AssertionError(f"{who.id} was allowed to {code}")

    def hold(self, reason: str = "person_deceased") -> Entry | None:
        """As a death report would."""
        entry = built_in.hold(self.kind, self.case, SYSTEM, reason, self._context(SYSTEM))
        return None if entry is None else self._take(entry)

    def offered(self, who: Actor) -> set[str]:
        """What this person is shown."""
        supervised = built_in.supervised_by(who, OFFICES)
        declared = {a.code for a in workflow.permitted(self.kind, self.case, who)}
        return declared | {
            s.code for s in built_in.BUILT_IN.values() if s.offered(self.kind, self.case, who, supervised)
        }

    def task(self, code: str) -> Task:
        """The open task of this code."""
        found = workflow.open_task(self.case, code)
        assert found is not None
        return found

    def to_signing(self) -> Desk:
        """Both tasks done."""
        self.act(OFFICER, "advise")
        self.act(VERIFIER, "check")
        return self

    def issued(self) -> Desk:
        """Signed."""
        self.to_signing().act(SIGNER, "sign")
        return self

    def pass_time(self, **span: float) -> None:
        """Time goes by."""
        self.now += timedelta(**span)

    def _take(self, entry: Entry) -> Entry:
        self.case = evolve(self.case, entry)
        return entry

    def _context(self, who: Actor) -> workflow.Context:
        supervised = built_in.supervised_by(who, OFFICES)
        return workflow.Context(self.now, CALENDAR, lambda: f"task-{next(self._serial)}", supervised, OFFICES)

    def _number(self) -> str:
        self.numbers += 1
        return f"503/{self.numbers:04}"
