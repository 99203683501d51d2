"""The desks of the mall, and a hand for the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mpp.cases.storage import persons
from mpp.identity import demo as people
from mpp.identity.person import person_key
from mpp.messaging.events.event import Event
from services.permits.answers import PermitsInterface
from tests.support.counter import Counter
from tests.support.desks import SIP_DATA, Desks, answering, doctor
from tests.support.whole_mall import death

SIGNER = "penandatangan.dpmptsp"


@dataclass
class Office:
    """Issues permits and acts on them, as the accounts of the desks."""

    desks: Desks

    @property
    def desk(self) -> PermitsInterface:
        found = self.desks.desks["permits"]
        assert isinstance(found, PermitsInterface)
        return found

    def file(
        self, index: int = 0, place: str = "Klinik Contoh", who: dict[str, Any] | None = None, **data: Any
    ) -> dict[str, Any]:
        """An application for a SIP of resident `index` at a place; `who` is of others who are named, by role."""
        address = SIP_DATA["practice_address"] if place == SIP_DATA["practice_name"] else f"Jalan {place}"
        filed = {**SIP_DATA, "practice_name": place, "practice_address": address, **data}
        named = {"applicant": doctor(index), **(who or {})}
        return self.desks.open("petugas.sukodono", "PRZ-SIP-DR", data=filed, **named)

    def dies(self, index: int) -> None:
        """The register announces the death of resident `index`."""
        person = person_key(people.resident(index).nik, self.desks.runtime.person_key)
        announced = replace(death(person), region="35.15.14.2013")
        with self.desks.databases["permits"].transaction() as tx:
            persons.hear(tx, announced)

    def ready(self, index: int = 0, place: str = "Klinik Contoh", **data: Any) -> dict[str, Any]:
        """The same, up to the signature."""
        case = self.file(index, place, **data)
        for account, action in (("verifikator.dpmptsp", "verify"), ("teknis.dinkes", "recommend")):
            case = self.decide(account, case, action)
        return case

    def issue(self, index: int = 0, place: str = "Klinik Contoh", **data: Any) -> dict[str, Any]:
        """A permit in force, as the register shows it to its signer."""
        case = self.decide(SIGNER, self.ready(index, place, **data), "sign")
        return self.get(case["permit"]["id"])

    def decide(self, account: str, case: dict[str, Any], action: str) -> dict[str, Any]:
        """Decide on a case after a look at what it warns of."""
        return self.desks.act(account, case, action, **answering(self.desks.get(account, case)))

    def get(self, permit: str | dict[str, Any], account: str = SIGNER) -> dict[str, Any]:
        id_ = permit if isinstance(permit, str) else permit["id"]
        return self._ask("get_permit", account, params={"id": id_})

    def act(
        self,
        permit: dict[str, Any],
        action: str,
        *,
        account: str | None = SIGNER,
        key: str | None = None,
        version: int | None = None,
        **body: Any,
    ) -> dict[str, Any]:
        """Do something to a permit as it was last seen."""
        reasons = {"reinstate": "remedied", "correct": "clerical_error"}
        body = {"action": action, "reason": reasons.get(action, "violation"), "note": "Sesuai berita acara.", **body}
        path = f"/api/v1/register/permits/{permit['id']}/actions"
        payload = self.desks.payload(account, "POST", path, body, key=key)
        payload |= {"params": {"id": permit["id"]}, "if_match": permit["version"] if version is None else version}
        after = dict(self.desks.answer("permits", "act_on_permit", payload)["body"])
        if self.desks.signs_at_once and action == "correct" and after["signing"] is not None:
            self.desks.finish_paper("permits", after["signing"]["paper"])
            return self.get(after, account or SIGNER)
        return after

    def list(self, account: str = SIGNER, **params: Any) -> dict[str, Any]:
        return self._ask("list_permits", account, params=params)

    def numbers(self, account: str = SIGNER, **params: Any) -> list[str]:
        """The running parts of the numbers on all pages of a list."""
        found: list[str] = []
        cursor = None
        while True:
            page = self.list(account, cursor=cursor, **params)
            found += [item["number"][4:8] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                return found

    def search(self, account: str = SIGNER, **body: Any) -> dict[str, Any]:
        return self._ask("search_permits", account, body=body)

    def verify(self, code: str) -> dict[str, Any]:
        return self._ask("verify", None, params={"code": code})

    def run_timer(self) -> int:
        return self.desk.register_timer.run_once()

    def told(self, name: str | None = None) -> list[Event]:
        """The events of permits, or of one kind."""
        found = [e for e in self.desks.events("permits") if e.type.startswith("permits.permit.")]
        return [e for e in found if name is None or e.type == f"permits.permit.{name}.v1"]

    def _ask(self, method: str, account: str | None, **payload: Any) -> dict[str, Any]:
        asked = self.desks.payload(account, "POST", "", {}) | payload
        return dict(self.desks.answer("permits", method, asked)["body"])


@pytest.fixture
def office(desks: Desks) -> Office:
    return Office(desks)


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    """The mall over HTTP."""
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()
