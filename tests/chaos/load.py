"""Clerks at work: they file, act, and repeat under the same key until they are answered; a ledger keeps what was said.

60 % permits, 25 % registrations (births, and deaths that hold and end permits), 15 % complaints, with the steps that
follow at other offices.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from mpp.clock import new_id
from mpp.identity import demo as people
from tests.chaos.facts import Command

PASSWORD = "rahasia-demo"
RESIDENTS = 120  # that `mpp prepare --demo` makes
SURVIVORS = 30  # somebody must go on filing
PAUSE = (0.1, 0.5)
GIVE_UP, BATCH = 0.15, 0.35  # of those who see that their paper is not signed yet
WHY = {"reason": "mistake"}
COUNTERS = ("petugas.sukodono", "petugas.mpp", "petugas.kecamatan")
COUNTER = "@counter"  # the clerk who filed the case
Body = dict[str, Any]

# The way of a case: (account, action, data)
STEPS: dict[str, list[tuple[str, str, Body]]] = {
    "PRZ-SIP-DR": [
        ("verifikator.dpmptsp", "verify", {}),
        ("teknis.dinkes", "recommend", {}),
        ("penandatangan.dpmptsp", "sign", {}),
        (COUNTER, "hand_over", {"recipient": "Warga Contoh 01", "relation": "applicant", "proof": "signature"}),
    ],
    "ADM-LHR-01": [("verifikator.dukcapil", "verify", {}), ("pejabat.dukcapil", "sign", {})],
    "ADM-MTI-01": [("verifikator.dukcapil", "verify", {}), ("pejabat.dukcapil", "sign", {})],
    "PGD-LPR": [
        ("admin.pengaduan", "verify", {"category": "Infrastruktur"}),
        ("admin.pengaduan", "refer", {"agency": "dpubmsda"}),
        ("petugas.dpubmsda", "answer", {}),
        ("admin.pengaduan", "close", {}),
    ],
}


class Ledger:
    """One line per change of what is known of a command, flushed: it is there whatever happens to us."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self.errors: dict[str, int] = {}

    def write(self, command: Command) -> None:
        """Note it."""
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(command)) + "\n")

    def failed(self, code: str) -> None:
        """Count an answer that no input may cause (a 500)."""
        with self._lock:
            self.errors[code] = self.errors.get(code, 0) + 1


@dataclass
class Office:
    """What the clerks share: the mall's address, the ledger, who is still alive, and when to stop."""

    url: str
    ledger: Ledger
    seed: int
    seconds: float = 0.0  # expected length of the load, to spread the deaths over it
    stopping: threading.Event = field(default_factory=threading.Event)
    giving_up: threading.Event = field(default_factory=threading.Event)
    doors: list[str] = field(default_factory=list)  # the copies of the gateway, where there are several
    answered: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # accepted and refused commands
    _lock: Any = field(default_factory=threading.Lock)
    _keys: int = 0
    _deaths: int = 0
    _began: float = field(default_factory=time.monotonic)
    _tokens: dict[str, str] = field(default_factory=dict)

    def key(self) -> str:
        """A fresh idempotency key; it is also the mark that the command leaves in its case."""
        with self._lock:
            self._keys += 1
            return f"k{self.seed}-{self._keys:06d}"

    def next_to_die(self) -> int | None:
        """A resident whom nobody has reported yet; None while it is too early for another death."""
        with self._lock:
            share = 1.0 if not self.seconds else min(1.0, (time.monotonic() - self._began + 5) / self.seconds)
            if self._deaths >= (RESIDENTS - SURVIVORS) * share:
                return None
            self._deaths += 1
            return self._deaths - 1

    def count(self, outcome: str) -> None:
        """One more command was answered."""
        with self._lock:
            self.answered += 1
            self.counts[outcome] += 1

    def token(self, account: str, session: requests.Session, renew: bool = False) -> str:
        """The token of an account; logging in is shared, as hashing is dear. Raises RequestException."""
        with self._lock:
            if renew:
                self._tokens.pop(account, None)
            if account not in self._tokens:
                form = {"grant_type": "password", "username": account, "password": PASSWORD}
                answer = session.post(f"{self.url}/api/v1/auth/token", data=form, timeout=20)
                answer.raise_for_status()
                self._tokens[account] = answer.json()["access_token"]
            return self._tokens[account]


