"""What becomes of the complaints of a load test: most are closed within days, some lie on a desk today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mpp.casework.access.offices import Office
from mpp.identity import demo as people
from tests.load.seeding.walks import OPEN_SHARE, Body, Walker

_DAYS = 360
_RESIDENTS = 10_000


@dataclass(frozen=True)
class Step:
    """One action: who takes it (`@agency` stands for the office of the case), and with what."""

    office: str
    role: str
    action: str
    body: Body


@dataclass(frozen=True)
class Way:
    """What happens to a case, and how often that is so among the finished or the open ones."""

    weight: int
    finished: bool
    steps: tuple[Step, ...]


def _desk(action: str, **body: Any) -> Step:
    return Step("dinkominfo", "verifier", action, body)


_VERIFY = _desk("verify", data={"category": "Infrastruktur"})
_REFER = _desk("refer", data={"agency": "@agency"})
_ANSWER = Step("@agency", "officer", "answer", {"note": "Sudah ditindaklanjuti."})
_CLOSE = _desk("close")
WAYS = (
    Way(6, True, (_VERIFY, _REFER, _ANSWER, _CLOSE)),
    Way(3, True, (_VERIFY, _REFER, _CLOSE)),
    Way(1, True, (_desk("archive", note="Laporan ganda."),)),
    Way(4, False, ()),
    Way(1, False, (_desk("defer", note="Lokasi belum jelas."),)),
    Way(2, False, (_VERIFY,)),
    Way(3, False, (_VERIFY, _REFER)),
    Way(2, False, (_VERIFY, _REFER, _ANSWER)),
)


class Walks(Walker):
    """Reports of demo residents."""

    def walk(self, now: datetime) -> Iterator[str]:
        while True:
            is_open = self.random.random() < OPEN_SHARE
            ways = [way for way in WAYS if way.finished is not is_open]
            (way,) = self.random.choices(ways, [way.weight for way in ways])
            steps = len(way.steps)
            if is_open:
                begin = now - timedelta(minutes=self.random.uniform(5, 120) + steps)
                pause = timedelta(minutes=1)
            else:
                begin = now - timedelta(days=self.random.uniform(1.5 * steps + 1, _DAYS))
                pause = timedelta(hours=self.random.uniform(2, 30))
            yield self._one(way, begin, pause)

    def _one(self, way: Way, begin: datetime, pause: timedelta) -> str:
        origin, agency = self.random.choice(self.counters), self.random.choice(self.agencies)
        self.at(begin)
        case = self.file(origin, self._report(origin))
        for step in way.steps:
            self.clock.advance(pause)
            office = agency.code if step.office == "@agency" else step.office
            body = {"action": step.action, **step.body}
            if body.get("data", {}).get("agency") == "@agency":
                body["data"] = {**body["data"], "agency": agency.code}
            case = self.act(case, office, step.role, body)
        return str(case["id"])

    def _report(self, origin: Office) -> Body:
        who = people.resident(self.random.randrange(_RESIDENTS))
        data = {
            "title": self.random.choice(("Jalan berlubang", "Lampu jalan padam", "Sampah menumpuk", "Banjir")),
            "text": f"Laporan warga di {origin.name}: mohon segera ditindaklanjuti.",
            "classification": self.random.choice(("complaint", "complaint", "aspiration")),
        }
        body: Body = {
            "service": "PGD-LPR",
            "applicant": {"kind": "person", "nik": who.nik, "name": who.name},
            "data": data,
        }
        return {**body, "anonymous": True} if self.random.random() < 0.3 else body
