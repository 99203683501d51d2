"""A document is taken out over HTTP: it is gone at once for readers, and its content from the folder minutes later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from mpp.casework.access.actors import Actor, Assignment
from mpp.clock import new_id
from mpp.files.folder import Folder
from mpp.hosting.definition import case_services
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts.passwords import Passwords
from services.gateway.api.app import Parts, build
from services.gateway.api.routes.cases.documents import upload_limit
from services.gateway.backend import Backend
from services.gateway.server.concurrency import together
from services.gateway.threads import HereAndNow
from services.gateway.uploads.keeping import Keeper
from services.gateway.uploads.sweeping import ask_every_service
from tests.support import accounts
from tests.support.counter import Direct
from tests.support.desks import SIP_DATA, Desks, doctor
from tests.support.documents import pdf

CLERK = "petugas.sukodono"
DAY = timedelta(hours=24)
Case = dict[str, Any]


class Line(Direct):
    """Calls the desks; after `lost` was done, its answer does not arrive, or it never comes so far."""

    lost: str | None = None
    cut: str | None = None

    def call(self, service: str, method: str, payload: Case, deadline: Deadline, correlation_id: str) -> Case:
        if method == self.cut:
            raise ServiceUnavailable(service, "timeout")
        answer = super().call(service, method, payload, deadline, correlation_id)
        if method == self.lost:
            raise ServiceUnavailable(service, "timeout")
        return answer


@dataclass
class Counter:
    """A counter with real services behind the gateway."""

    client: Client
    desks: Desks
    keeper: Keeper
    rpc: Line
    root: Path

    def case(self, resident: int = 0) -> Case:
        data = {**SIP_DATA, "requirements": {"identity": True}}
        return self.desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(resident), data=data)

    def headers(self, case: Case, account: str | None = CLERK, **more: str | None) -> dict[str, str]:
        found = {
            "Authorization": None if account is None else f"Bearer {self.desks.token(account)}",
            "Idempotency-Key": new_id(),
            "If-Match": f'"{case["version"]}"',
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        return {name: value for name, value in found.items() if value is not None}

    def attached(self, case: Case) -> Case:
        headers = {**self.headers(case), "Content-Type": "application/pdf"}
        path = f"/api/v1/permits/{case['id']}/documents?requirement=str"
        answer = self.client.post(path, data=pdf(), headers=headers)
        assert answer.status_code == 201, answer.text
        return {**answer.get_json(), "at": answer.headers["Location"], "secret": case["secret"]}

    def delete(self, case: Case, account: str | None = CLERK, **more: str | None) -> TestResponse:
        return self.client.delete(
            case["at"], headers=self.headers(case, account, **more), json={"note": "Salah pindai."}
        )

    def read(self, case: Case) -> int:
        return self.client.get(case["at"], headers=self.headers(case)).status_code

    def files(self) -> list[str]:
        return sorted(p.name for p in self.root.rglob("*") if p.is_file())

    def sweep_after(self, time: timedelta) -> int:
        self.desks.clock.advance(time)
        backend = Backend(self.rpc, case_services(), together, self.desks.tokens)
        return self.keeper.sweep(lambda hashes: ask_every_service(backend, hashes, 5.0, new_id()))


@pytest.fixture
def counter(desks: Desks, gateway_url: str, tmp_path: Path) -> Iterator[Counter]:
    root = tmp_path / "files"
    database = Database(gateway_url, name="gateway")
    for name, held in desks.staff.items():
        accounts.ensure(database, Actor(name, (Assignment(*held),)))
    keeper = Keeper(Folder(root, reserve=0), database, desks.clock, HereAndNow())
    rpc = Line(desks)
    parts = Parts(
        database=database,
        backend=Backend(rpc, case_services(), together, desks.tokens),
        catalogue=desks.runtime.catalogue,
        signer=desks.signer,
        verifier=desks.runtime.token_verifier,
        passwords=Passwords(HereAndNow()),
        clock=desks.clock,
        keeper=keeper,
    )
    client = Client(Headers(Door(build(parts), streamed=upload_limit(1024 * 1024))))
    yield Counter(client, desks, keeper, rpc, root)
    desks.close()
    database.dispose()


def test_it_is_gone_for_readers_at_once_and_from_the_folder_minutes_later(counter: Counter) -> None:
    case = counter.attached(counter.case())
    answer = counter.delete(case)
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    assert body["document"]["id"] == case["document"]["id"]
    assert not next(r for r in body["requirements"] if r["code"] == "str")["fulfilled"]
    assert counter.read(case) == 404
    assert counter.sweep_after(timedelta(minutes=9)) == 0
    assert counter.sweep_after(timedelta(minutes=2)) == 1
    assert counter.files() == []


def test_the_same_file_of_another_case_stays(counter: Counter) -> None:
    mistaken, right = counter.attached(counter.case()), counter.attached(counter.case(2))
    assert counter.delete(mistaken).status_code == 200
    assert counter.sweep_after(2 * DAY) == 0
    assert counter.read(right) == 200
    assert counter.delete(right).status_code == 200
    assert counter.sweep_after(2 * DAY) == 1


def test_an_answer_that_was_lost_leaves_no_paper_behind(counter: Counter) -> None:
    case = counter.attached(counter.case())
    counter.rpc.lost = "detach_document"
    assert counter.delete(case, Idempotency_Key="k-1").status_code == 503
    counter.rpc.lost = None
    assert counter.sweep_after(2 * DAY) == 1, "though nobody repeated it"
    again = counter.delete(case, Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")


def test_a_command_that_never_arrived_takes_nothing(counter: Counter) -> None:
    case = counter.attached(counter.case())
    counter.rpc.cut = "detach_document"
    assert counter.delete(case).status_code == 503
    counter.rpc.cut = None
    assert counter.sweep_after(2 * DAY) == 0
    assert counter.read(case) == 200


def test_a_refused_one_takes_nothing(counter: Counter) -> None:
    case = counter.attached(counter.case())
    assert counter.delete(case, Idempotency_Key=None).status_code == 400
    assert counter.delete(case, If_Match=None).status_code == 428
    assert counter.delete(case, If_Match='"1"').status_code == 412
    assert counter.delete(case, None).status_code == 401
    assert counter.delete(case, "petugas.waru").status_code == 404
    silent = counter.client.delete(case["at"], headers=counter.headers(case))
    assert (silent.status_code, silent.get_json()["errors"][0]["field"]) == (422, "note"), "staff say why"
    for wrong in ({"note": "Salah", "more": 1}, {"note": 7}, []):
        assert counter.client.delete(case["at"], headers=counter.headers(case), json=wrong).status_code in (400, 422)
    assert counter.client.delete(case["at"], headers=counter.headers(case), data="note=x").status_code == 415
    assert counter.sweep_after(2 * DAY) == 0
    assert counter.read(case) == 200


def test_the_applicant_does_it_with_the_secret(counter: Counter) -> None:
    case = counter.attached(counter.case())
    assert counter.delete(case, None, X_Tracking_Secret="0" * len(case["secret"])).status_code == 404
    headers = counter.headers(case, None, X_Tracking_Secret=case["secret"])
    assert counter.client.delete(case["at"], headers=headers).status_code == 200, "and need not say why"
