"""What every walk of the demo does over HTTP: log in, file, act, look, wait, and print one line for each step."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from mpp.casework.access.offices import kind_of_place
from mpp.clock import new_id
from mpp.identity import demo as people
from mpp.json_values import Json, JsonObject, objects, text, whole
from mpp.operations.client import Client, Refusal
from mpp.operations.problem import Problem
from mpp.regions import region_name
from services.gateway.demo.names import VILLAGE, WORKS, called_after

POOL = 120  # of demo residents
_SPARED = 2  # who stands in the examples of docs/openapi.yaml lives on
_SETTLE_SECONDS = 30.0  # reactions travel by events: how long the demo waits for them
_TRIES = 2000
_ASK_ANOTHER = frozenset({"person_deceased", "permit_place_taken", "permit_limit_reached"})  # by an earlier run
Body = JsonObject
Read = TypeVar("Read")


class Steps:
    """Steps against the mall at `url`, as one account or another; `say` prints one line."""

    def __init__(self, url: str, say: Callable[[str], None]) -> None:
        self.url = url
        self._say = say
        self._clients: dict[str, Client] = {}
        self.village, self.works = self._clerks()
        services = objects(self.client(self.village).get("/api/v1/services"), "items")
        self.offered = {text(service, "code") for service in services}

    def by_somebody(self, account: str, collection: str, service: str, data: Body) -> tuple[Body, int]:
        """File for a demo resident; who died in an earlier run, or holds the licence already, is passed over."""
        start = random.randrange(_SPARED, POOL)
        for index in [*range(start, POOL), *range(_SPARED, start), *range(POOL, _TRIES)]:
            try:
                return self.file(account, collection, service, index, data), index
            except Refusal as refusal:
                if refusal.codes.isdisjoint(_ASK_ANOTHER):
                    raise
        raise Problem("tidak ada lagi warga contoh; jalankan ulang mal", "no demo resident is left; restart the mall")

    # ------------------------------------------------------------------- one step

    def _clerks(self) -> tuple[str, str]:
        """Who sits at the village counter and at the public works of this region: their names tell of their offices."""
        village, works = VILLAGE, WORKS
        for page in self.client("operator").pages("/api/v1/operations/accounts", limit=100):
            for item in objects(page, "items"):
                name = text(item, "account")
                for held in objects(item, "assignments"):
                    office, role = text(held, "office"), text(held, "role")
                    if name != called_after(office):
                        continue
                    if role == "clerk" and kind_of_place(office) in ("desa", "kelurahan"):
                        village = name
                    elif role == "officer":
                        works = name
        return village, works

    def office(self, account: str) -> str:
        """Where a clerk works: a village office has its village's code."""
        return text(objects(self.client(account).get("/api/v1/me"), "assignments")[0], "office")

    @property
    def region(self) -> str:
        """What the kabupaten or kota is called, without its kind."""
        name = region_name(self.office(self.village)[:5]) or ""
        return name.partition(" ")[2]

    def client(self, account: str) -> Client:
        """Logged in as the account, once."""
        if account not in self._clients:
            self._clients[account] = Client(self.url, account)
        return self._clients[account]

    def file(self, account: str, collection: str, service: str, index: int, data: Body) -> Body:
        """A new case of the demo resident `index`."""
        who = people.resident(index)
        applicant = {"kind": "person", "nik": who.nik, "name": who.name}
        body: Body = {"service": service, "applicant": applicant, "data": data}
        return self.client(account).post(f"/api/v1/{collection}", new_id(), body)

    def act(self, account: str, case: Body, action: str, state: str, done: str, english: str, **body: Json) -> Body:
        """Take an action; the case must be in `state` then, where its paper was signed, too."""
        path = f"/api/v1/{case['collection']}/{case['id']}/actions"
        asked: Body = {"action": action, **body, **_answers(self.get(account, case))}
        found = self.client(account).post(path, new_id(), asked, version=whole(case, "version"))
        if found["signing"] is not None:  # the paper is made by a job: this machine is busy
            found = self.until(lambda: self.get(account, case), lambda seen: seen["signing"] is None, "surat | paper")
        self.expect(found["state"] == state, f"{action}: {found['state']} != {state}")
        self.tell(account, f"{found['tracking_code']} {done}", english)
        return found

    def get(self, account: str, case: Body) -> Body:
        """The case as it is now."""
        return self.client(account).get(f"/api/v1/{case['collection']}/{case['id']}")

    def track(self, case: Body) -> Body:
        """What everybody with the tracking code sees."""
        return self.client(self.village).get(f"/api/v1/track/{case['tracking_code']}")

    def show_paper(self, account: str, case: Body, code: str) -> None:
        """Read the newest paper of a case as its office would, and say where anybody checks it."""
        paper = objects(case, "papers")[-1]
        self.expect(paper["status"] == "issued", "surat ditandatangani | the paper is signed")
        size = len(self.client(account).download(f"/api/v1/papers/{paper['id']}", "application/pdf"))
        self.tell(
            account, f"surat {size // 1000} kB, periksa di {self.url}/v/{code}", "the paper, and where to check it"
        )

    def until(self, read: Callable[[], Read], good: Callable[[Read], bool], what: str) -> Read:
        """What was read when it was good. Raises Problem when it does not become so."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            found = read()
            if good(found):
                return found
            if time.monotonic() > deadline:
                raise Problem(f"tidak terjadi dalam {_SETTLE_SECONDS:.0f} detik: {what}", f"did not happen: {what}")
            time.sleep(0.2)

    def expect(self, true: bool, what: str) -> None:
        """Raises Problem when it is not true."""
        if not true:
            raise Problem(f"tidak sesuai harapan: {what}", f"not as expected: {what}")

    def pass_over(self, service: str) -> None:
        """Print that a service is not there."""
        self._say(f"  --  {service:<22} tidak dilayani di wilayah ini  (not offered by this region)")

    def tell(self, who: str, indonesian: str, english: str) -> None:
        """Print the line of a step that did what it should."""
        self._say(f"  ok  {who:<22} {indonesian}  ({english})")


def _answers(case: Body) -> Body:
    """What the demo says to each warning that the reader has not answered: its people are made up, and much alike."""
    open_ones = [text(each, "id") for each in objects(case, "warnings") if not each["answered"]]
    reason = "Data contoh: sudah diperiksa (demo data: looked at)"
    return {"answers": [{"warning": id_, "reason": reason} for id_ in open_ones]} if open_ones else {}
