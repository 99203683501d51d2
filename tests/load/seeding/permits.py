"""What becomes of the permits of a load test: applications of every type of the catalogue, and the register they fill.

Nothing here knows a type: the ways are those that the catalogue offers, whatever it says today. Two thirds end with a
permit; of those some are suspended, revoked or corrected later, and the register's timer has done what was due, so
that a mall with a million of them has nothing to catch up with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import count, cycle
from typing import Any, ClassVar, cast

from mpp.casework.access.actors import BANK
from mpp.casework.access.offices import Office
from mpp.casework.codes import verification
from mpp.casework.refusals import Refused
from mpp.casework.rules.service_type import Action, FormField, ServiceType
from mpp.clock import new_id
from mpp.identity import demo as people
from services.permits import definition
from services.permits.answers import PermitsInterface
from services.permits.domain.permit import DEEDS
from services.permits.domain.validity import WARNINGS
from tests.load.seeding.walks import OPEN_SHARE, Body, Walker, filled, way

_DAYS = 1000  # the permits of a year, of two and of five have ended, will end soon, and will end in years
_PERSONS_ONLY = ("NAK-AK1",)  # a job-seeker is no company
_LETTER = str(definition.tracking_letter)
_NOBODY = {"applicant", "bank", "system"}
# What happens to a permit: a step through each list with every next one, so that few patterns hold all of it.
_FATES: tuple[tuple[str, ...], ...] = (
    (), (), ("correct",), (), (), ("suspend",), (), (), ("revoke",), (), (), ("suspend", "reinstate"), (), ("correct",),
    (), (), ("suspend", "revoke"), (), (), (),
)  # fmt: skip
_ENDS = ("issued", "issued", "refused", "issued", "issued", "withdrawn", "issued", "issued", "issued", "refused")


class Walks(Walker):
    """Applications of demo residents and companies at every counter."""

    interface_class: ClassVar[type[PermitsInterface]] = PermitsInterface
    codes: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        ("permits.verification", "papers.code"), lambda choice: verification.new_code(_LETTER, choice)
    )

    def walk(self, now: datetime) -> Iterator[str]:
        kinds = cycle([kind for kind in self.runtime.catalogue if kind.collection == self.definition.collection])
        ends, fates = cycle(_ENDS), cycle(_FATES)
        for number in count():
            kind, is_open = next(kinds), self.random.random() < OPEN_SHARE
            begin = now - timedelta(days=self.random.uniform(20, _DAYS))
            if is_open:
                begin = now - timedelta(minutes=self.random.uniform(20, 120))
            origin = self.random.choice(self.counters)
            self.at(begin)
            case = self.file(origin, self._application(kind, number, complete=not is_open or number % 9 > 0))
            try:
                if is_open:
                    self._begin(kind, case)
                else:
                    self._finish(kind, case, next(ends), fates, now)
            except Refused:
                self._give_up(case, origin)  # the catalogue wants something that nobody here has
            yield str(case["id"])

    # ------------------------------------------------------------------ filing

    def _application(self, kind: ServiceType, number: int, complete: bool) -> Body:
        data = filled(kind.form, lambda field: self._value(field, number))
        papers = {requirement.code: True for requirement in kind.requirements}
        if not complete:
            papers.popitem()
        for name, (low, high) in (kind.track_of(data).bounds if kind.track_of(data) else {}).items():  # type: ignore[union-attr]
            data[name] = (low + high) // 2
        applicant: Body = {"kind": "organisation", "name": f"PT Contoh Pola {number}", "nib": f"998{number:010d}"}
        applicant |= {"contact": {"name": "Bagian Perizinan"}}
        if kind.limit is not None or kind.code in _PERSONS_ONLY or number % 4:
            who = people.resident(number % 10_000)
            applicant = {"kind": "person", "nik": who.nik, "name": who.name}
        return {"service": kind.code, "applicant": applicant, "data": {**data, "requirements": papers}}

    def _value(self, field: FormField, number: int) -> Any:
        """Something that fits the field; a text differs from case to case, as a place of practice must."""
        if field.type == "choice":
            return field.choices[0][0]
        if field.type in ("integer", "money"):
            return min(max(field.min or 0, 100), field.max or 100)
        if field.type == "date":
            return self._today.isoformat()
        if field.type == "region":
            return self.random.choice([each.region for each in self.counters if each.kind in ("desa", "kelurahan")])
        if field.type == "boolean":
            return True
        return f"Contoh {number}"

    @property
    def _today(self) -> date:
        return self.clock.now().astimezone(self.runtime.calendar.zone).date()

    # ------------------------------------------------------------------- the way

    def _begin(self, kind: ServiceType, case: Body) -> None:
        """Some of the steps, today."""
        steps = self._to_issue(kind, case) or []
        for code in steps[: self.random.randrange(len(steps) + 1)]:
            self.clock.advance(timedelta(minutes=1))
            case = self._take(kind, case, code)

    def _finish(self, kind: ServiceType, case: Body, end: str, fates: Iterator[tuple[str, ...]], now: datetime) -> None:
        pause = timedelta(hours=self.random.uniform(2, 30))
        steps = self._to_issue(kind, case) if end == "issued" else None
        if end == "refused":
            steps = self._way(kind, case, lambda state: kind.states[state].final, lambda a: not _issues(a))
        for code in steps or []:
            self.clock.advance(pause)
            case = self._take(kind, case, code)
        if steps is None:
            self.clock.advance(pause)
            note = {"action": "withdraw", "note": "Ditarik pemohon."}
            self.act(case, case["office_of_origin"], "clerk", note)
        if case.get("permit"):
            self._lead(kind, case["permit"], next(fates), now)

    def _to_issue(self, kind: ServiceType, case: Body) -> list[str] | None:
        """Through a signature to the end, the hand-over included."""
        last = next((a for a in kind.actions.values() if _issues(a) and a.to is not None), None)
        if last is None or last.to is None:
            return None
        arrived = last.to
        steps = self._way(kind, case, lambda state: state == arrived, lambda action: True)
        if steps is None or kind.states[arrived].final:
            return steps
        rest = way(kind, case["data"], arrived, lambda state: kind.states[state].final, self._usable)
        return [*steps, *(rest or [])]

    def _way(self, kind: ServiceType, case: Body, arrived: Any, more: Any) -> list[str] | None:
        return way(kind, case["data"], case["state"], arrived, lambda a: self._usable(a) and more(a))

    def _usable(self, action: Action) -> bool:
        """Who is at work here has no documents to upload, and is neither the applicant nor the mall itself."""
        return not action.documents and (set(action.roles) == {"bank"} or bool(set(action.roles) - _NOBODY))

    def _take(self, kind: ServiceType, case: Body, code: str) -> Body:
        """The action by who may take it, with what it asks for."""
        action = kind.actions[code]
        if kind.levy is not None and code == kind.levy.paid:
            return self._pay(case)
        office = kind.owner
        if action.task is not None:
            office = next(t["office"] for t in case["tasks"] if t["code"] == action.task and t["outcome"] is None)
        role = next(role for role in action.roles if role not in _NOBODY)
        body: Body = {"action": code, "data": filled(action.data, lambda field: self._value(field, 0))}
        if action.note_required:
            body["note"] = "Sesuai catatan pemeriksaan."
        return self.act(case, office, role, body)

    def _pay(self, case: Body) -> Body:
        """The bank reports the payment."""
        levy = case["levy"]
        body = {"number": levy["number"], "amount": levy["amount"], "reference": new_id()}
        body["paid_at"] = (self.clock.now() - timedelta(minutes=5)).isoformat()
        self.ask("pay", self.signed(BANK, "/api/v1/payments/callback", body))
        payload = self.payload(case["office_of_origin"], "clerk", "", {}) | {"params": {"id": case["id"]}}
        return self.ask("get_case", payload)

    def _give_up(self, case: Body, origin: Office) -> None:
        try:
            payload = self.payload(origin.code, "clerk", "", {}) | {"params": {"id": case["id"]}}
            case = self.ask("get_case", payload)
            self.act(case, origin.code, "clerk", {"action": "withdraw", "note": "Ditarik pemohon."})
        except Refused:
            pass

    # -------------------------------------------------------------- after the issue

    def _lead(self, kind: ServiceType, permit: Body, fate: tuple[str, ...], now: datetime) -> None:
        """The permit's life until now: what officials do to it, and what time does, each at its moment."""
        issued = self.clock.now()
        until = permit["valid_until"] and date.fromisoformat(permit["valid_until"])
        looks = [] if until is None else [until - timedelta(days=left) for left in (*WARNINGS, -1)]
        zone = self.runtime.calendar.zone
        moments = [(datetime.combine(day, datetime.min.time(), zone) + timedelta(minutes=5), "") for day in looks]
        end = min([moment for moment, _ in moments] + [now])  # before the first warning
        moments += [(issued + (end - issued) * (n + 1) / (len(fate) + 1), deed) for n, deed in enumerate(fate)]
        ids = [str(permit["id"])]
        for moment, deed in sorted(moments):
            if not issued < moment < now:
                continue
            self.at(moment)
            if deed:
                self._do(kind, ids, deed)
            else:
                for permit_id in ids:
                    self._interface.register_timer.look_at(permit_id)

    def _do(self, kind: ServiceType, ids: list[str], code: str) -> None:
        deed = DEEDS[code]
        body: Body = {"action": code, "reason": deed.reasons[0], "note": "Sesuai berita acara."}
        if code == "correct":
            texts = [field for field in kind.form if field.type == "text" and field.required]
            if not texts:
                return
            body["data"] = {max(texts, key=lambda field: field.max or 0).name: f"Contoh {self.random.randrange(10**6)}"}
        path = f"/api/v1/register/permits/{ids[-1]}/actions"
        payload = self.payload(kind.owner, "signer", path, body) | {"params": {"id": ids[-1]}}
        found = self.ask("get_permit", payload)
        done = self.ask("act_on_permit", {**payload, "if_match": found["version"]})
        if done["signing"] is not None:
            self.sign(done)
            done = self.ask("get_permit", payload)
        if done["superseded_by"] is not None:
            ids.append(str(done["superseded_by"]["id"]))

    @property
    def _interface(self) -> PermitsInterface:
        return cast(PermitsInterface, self.interface)


def _issues(action: Action) -> bool:
    return "issue_permit" in action.effects