class Clerk(threading.Thread):
    """One worker. Ends when the office stops, after its last command was answered or given up."""

    def __init__(self, office: Office, number: int) -> None:
        super().__init__(name=f"clerk-{number}", daemon=True)
        self._office = office
        self._random = random.Random(f"{office.seed}/{number}")
        self._session = requests.Session()
        self._cases: list[tuple[Body, list[tuple[str, str, Body]]]] = []

    def run(self) -> None:
        while not self._office.stopping.is_set():
            if self._cases and self._random.random() < 0.7:
                self._go_on()
            else:
                self._file()

    def _file(self) -> None:
        key, chance = self._office.key(), self._random.random()
        collection = "permits" if chance < 0.6 else "registrations" if chance < 0.85 else "complaints"
        service, data = self._form(collection, key)
        who = people.resident(self._random.randrange(RESIDENTS))
        phone = f"+62812{who.nik[-8:]}"
        applicant = {"kind": "person", "nik": who.nik, "name": who.name, "phone": phone}
        body = {"service": service, "applicant": applicant, "data": data}
        counter = self._random.choice(COUNTERS)
        case = self._command(Command(key, "open", collection), counter, f"/api/v1/{collection}", body, None)
        if case is not None:
            steps = [(counter if who == COUNTER else who, action, data) for who, action, data in STEPS[service]]
            self._cases.append((case, steps))

    def _go_on(self) -> None:
        index = self._random.randrange(len(self._cases))
        case, steps = self._cases[index]
        account, action, data = steps[0]
        if case.get("signing") is not None:
            self._see_to(index, account)
            return
        key = self._office.key()
        body: Body = {"action": action, "note": key} | ({"data": data} if data else {}) | answers(case)
        path = f"/api/v1/{case['collection']}/{case['id']}/actions"
        done = self._command(
            Command(key, "act", case["collection"], id=case["id"]), account, path, body, case["version"]
        )
        if done is not None and done["signing"] is not None:
            self._cases[index] = (done, steps)  # it is decided when its paper is signed, and anew if that is given up
        elif done is None or len(steps) == 1:
            self._cases.pop(index)
        else:
            self._cases[index] = (done, steps[1:])

    def _see_to(self, index: int, signer: str) -> None:
        """A case whose paper was not signed at once: it is given up, signed with others, or looked at later."""
        case, steps = self._cases[index]
        paper, chance = case["signing"]["paper"], self._random.random()
        if chance < GIVE_UP:
            key = self._office.key()
            command = Command(key, "act", case["collection"], id=case["id"])
            done = self._command(command, signer, f"/api/v1/papers/{paper}/abandonment", {**WHY, "note": key}, None)
            if done is not None:
                self._cases[index] = (done, steps)
                return
        elif chance < GIVE_UP + BATCH:
            self._send(new_id(), signer, "/api/v1/signatures", {"papers": [paper]}, None)
        now = self._read(signer, f"/api/v1/{case['collection']}/{case['id']}")
        if now is None or now["signing"] is not None:
            return
        if now["document_number"] is not None:
            steps = steps[1:]
        self._cases[index] = (now | {"collection": case["collection"]}, steps)
        if not steps:
            self._cases.pop(index)

    def _read(self, account: str, path: str) -> Body | None:
        """The case as it is now; None where nobody says."""
        try:
            headers = {"Authorization": f"Bearer {self._office.token(account, self._session)}"}
            answer = self._session.get(self._office.url + path, headers=headers, timeout=20)
        except requests.RequestException:
            return None
        found: Body | None = answer.json() if answer.ok else None
        return found

    def _form(self, collection: str, key: str) -> tuple[str, Body]:
        if collection == "permits":
            return "PRZ-SIP-DR", sip(key)
        if collection == "complaints":
            return "PGD-LPR", report(key)
        dying = self._office.next_to_die() if self._random.random() < 0.5 else None
        if dying is not None:
            return "ADM-MTI-01", death(key, dying)
        return "ADM-LHR-01", birth(key, self._random)

    def _command(self, command: Command, account: str, path: str, body: Body, version: int | None) -> Body | None:
        """Send until answered; the case, or None when refused or given up."""
        office = self._office
        office.ledger.write(command)
        for attempt in range(1, 10_000):
            answer = self._send(command.key, account, path, body, version)
            if answer is not None:
                told: Body = answer.json()
                office.count("accepted" if answer.ok else "refused")
                if answer.ok:
                    number = told.get("document_number")
                    office.ledger.write(
                        replace(command, outcome="accepted", attempts=attempt, id=told["id"],
                                version=told["version"], number=number)
                    )  # fmt: skip
                    return told | {"collection": command.collection}
                code = ",".join([told.get("code", "?"), *(f.get("code", "?") for f in told.get("errors", []))])
                office.ledger.write(replace(command, outcome="refused", attempts=attempt, code=code))
                return None
            if office.giving_up.is_set():
                office.ledger.write(replace(command, attempts=attempt))
                return None
            time.sleep(self._random.uniform(*PAUSE))
        return None

    def _send(self, key: str, account: str, path: str, body: Body, version: int | None) -> requests.Response | None:
        """The answer; None when it is unknown what became of the command."""
        office = self._office
        try:
            headers = {"Idempotency-Key": key, "Authorization": f"Bearer {office.token(account, self._session)}"}
            if version is not None:
                headers["If-Match"] = f'"{version}"'
            door = self._random.choice(office.doors or [office.url])
            answer = self._session.post(door + path, json=body, headers=headers, timeout=20)
        except requests.RequestException:
            return None
        if mistake := not_of_the_contract(answer):
            office.ledger.failed(mistake)
            return None
        if answer.status_code == 401:
            try:
                office.token(account, self._session, renew=True)
            except requests.RequestException:
                pass
            return None
        if answer.status_code in (429, 503) or answer.json().get("code") == "request_in_progress":
            return None
        return answer


