"""Whoever guesses or floods locks themselves out, and never a colleague."""

from __future__ import annotations

from datetime import timedelta

import eventlet
import pytest

from services.gateway.accounts.login import (
    AT_HOME,
    FAILED_AT_HOME,
    FAILED_BY_ACCOUNT,
    FAILED_BY_ADDRESS,
    FAILED_HERE,
    LOGGED_IN,
)
from tests.integration.gateway.conftest import Mall

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def log_in(mall: Mall, name: str = "petugas", password: str = "benar", address: str = HOME) -> int:
    data, where = {"username": name, "password": password}, {"REMOTE_ADDR": address}
    return mall.client.post("/api/v1/auth/token", data=data, environ_overrides=where).status_code


@pytest.fixture
def mall(mall: Mall) -> Mall:
    mall.account("petugas", "benar")
    mall.account("rekan", "benar")
    return mall


def test_ten_wrong_passwords_from_elsewhere_again_and_again_lock_no_colleague_out(mall: Mall) -> None:
    assert log_in(mall) == 200
    for _ in range(12):
        while log_in(mall, password="salah", address=ELSEWHERE) != 429:
            pass
        assert log_in(mall) == 200
        mall.clock.advance(FAILED_HERE.window + timedelta(seconds=1))
    assert log_in(mall, address=ELSEWHERE) == 200, "nor for ever where the guesses came from"


def test_neither_do_guesses_from_everywhere(mall: Mall) -> None:
    assert log_in(mall) == 200
    for number in range(FAILED_BY_ACCOUNT.most + 10):
        log_in(mall, password="salah", address=f"10.{number}.0.1")
    assert log_in(mall, address="10.250.0.1") == 429, "from a network where nobody knows her she waits"
    assert log_in(mall) == 200
    assert log_in(mall, "rekan", address="10.250.0.1") == 200


def test_who_guesses_beside_a_colleague_is_stopped_in_the_end(mall: Mall) -> None:
    """In one network nobody can tell them apart: she goes on for five times as many failures, and no more."""
    assert log_in(mall) == 200
    answers = [log_in(mall, password="salah") for _ in range(FAILED_AT_HOME.most + 1)]
    assert answers == [401] * FAILED_AT_HOME.most + [429]
    mall.clock.advance(FAILED_HERE.window + timedelta(seconds=1))
    for _ in range(4):
        assert [log_in(mall, password="salah") for _ in range(FAILED_HERE.most)] == [401] * FAILED_HERE.most
        assert log_in(mall) == 200


def test_an_office_whose_address_is_locked_goes_on_with_those_who_work_there(mall: Mall) -> None:
    assert log_in(mall) == 200
    for number in range(FAILED_BY_ADDRESS.most):
        assert log_in(mall, f"tebakan.{number}", "salah") == 401
    assert log_in(mall) == 200
    assert log_in(mall, "rekan") == 429, "who has never worked there waits"
    assert log_in(mall, "rekan", address=ELSEWHERE) == 200


def test_a_network_is_home_for_some_weeks_after_the_last_log_in(mall: Mall) -> None:
    assert log_in(mall) == 200
    mall.clock.advance(AT_HOME.window - timedelta(days=1))
    assert log_in(mall) == 200
    mall.clock.advance(AT_HOME.window - timedelta(days=1))
    assert [log_in(mall, password="salah") for _ in range(FAILED_HERE.most + 1)][-1] == 401
    mall.clock.advance(timedelta(days=2))
    assert [log_in(mall, password="salah") for _ in range(FAILED_HERE.most + 1)][-1] == 429


def test_an_account_logs_in_so_and_so_often_from_a_network(mall: Mall) -> None:
    answers = [log_in(mall) for _ in range(LOGGED_IN.most + 2)]
    assert answers == [200] * LOGGED_IN.most + [429] * 2
    assert log_in(mall, "rekan") == 200
    assert log_in(mall, address=ELSEWHERE) == 200
    mall.clock.advance(LOGGED_IN.window + timedelta(seconds=1))
    assert log_in(mall) == 200


def test_eighty_log_ins_at_once_with_one_account_hold_no_colleague_up(mall: Mall) -> None:
    for number in range(5):
        mall.account(f"rekan.{number}", "benar")
    pool = eventlet.GreenPool(100)
    flood = [pool.spawn(log_in, mall) for _ in range(80)]
    eventlet.sleep(0)
    colleagues = [pool.spawn(log_in, mall, f"rekan.{number}", "benar", ELSEWHERE) for number in range(5)]
    colleagues += [pool.spawn(log_in, mall, "rekan")]
    assert [answer.wait() for answer in colleagues] == [200] * 6
    answers = [answer.wait() for answer in flood]
    assert set(answers) == {200, 429}
    assert answers.count(200) <= 5, "two at work and three in line"
