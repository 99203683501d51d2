"""The desks of the case services, without HTTP and broker: for the rules of casework on a real database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

import mpp.catalogue
from mpp import json_text, regions
from mpp.calendars import load_calendar
from mpp.cases.interface.answers import CaseInterface
from mpp.cases.recording.catalogue_hosts import hooks_of, hosts
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.codes import tracking
from mpp.casework.refusals import Refused
from mpp.catalogue import package_folder
from mpp.clock import FixedClock, new_id
from mpp.contracts import all_contracts
from mpp.hosting.definition import case_services, definitions
from mpp.hosting.runtime import Runtime
from mpp.hosting.seeding import Seeding
from mpp.identity import demo as people
from mpp.messaging.calls.messages import Call
from mpp.messaging.events.event import Event, from_message
from mpp.operations import region_files
from mpp.papers.qr.keys import PaperSigner
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.persistence.migrate import upgrade
from mpp.persistence.tables import outbox
from mpp.tokens.for_services import ServiceTokens
from mpp.tokens.signed import TokenSigner, TokenVerifier, new_keys
from services.civil_registry.answers import RegistryInterface
from services.civil_registry.demo import demo as seed_residents
from services.gateway.backend import THE_GATEWAY
from services.permits.answers import PermitsInterface
from tests.support.engines import LentDatabase
from tests.support.lazily import Lazily

EXTENDABLE = Path(__file__).parent / "catalogue"  # with PRZ-UJI: a limit that may be extended, and no deemed approval
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 in Sidoarjo, a working day
DESKS: dict[str, type[CaseInterface]] = {  # with an interface of their own
    "permits": PermitsInterface,
    "registrations": RegistryInterface,
}
PERSON_KEY = bytes(range(32))
TRACKING_KEYS = {
    name: sha256(name.encode()).digest() for name, definition in definitions().items() if definition.gives_secrets
}
PAPER_KEYS = {name: sha256(b"papers " + name.encode()).digest() for name, d in definitions().items() if d.paper_kinds}
PRIVATE, PUBLIC = new_keys()

STAFF = {
    "petugas.sukodono": ("35.15.14.2013", "clerk"),
    "petugas.waru": ("35.15.18", "clerk"),
    "petugas.dukcapil": ("dukcapil", "clerk"),
    "verifikator.dpmptsp": ("dpmptsp", "verifier"),
    "penandatangan.dpmptsp": ("dpmptsp", "signer"),
    "penyelia.dpmptsp": ("dpmptsp", "supervisor"),
    "teknis.dinkes": ("dinkes", "officer"),
    "verifikator.dukcapil": ("dukcapil", "verifier"),
    "pejabat.dukcapil": ("dukcapil", "signer"),
    "admin.pengaduan": ("dinkominfo", "verifier"),
    "petugas.dpubmsda": ("dpubmsda", "officer"),
    "operator": ("mpp-sidoarjo", "operator"),
}


def fill(service: str) -> Callable[[str], None]:
    """Fills a template database with the schema of a service, and the register with its demo residents."""

    def run(url: str) -> None:
        upgrade(url, definitions()[service].migrations, str(make_url(url).username))
        if service == "civil_registry":
            database = Database(url, name=service)
            seed_residents(database, Seeding("35.15", PERSON_KEY))
            database.dispose()

    return run


def _read_files(region_code: str, extra: tuple[Path, ...]) -> tuple[Any, Any, Any]:
    if not extra:
        files = region_files.read(region_code)
        return files.region, files.catalogue, files.calendar
    region = regions.load(region_code)
    folders = [package_folder(d.catalogue) for d in definitions().values() if d.catalogue] + list(extra)
    catalogue = mpp.catalogue.load(folders, offices=region.offices, hosts=hosts())
    return region, catalogue, _calendar_of(region.offices.zone)


_calendar_of = cache(load_calendar)
files_of = cache(_read_files)


def _files(region_code: str, extra: tuple[Path, ...]) -> tuple[Any, Any, Any]:
    """Region, catalogue and calendar; what never changes is read once, as they are values that nobody changes."""
    return files_of(region_code, extra) if extra in ((), (EXTENDABLE,)) else _read_files(region_code, extra)


class Desks:
    """All case services on databases of their own, at a clock that stands still; a test that only uses one of them
    makes only that one."""

    patience = 10.0  # of who asks, in seconds
    signs_at_once = True  # a decision whose paper is awaited is answered as it is when that was signed

    def __init__(
        self, urls: Mapping[str, str], now: datetime = MONDAY, region_code: str = "35.15", extra: Sequence[Path] = ()
    ) -> None:
        self.clock = FixedClock(now)
        self.staff = dict(STAFF)
        region, catalogue, calendar = _files(region_code, tuple(extra))
        self.databases = Lazily(urls, lambda name: LentDatabase(urls[name], name, pool_size=4))
        self.signer = TokenSigner(PRIVATE)
        self.tokens = ServiceTokens(self.signer, self.clock)  # as the gateway hands them on
        self.runtime = Runtime(
            databases=self.databases,  # type: ignore[arg-type]
            broker=None,  # type: ignore[arg-type]
            offices=region.offices,
            catalogue=catalogue,
            calendar=calendar,
            token_verifier=TokenVerifier(PUBLIC),
            person_key=PERSON_KEY,
            contracts=all_contracts(),
            tracking_keys=TRACKING_KEYS,
            paper_signers={name: PaperSigner(key) for name, key in PAPER_KEYS.items()},
            clock=self.clock,
        )
        self.desks = Lazily(case_services(), self._desk)

    def _desk(self, collection: str) -> CaseInterface:
        definition = case_services()[collection]
        return DESKS.get(collection, CaseInterface)(definition, self.runtime, hooks_of(definition))

    def start(self) -> Desks:
        """All of them, as the services start. Raises what a service would end with."""
        assert all(self.desks.values())
        return self

    def close(self) -> None:
        for database in self.databases.made.values():
            database.give_back()

    def token(self, account: str) -> str:
        """A fresh token of this clerk's session."""
        return self.session(self.actor(account))

    def session(self, actor: Actor) -> str:
        """A fresh token of this actor's session."""
        return self.signer.sign(actor, self.clock.now(), timedelta(hours=1))

    def secret_of(self, case: dict[str, Any]) -> str:
        """What stands on the receipt of a case that was filed here."""
        service = self.desks[case["collection"]].definition.name
        return tracking.secret_of(case["id"], TRACKING_KEYS[service])

    def actor(self, account: str) -> Actor:
        """This clerk."""
        office, role = self.staff[account]
        return Actor(account, (Assignment(office, role),))

    def open(self, account: str, service: str, *, key: str | None = None, **body: Any) -> dict[str, Any]:
        """File a case; the answer's body. Raises Refused."""
        collection = self.collection(service)
        payload = self.payload(account, "POST", f"/api/v1/{collection}", {"service": service, **body}, key=key)
        return dict(self.answer(collection, "open_case", payload)["body"])

    def act(
        self,
        account: str | None,
        case: dict[str, Any],
        action: str,
        *,
        key: str | None = None,
        version: int | None = None,
        secret: str | None = None,
        **body: Any,
    ) -> dict[str, Any]:
        """Take an action on a case as it was last seen; the new body. Raises Refused."""
        path = f"/api/v1/{case['collection']}/{case['id']}/actions"
        payload = self.payload(account, "POST", path, {"action": action, **body}, key=key)
        payload |= {"if_match": case["version"] if version is None else version, "params": {"id": case["id"]}}
        if secret is not None:
            payload["applicant"] = {"secret": secret}
        if held := self.staff.get(str((body.get("data") or {}).get("to"))):  # as the gateway says it
            payload["params"]["colleague"] = [{"office": held[0], "role": held[1]}]
        body = dict(self.answer(case["collection"], "act", payload)["body"])
        if not self.signs_at_once or body["signing"] is None:
            return body
        self.finish_paper(body["collection"], body["signing"]["paper"])
        return self.get(account, body)

    def finish_paper(self, collection: str, paper: str, content: str = "isi") -> dict[str, Any]:
        """What the gateway does: the paper was signed, and its file is kept. Raises Refused."""
        signed = {"sha256": sha256(f"{paper} {content}".encode()).hexdigest(), "size": len(content), "how": "local"}
        signed |= {"signed_at": self.clock.now().isoformat(), "template_digest": "0" * 64}
        return self.ask_as_gateway(collection, "signed", signed, id=paper)

    def ask_as_gateway(
        self, collection: str, op: str, body: Mapping[str, Any] | None = None, **params: Any
    ) -> dict[str, Any]:
        """What a service answers about papers to the gateway itself. Raises Refused."""
        assert THE_GATEWAY.actor is not None
        payload = self.payload(None, "POST", "", dict(body or {})) | {"params": {"op": op, **params}}
        payload["token"] = self.session(THE_GATEWAY.actor)
        return dict(self.answer(collection, "papers", payload)["body"])

    def get(self, account: str | None, case: dict[str, Any], secret: str | None = None) -> dict[str, Any]:
        """Read a case. Raises Refused."""
        payload = self.payload(account, "GET", "", {})
        payload["params"] = {"id": case["id"]}
        if secret is not None:
            payload["applicant"] = {"secret": secret}
        return dict(self.answer(case["collection"], "get_case", payload)["body"])

    def ask(self, account: str | None, collection: str, method: str, **params: Any) -> dict[str, Any]:
        """A query of the one interface; its body. Raises Refused."""
        payload = self.payload(account, "GET", "", {}) | {"params": params}
        return dict(self.answer(collection, method, payload)["body"])

    def payload(
        self, account: str | None, method: str, path: str, body: dict[str, Any], key: str | None = None
    ) -> dict[str, Any]:
        return {
            "token": None if account is None else self.token(account),
            "applicant": None,
            "key": key or new_id(),
            "method": method,
            "path": path,
            "if_match": None,
            "params": {},
            "body": body,
        }

    def answer(self, collection: str, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        """What a service answers to a request, as it goes over the wire. Raises Refused.

        As at the gateway, the service gets a token of its own in place of that of the session.
        """
        if payload["token"] is not None:
            actor = self.runtime.token_verifier.verify(payload["token"], self.clock.now())
            payload = {**payload, "token": self.tokens.of(actor, self.desks[collection].definition.name)}
        call = Call(Deadline.after(self.patience), new_id(), method)
        found: dict[str, Any] = json_text.read(json_text.write(self.desks[collection].answer(payload, call)))
        return found

    def collection(self, service: str) -> str:
        kind = self.runtime.catalogue.get(service)
        return kind.collection if kind else "permits"

    def events(self, service: str) -> list[Event]:
        """The outbox of a service, oldest first."""
        with self.databases[service].transaction() as tx:
            rows = tx.execute(outbox.select().order_by(outbox.c.id)).all()
        return [from_message(r.headers, bytes(r.body), r.routing_key) for r in rows]

    def new_events(self, service: str, before: list[Event]) -> list[Event]:
        return self.events(service)[len(before) :]


def doctor(index: int = 0) -> dict[str, Any]:
    """A demo resident as an applicant."""
    who = people.resident(index)
    return {"kind": "person", "nik": who.nik, "name": who.name, "phone": "+6281234567890"}


SIP_DATA = {
    "kind": "new",
    "str_number": "STR-2026-0001",
    "practice_name": "Klinik Contoh",
    "practice_address": "Jalan Contoh 1",
    "practice_region": "35.15.14.2013",
    "requirements": {"str": True, "practice_place": True, "identity": True},
}


def birth_data(index: int = 1) -> dict[str, Any]:
    """A birth in the family of a demo resident (an odd index: a woman)."""
    who = people.resident(index)
    return {
        "family_card": who.family_card,
        "mother_nik": who.nik,
        "child": {"name": "Bayi Contoh", "sex": "female", "birth_date": "2026-11-10", "birth_place": "Sidoarjo"},
        "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
    }


def death_data(index: int = 0) -> dict[str, Any]:
    """The death of a demo resident."""
    return {
        "deceased_nik": people.resident(index).nik,
        "died_on": "2026-11-20",
        "place": "RSUD Sidoarjo",
        "requirements": {"death_statement": True, "family_card": True},
    }


REPORT = {"title": "Jalan berlubang", "text": "Ada lubang besar di jalan desa.", "classification": "complaint"}


def answering(case: Mapping[str, Any], reason: str = "Sudah diperiksa: bukan ganda.") -> dict[str, Any]:
    """What goes with a decision on a case that was just read: an answer to each warning that the reader has not
    answered yet; nothing where there is none."""
    open_ones = [warning["id"] for warning in case["warnings"] if not warning["answered"]]
    return {"answers": [{"warning": id_, "reason": reason} for id_ in open_ones]} if open_ones else {}


def refusal(call: Callable[[], Any]) -> Refused:
    """The refusal that a command ends in; fails when it is taken."""
    try:
        call()
    except Refused as refused:
        return refused
    raise AssertionError("the command was not refused")