def not_of_the_contract(answer: requests.Response) -> str | None:
    """What nobody may ever hear, whatever is broken: an error that no problem explains, another 5xx than 503, a 503
    that does not say when to come back. None for all other answers."""
    try:
        told = answer.json()
    except ValueError:
        return f"{answer.status_code} that says nothing"
    if answer.status_code >= 500 and answer.status_code != 503:
        return f"{answer.status_code} {told.get('code')}"
    if answer.status_code == 503 and "Retry-After" not in answer.headers:
        return f"503 {told.get('code')} without Retry-After"
    return None


def today() -> date:
    """The counter's own day."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).date()


def sip(mark: str) -> Body:
    """A doctor's licence."""
    return {
        "kind": "new",
        "str_number": "STR-2026-0001",
        "practice_name": mark,
        "practice_address": f"Jalan {mark}",
        "practice_region": "35.15.14.2013",
        "requirements": {"str": True, "practice_place": True, "identity": True},
    }


def answers(case: Body) -> Body:
    """An answer to each warning of a case as it was last read: the births of few demo mothers are much alike."""
    found = [{"warning": each["id"], "reason": "Sudah diperiksa."} for each in case.get("warnings", [])]
    return {"answers": found} if found else {}


def birth(mark: str, chance: random.Random) -> Body:
    """A birth in a family of demo residents."""
    mother = people.resident(chance.randrange(RESIDENTS // 2) * 2 + 1)
    born = today() - timedelta(days=chance.randrange(1, 40))
    child = {"name": "Anak Contoh", "sex": chance.choice(["female", "male"]), "birth_date": born.isoformat()}
    return {
        "family_card": mother.family_card,
        "mother_nik": mother.nik,
        "child": child | {"birth_place": mark},
        "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
    }


def report(mark: str) -> Body:
    """A complaint."""
    return {"title": mark, "text": "Jalan berlubang.", "classification": "complaint"}


def death(mark: str, resident: int) -> Body:
    """The death of a demo resident."""
    return {
        "deceased_nik": people.resident(resident).nik,
        "died_on": today().isoformat(),
        "place": mark,
        "requirements": {"death_statement": True, "family_card": True},
    }


def clerks(office: Office, number: int = 10) -> list[Clerk]:
    """That many of them, at work."""
    found = [Clerk(office, n) for n in range(number)]
    for clerk in found:
        clerk.start()
    return found


def close(office: Office, working: list[Clerk], seconds: float = 120.0) -> None:
    """No new commands; wait for the answers to those under way, and give up after that."""
    office.stopping.set()
    deadline = time.monotonic() + seconds
    for clerk in working:
        clerk.join(max(0.1, deadline - time.monotonic()))
    office.giving_up.set()
    for clerk in working:
        clerk.join(60)
