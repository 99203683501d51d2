"""Many honest people behind one address, a mall's Wi-Fi or a telephone network, are shut out by nobody."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import structlog

from mpp.casework.codes.tracking import new_code
from mpp.casework.refusals import Refused, not_found
from mpp.clock import SystemClock, new_id
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.api.app import build
from services.gateway.limits.addresses import one_client
from services.gateway.limits.clients import proxy_not_declared
from services.gateway.limits.gate import Gate, Guessing
from services.gateway.limits.queries import Limit
from services.gateway.warnings import warnings
from tests.integration.gateway.conftest import Mall

SECRET = "7K2M9QX4TB"  # that the stub service prints on each receipt
WIFI = "198.51.100.7"
CITIZENS = 200


class Citizen:
    """Somebody in the mall's Wi-Fi with a receipt."""

    def __init__(self, mall: Mall, case: dict[str, Any], secret: str = SECRET) -> None:
        self.case = case
        self._mall = mall
        self._secret = secret

    def visit(self) -> set[int]:
        """Look where the case is, read it, complete it, reply; the statuses of all answers."""
        return {self.track(self.case["tracking_code"]), self.read(), self.act("complete"), self.act("reply")}

    def track(self, code: str) -> int:
        return self._send("GET", f"/api/v1/track/{code}").status_code

    def read(self) -> int:
        return self._send("GET", f"/api/v1/permits/{self.case['id']}", self._headers()).status_code

    def act(self, action: str) -> int:
        headers = {**self._headers(), "Idempotency-Key": new_id(), "If-Match": f'"{self.case["version"]}"'}
        path = f"/api/v1/permits/{self.case['id']}/actions"
        answer = self._send("POST", path, headers, json={"action": action, "note": "terlampir"})
        if answer.status_code == 200:
            self.case = answer.get_json()
        return answer.status_code

    def _headers(self) -> dict[str, str]:
        return {"X-Tracking-Secret": self._secret}

    def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
        where = {"REMOTE_ADDR": WIFI}
        return self._mall.client.open(path, method=method, headers=headers, environ_overrides=where, **body)


@pytest.fixture
def citizens(mall: Mall) -> list[Citizen]:
    return [Citizen(mall, mall.open()) for _ in range(CITIZENS)]


def test_two_hundred_citizens_at_one_address_are_served_and_a_guesser_among_them_is_not(
    mall: Mall, citizens: list[Citizen]
) -> None:
    codes = iter(lambda: new_code("P"), None)
    guesser = Citizen(mall, mall.open(), "AAAAAAAAAA")
    honest: set[int] = set()
    at_codes, at_one_secret = [], []
    for citizen in citizens:
        honest |= citizen.visit()
        at_codes.append(guesser.track(next(codes)))
        at_one_secret.append(guesser.read())
    assert honest == {200}
    assert at_codes == [404] * 60 + [429] * (CITIZENS - 60)
    assert at_one_secret == [404] * 10 + [429] * (CITIZENS - 10)


def test_a_guesser_who_goes_from_case_to_case_is_stopped_and_their_applicants_are_not(
    mall: Mall, citizens: list[Citizen]
) -> None:
    guesses = [Citizen(mall, citizen.case, "AAAAAAAAAA").read() for citizen in citizens]
    assert guesses == [404] * 60 + [429] * (CITIZENS - 60)
    assert set().union(*(citizen.visit() for citizen in citizens)) == {200}


def test_one_receipt_does_not_keep_the_mall_busy(mall: Mall) -> None:
    citizen, other = Citizen(mall, mall.open()), Citizen(mall, mall.open())
    code = citizen.case["tracking_code"]
    spellings = cycle([code, code.lower(), code.replace("0", "o"), f"{code[:4]}-{code[4:]}"])
    answers = [citizen.track(next(spellings)) for _ in range(122)]
    assert answers == [200] * 120 + [429] * 2
    assert other.visit() == {200}
    assert citizen.read() == 200
    mall.clock.advance(timedelta(minutes=1, seconds=1))
    assert citizen.track(code) == 200


def test_a_flood_of_guesses_is_not_even_looked_at(mall: Mall) -> None:
    gate, looked = Gate(mall.database, mall.clock), []
    minute = timedelta(minutes=1)
    rule = Guessing(Limit("x_missed", 2, minute), Limit("x_missed", 5, minute), Limit("x_used", 100, minute))

    def guess() -> int:
        try:
            with gate.guess(rule, "2001:db8::1", "code", Deadline.after(5.0)):
                looked.append(1)
                raise not_found()
        except Refused as refused:
            return refused.status

    assert [guess() for _ in range(9)] == [404, 404, 429, 429, 429, 429, 429, 429, 429]
    assert len(looked) == 5
    mall.clock.advance(timedelta(minutes=2))
    assert guess() == 404


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_who_changes_the_end_of_an_address_stays_one_client(address: str, client: str) -> None:
    assert one_client(address) == client


def ask_through_a_proxy(mall: Mall, times: int = 1) -> list[dict[str, Any]]:
    """What is warned of meanwhile."""
    with structlog.testing.capture_logs() as lines:
        for _ in range(times):
            assert mall.client.get("/api/v1/services", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200
    assert "203.0.113.9" not in str(lines)
    return [line for line in lines if line["event"].startswith("proxy.")]


def test_a_proxy_that_nobody_declared_is_warned_of_once_in_a_while_and_by_the_doctor(mall: Mall) -> None:
    assert not proxy_not_declared(mall.database, mall.clock.now())
    told = ask_through_a_proxy(mall, times=3)
    assert [(line["event"], line["log_level"], line["hint"]) for line in told] == [
        ("proxy.not_declared", "warning", "MPP_PROXIES=0")
    ]
    assert proxy_not_declared(mall.database, mall.clock.now())
    assert not proxy_not_declared(mall.database, mall.clock.now() + timedelta(days=1, seconds=1))


def test_the_doctor_says_what_to_do(mall: Mall) -> None:
    mall.parts.clock = SystemClock()
    mall.client = type(mall.client)(build(mall.parts))
    assert warnings(mall.database) == []
    ask_through_a_proxy(mall)
    (told,) = warnings(mall.database)
    assert "MPP_PROXIES" in told.partition(" | ")[0]


def test_a_proxy_that_is_declared_is_no_news(mall: Mall) -> None:
    mall.parts.proxies = 1
    mall.client = type(mall.client)(build(mall.parts))
    assert ask_through_a_proxy(mall) == []


def test_a_database_that_is_away_does_not_keep_the_visitor_from_an_answer(mall: Mall) -> None:
    mall.parts.database = Database("postgresql://127.0.0.1:1/away", name="gateway")
    mall.client = type(mall.client)(build(mall.parts))
    assert [line["event"] for line in ask_through_a_proxy(mall)] == ["proxy.not_declared", "proxy.not_noted"]
