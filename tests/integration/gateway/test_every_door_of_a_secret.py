"""The secret of a receipt cannot be found by trying: every address that takes one counts, and all of them together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.files.folder import Folder
from mpp.web.routing import Route
from mpp.web.wsgi import Door, Headers
from services.gateway.api.app import build, routes
from services.gateway.api.routes.cases.documents import upload_limit
from services.gateway.api.routes.cases.secret import SECRETS
from services.gateway.tables import attempts
from services.gateway.threads import HereAndNow
from services.gateway.uploads.keeping import Keeper
from tests.integration.gateway.conftest import Mall
from tests.support.documents import pdf

MOST = 64 * 1024
KINDS = (
    "get",
    "act",
    "receipt",
    "attach",
    "document",
    "detach",
    "form",
    "satisfaction",
    "messages",
    "get_online",
    "act_online",
)
COLLECTIONS = ("permits", "registrations", "complaints")
DOORS = ("get_paper", *(f"{kind}_{name}" for kind in KINDS for name in COLLECTIONS))


def refuse(method: str, payload: Any) -> None:
    """What a service says to a wrong secret."""
    raise Refused(404, "not_found")


@pytest.fixture
def guarded(mall: Mall, tmp_path: Path) -> Mall:
    """A gateway that takes documents, in front of services that refuse every secret."""
    folder = Folder(tmp_path / "files", reserve=0)
    mall.parts.keeper = Keeper(folder, mall.database, mall.clock, HereAndNow())
    mall.client = Client(Headers(Door(build(mall.parts), streamed=upload_limit(MOST))))
    for stub in mall.stubs.values():
        stub.hook = refuse
    return mall


def doors(mall: Mall) -> dict[str, Route]:
    """The addresses that take a secret instead of a token, by the name of what is done there."""
    return {route.name: route for route in routes(mall.parts) if route.access == "token_or_secret"}


def knock(mall: Mall, route: Route, address: str = "10.0.0.1", case: str | None = None) -> TestResponse:
    """A well-formed request with a guessed secret."""
    headers = {"X-Tracking-Secret": "AAAAAAAAAA", "Idempotency-Key": new_id(), "If-Match": '"1"'}
    body: dict[str, Any] = {}
    if route.streams:
        body = {"data": pdf(), "content_type": "application/pdf", "query_string": {"requirement": "str"}}
    elif route.body is not None and not route.bodiless:
        body = {
            "json": route.example
            if route.path.endswith("/satisfaction")
            else {"action": "withdraw", "note": "bukan saya"}
        }
    path = route.path.replace("{id}", case or new_id()).replace("{document}", new_id()).replace("{code}", "F-2.01")
    return mall.client.open(
        path, method=route.method, headers=headers, environ_overrides={"REMOTE_ADDR": address}, **body
    )


def counted(mall: Mall) -> int:
    with mall.database.transaction() as tx:
        of_misses = attempts.c.kind == SECRETS.misses.kind
        return sum(tx.execute(select(attempts.c.count.label("tries")).where(of_misses)).scalars())


def test_the_doors_are_these(guarded: Mall) -> None:
    assert sorted(doors(guarded)) == sorted(DOORS)


@pytest.mark.parametrize("name", DOORS)
def test_every_door_counts_and_is_shut_with_the_others(guarded: Mall, name: str) -> None:
    door, other = doors(guarded)[name], doors(guarded)["get_permits"]
    assert knock(guarded, door).status_code == 404
    assert counted(guarded) == 1
    for _ in range(SECRETS.misses.most - 1):
        assert knock(guarded, other).status_code == 404
    shut = knock(guarded, door)
    assert (shut.status_code, shut.get_json()["code"]) == (429, "rate_limited")
    assert int(shut.headers["Retry-After"]) > 0
    assert knock(guarded, door, "10.0.0.2").status_code == 404, "another address has its own count"


def test_who_has_a_token_is_not_counted_with_those_who_guess(guarded: Mall) -> None:
    for _ in range(SECRETS.misses.most + 1):
        assert guarded.get(f"/api/v1/permits/{new_id()}").status_code == 404
    assert counted(guarded) == 0


@pytest.mark.parametrize("name", [*(f"{kind}_permits" for kind in KINDS), "get_paper"])
def test_the_secret_of_one_case_is_tried_ten_times_and_no_more(guarded: Mall, name: str) -> None:
    door, case = doors(guarded)[name], new_id()
    answers = [knock(guarded, door, case=case).status_code for _ in range(12)]
    assert answers == [404] * 10 + [429] * 2
    assert knock(guarded, door).status_code == 404, "of another case it may be the own"
    assert knock(guarded, door, "10.0.0.2", case=case).status_code == 404, (
        "nor does it shut out the applicant elsewhere"
    )
