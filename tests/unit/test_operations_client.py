"""What the mall says no with is told to an operator in words for one who typed a command, not for a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from mpp.casework.refusals import Refused
from mpp.operations.client import Client, Refusal
from mpp.web.problems import problem

PATH = "/api/v1/operations/numbers"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Logged in at a mall one of whose services is silent."""

    def answer(self: requests.Session, method: str, url: str, **words: Any) -> requests.Response:
        found = requests.Response()
        found.status_code, found._content = 200, b'{"access_token": "t"}'
        if not url.endswith("/token"):
            told = problem(Refused(503, "service_unavailable", params={"service": "permits"}), "id", "1")
            found.status_code, found._content = 503, told.get_data()
        return found

    monkeypatch.setattr(requests.Session, "request", answer)
    return Client("http://mall", "operator")


def test_a_silent_service_is_told_without_words_of_the_interface(client: Client) -> None:
    asked: list[Callable[[], object]] = [lambda: client.get(PATH), lambda: client.post(PATH, "key", {})]
    reading, writing = (refusal(each) for each in asked)
    for told in (reading, writing):
        assert not any(word in told for word in ("Idempotency-Key", "kunci", "key", "/api/")), told
    assert "ulangi perintah ini" in reading
    assert "tersimpan" not in reading, "nothing was to be stored"
    assert "lihat dulu" in writing


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as told:
        ask()
    return str(told.value)
