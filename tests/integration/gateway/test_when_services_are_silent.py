"""A dead or slow service is one service: the others go on, and nobody waits for ever."""

from __future__ import annotations

from typing import Any

import eventlet

from mpp.cases.interface.results import Tasks
from mpp.cases.reading.asked import TaskPlace
from mpp.clock import new_id
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.tokens.for_services import ServiceTokens
from services.gateway.api.app import build
from services.gateway.api.routes.cases.merging import merged
from services.gateway.backend import Backend
from services.gateway.server.concurrency import together
from tests.integration.gateway.conftest import SERVICES, Mall
from tests.integration.gateway.stub import silent


def task(number: int, due: str | None, collection: str = "permits") -> dict[str, Any]:
    words = {"id": "x", "en": "x"}
    return {
        "task_id": f"{collection[0]}{number:03}",
        "case_id": new_id(),
        "collection": collection,
        "tracking_code": "P",
        "service": "PRZ-SIP-DR",
        "state": "verification",
        "state_label": words,
        "office": "dpmptsp",
        "role": "verifier",
        "due_at": due,
        "claimed_by": None,
    }


def test_a_silent_service_is_503_within_the_deadline_and_the_others_answer(mall: Mall) -> None:
    woke: list[str] = []

    def asleep(method: str, payload: dict[str, Any]) -> None:
        silent(method, payload)
        woke.append(method)

    mall.stubs["permits"].hook = asleep
    answer = mall.post("/api/v1/permits", {"service": "A-1", "data": {}})
    assert woke == [], "nobody waited for it"
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "service_unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    assert mall.open("complaints")["id"]


def test_a_command_without_an_answer_is_repeated_once_with_its_key(mall: Mall) -> None:
    stub = mall.stubs["permits"]

    def deaf_once(method: str, payload: dict[str, Any]) -> None:
        if len(stub.calls) == 1:
            eventlet.sleep(30)

    stub.hook = deaf_once
    key = new_id()
    answer = mall.post("/api/v1/permits", {"service": "A-1", "data": {}}, Idempotency_Key=key)
    assert answer.status_code == 201
    assert [payload["key"] for _, payload in stub.calls] == [key, key]


def test_a_service_that_is_busy_is_not_asked_twice(mall: Mall) -> None:
    asked: list[str] = []

    class Busy:
        def call(self, service: str, method: str, payload: Any, deadline: Deadline, correlation_id: str) -> Any:
            asked.append(service)
            raise ServiceUnavailable(service, "busy")

    mall.parts.backend = Backend(Busy(), SERVICES, together, ServiceTokens(mall.parts.signer, mall.clock))
    mall.client.application = build(mall.parts)
    answer = mall.get("/api/v1/permits")
    assert (answer.status_code, asked) == (503, ["permits"])


def test_the_worklist_merges_services_by_due_date_page_by_page(mall: Mall) -> None:
    days = [f"2026-11-{day:02}T08:00:00+00:00" for day in range(1, 13)]
    for index, name in enumerate(mall.stubs):
        mall.stubs[name].tasks = [task(n, due, name) for n, due in enumerate(days) if n % 3 == index]
        mall.stubs[name].tasks += [task(900 + n, None, name) for n in range(2)]
    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = mall.get(f"/api/v1/worklist?limit=4{cursor}").get_json()
        assert page["unavailable"] == []
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [t["due_at"] for t in seen] == [*(f"2026-11-{day:02}T15:00:00+07:00" for day in range(1, 13)), *[None] * 6]
    assert len({t["task_id"] for t in seen}) == 18


def test_tasks_due_at_one_moment_come_by_id_whichever_service_keeps_them(mall: Mall) -> None:
    due = "2026-11-24T08:00:00+00:00"
    for index, name in enumerate(reversed(mall.stubs)):
        same = [{**task(n, due, name), "task_id": f"t{n:03}"} for n in range(index, 12, 3)]
        undated = [{**task(n, None, name), "task_id": f"u{n:03}"} for n in range(index, 6, 3)]
        mall.stubs[name].tasks = same + undated
    seen: list[str] = []
    cursor = ""
    while True:
        page = mall.get(f"/api/v1/worklist?limit=5{cursor}").get_json()
        seen += [found["task_id"] for found in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"t{n:03}" for n in range(12)] + [f"u{n:03}" for n in range(6)]


def test_the_worklist_names_a_silent_service_and_shows_the_rest(mall: Mall) -> None:
    for name in mall.stubs:
        mall.stubs[name].tasks = [task(1, None, name)]
    mall.stubs["registrations"].hook = silent
    page = mall.get("/api/v1/worklist")
    assert page.status_code == 200
    assert page.get_json()["unavailable"] == ["registrations"]
    assert {t["collection"] for t in page.get_json()["items"]} == {"permits", "complaints"}


def test_one_service_does_not_crowd_out_the_tasks_of_another() -> None:
    heard = {
        "a": Tasks.of({"items": [task(n, "2026-11-01T00:00:00Z") for n in range(3)], "more": False}),
        "b": Tasks.of({"items": [task(9, "2026-10-01T07:00:00+07:00")], "more": False}),
    }
    tasks, places, more = merged(heard, {}, 3, "due")
    assert [one.place("due").task_id for one in tasks] == ["p009", "p000", "p001"]
    assert places == {
        "b": TaskPlace("2026-10-01T07:00:00+07:00", "p009"),
        "a": TaskPlace("2026-11-01T00:00:00Z", "p001"),
    }
    assert more


def test_a_tracking_code_is_checked_before_anybody_is_asked(mall: Mall) -> None:
    code = mall.open()["tracking_code"]
    mall.stubs["permits"].calls.clear()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for given in (wrong, "Z" + code[1:], "abc", code + "0"):
        answer = mall.client.get(f"/api/v1/track/{given}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert mall.stubs["permits"].calls == []
    found = mall.client.get(f"/api/v1/track/{code.lower()[:6]}-{code.lower()[6:]}")
    assert found.get_json()["tracking_code"] == code
    assert mall.stubs["permits"].calls[0][1]["token"] is None


def test_looking_up_tracking_codes_is_rate_limited_per_address(mall: Mall) -> None:
    statuses = [mall.client.get("/api/v1/track/P00000000000").status_code for _ in range(62)]
    assert statuses.count(429) == 2
    other = mall.client.get("/api/v1/track/P00000000000", environ_overrides={"REMOTE_ADDR": "10.1.1.1"})
    assert other.status_code == 404


def test_only_an_operator_sees_dead_letters(mall: Mall) -> None:
    assert mall.get("/api/v1/operations/dead-letters").status_code == 403
    listed = mall.get("/api/v1/operations/dead-letters", role="operator")
    assert listed.get_json() == {"items": [], "unavailable": []}
    path = f"/api/v1/operations/dead-letters/permits/{new_id()}/persons"
    assert mall.post(f"{path}/replay", {}, role="operator").get_json() == {"status": "done"}
    assert mall.get(path.replace("permits", "letters"), role="operator").status_code == 404


def test_a_fault_of_ours_says_nothing_about_it(mall: Mall) -> None:
    mall.stubs["permits"].hook = lambda method, payload: {"status": 200}  # an answer without a body
    answer = mall.get("/api/v1/permits")
    assert answer.status_code == 500
    assert answer.get_json()["code"] == "internal"
    assert "ValueError" not in answer.text
