"""The patterns of `mpp seed`: real cases of the last year, opened and walked by the service's own commands.

Most are finished; the open ones are of this very day, so that no clock of theirs has run out and seeding wakes no
timer. Applicants are demo residents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from mpp.cases.desk import CaseDesk
from mpp.cases.hosts import hooks_of
from mpp.casework.actors import Actor, Assignment
from mpp.casework.offices import Office
from mpp.clock import FixedClock, new_id
from mpp.identity import demo as people
from mpp.messaging.rpc import Call
from mpp.persistence.deadline import Deadline
from mpp.runtime import Runtime
from mpp.service import ServiceDefinition
from mpp.web.tokens import TokenSigner, TokenVerifier, new_keys

Body = dict[str, Any]
OPEN_SHARE = 0.06
_DAYS = 360
_RESIDENTS = 10_000
_COUNTERS = ("desa", "kelurahan", "kecamatan", "mpp", "mini_mpp")


@dataclass(frozen=True)
class Step:
    """One action: who takes it (`@origin` and `@agency` stand for the office of the case), and with what."""

    office: str
    role: str
    action: str
    body: Body


@dataclass(frozen=True)
class Way:
    """What happens to a case, how often that is so among the finished or the open ones, and what was filed."""

    weight: int
    finished: bool
    steps: tuple[Step, ...]
    complete: bool = True


def _desk(action: str, **body: Any) -> Step:
    return Step("dinkominfo", "verifier", action, body)


_VERIFY = _desk("verify", data={"category": "Infrastruktur"})
_REFER = _desk("refer", data={"agency": "@agency"})
_ANSWER = Step("@agency", "officer", "answer", {"note": "Sudah ditindaklanjuti."})
_CLOSE = _desk("close")
COMPLAINTS = (
    Way(6, True, (_VERIFY, _REFER, _ANSWER, _CLOSE)),
    Way(3, True, (_VERIFY, _REFER, _CLOSE)),
    Way(1, True, (_desk("archive", note="Laporan ganda."),)),
    Way(4, False, ()),
    Way(1, False, (_desk("defer", note="Lokasi belum jelas."),)),
    Way(2, False, (_VERIFY,)),
    Way(3, False, (_VERIFY, _REFER)),
    Way(2, False, (_VERIFY, _REFER, _ANSWER)),
)
_CHECK = Step("dpmptsp", "verifier", "verify", {})
_REFUSE = Step("dinkes", "officer", "refuse_recommendation", {"note": "Tempat praktik belum memenuhi syarat."})
_REJECT = Step("dpmptsp", "signer", "reject", {"note": "Rekomendasi teknis ditolak."})
_WITHDRAW = Step("@origin", "clerk", "withdraw", {"note": "Ditarik pemohon."})
# None of them is issued: a legal number belongs to one case and is not copied.
PERMITS = (
    Way(6, True, (_CHECK, _REFUSE, _REJECT)),
    Way(4, True, (_CHECK, _WITHDRAW)),
    Way(1, False, (), complete=False),
    Way(3, False, ()),
    Way(2, False, (_CHECK,)),
    Way(2, False, (_CHECK, Step("dinkes", "officer", "recommend", {}))),
)
WAYS = {"complaints": COMPLAINTS, "permits": PERMITS}
_SERVICES = {"complaints": "PGD-LPR", "permits": "PRZ-SIP-DR"}


class Walker:
    """Opens and walks cases of one service at moments of its own choice, seeded so that runs are alike."""

    def __init__(self, definition: ServiceDefinition, runtime: Runtime, seed: int = 1) -> None:
        private, public = new_keys()
        self._clock = FixedClock(runtime.clock.now())
        self._signer = TokenSigner(private)
        self._runtime = replace(runtime, clock=self._clock, token_verifier=TokenVerifier(public))
        self._desk = CaseDesk(definition, self._runtime, hooks_of(definition))
        self._name = definition.name
        self._collection = definition.collection
        self._random = Random(seed)
        offices = sorted(runtime.offices, key=lambda office: office.code)
        self._counters = [office for office in offices if office.kind in _COUNTERS]
        self._agencies = [office for office in offices if office.kind == "opd"]

    def walk(self, now: datetime) -> Iterator[str]:
        """The ids of ever more cases, each as it is made, up to the moment `now`."""
        while True:
            is_open = self._random.random() < OPEN_SHARE
            ways = [way for way in WAYS[self._name] if way.finished is not is_open]
            (way,) = self._random.choices(ways, [way.weight for way in ways])
            steps = len(way.steps)
            if is_open:
                begin = now - timedelta(minutes=self._random.uniform(5, 120) + steps)
                pause = timedelta(minutes=1)
            else:
                begin = now - timedelta(days=self._random.uniform(1.5 * steps + 1, _DAYS))
                pause = timedelta(hours=self._random.uniform(2, 30))
            yield self._one(way, begin, pause)

    def _one(self, way: Way, begin: datetime, pause: timedelta) -> str:
        origin = self._random.choice(self._counters)
        agency = self._random.choice(self._agencies)
        self._clock.advance(begin - self._clock.now())
        path = f"/api/v1/{self._collection}"
        case = self._desk.open_case(self._payload(origin.code, "clerk", path, self._filed(way, origin)), _call())[
            "body"
        ]
        for step in way.steps:
            self._clock.advance(pause)
            office = {"@origin": origin.code, "@agency": agency.code}.get(step.office, step.office)
            body = {"action": step.action, **step.body}
            if body.get("data", {}).get("agency") == "@agency":
                body["data"] = {**body["data"], "agency": agency.code}
            payload = self._payload(office, step.role, f"{path}/{case['id']}/actions", body)
            payload |= {"if_match": case["version"], "params": {"id": case["id"]}}
            case = self._desk.act(payload, _call())["body"]
        return str(case["id"])

    def _filed(self, way: Way, origin: Office) -> Body:
        who = people.resident(self._random.randrange(_RESIDENTS))
        applicant = {"kind": "person", "nik": who.nik, "name": who.name}
        if self._name == "complaints":
            data: Body = {
                "title": self._random.choice(("Jalan berlubang", "Lampu jalan padam", "Sampah menumpuk", "Banjir")),
                "text": f"Laporan warga di {origin.name}: mohon segera ditindaklanjuti.",
                "classification": self._random.choice(("complaint", "complaint", "aspiration")),
            }
        else:
            data = {
                "str_number": "STR-2026-0001",
                "practice_name": "Klinik Contoh",
                "practice_address": "Jalan Contoh 1",
                "practice_region": people.VILLAGES[0],
                "requirements": {"str": True, "practice_place": True, "identity": way.complete},
            }
        body: Body = {"service": _SERVICES[self._name], "applicant": applicant, "data": data}
        return {**body, "anonymous": True} if self._name == "complaints" and self._random.random() < 0.3 else body

    def _payload(self, office: str, role: str, path: str, body: Body) -> Body:
        actor = Actor(f"{role}.{office}", (Assignment(office, role),))
        return {
            "token": self._signer.sign(actor, self._clock.now(), timedelta(hours=1)),
            "applicant": None,
            "key": new_id(),
            "method": "POST",
            "path": path,
            "if_match": None,
            "params": {},
            "body": body,
        }


def _call() -> Call:
    return Call(Deadline.after(60.0), new_id(), "seed")
