"""Who comes through the front of the mall: one with a token, and a crowd that counts what it hears."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any

import requests

from mpp.clock import new_id
from mpp.identity import demo as people
from tests.chaos import load
from tests.support.front import Front
from tests.support.wait import until

SERVED = ("200", "201")
AGAIN = "served on a second connection"
SLOW = "503 after three seconds"


class Visitor:
    """Somebody who comes through the front with a token."""

    def __init__(self, before: Front, account: str, password: str) -> None:
        self._before = before
        self._session = before.session()
        answer = self.log_in(account, password)
        assert answer.status_code == 200, answer.text
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def close(self) -> None:
        """Go."""
        self._session.close()

    def log_in(self, account: str, password: str, **headers: str) -> requests.Response:
        form = {"grant_type": "password", "username": account, "password": password}
        return self.post("/api/v1/auth/token", data=form, headers=headers)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self._session.get(self._before.url + path, timeout=30, allow_redirects=False, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self._session.post(self._before.url + path, timeout=30, **more)

    def file(self, service: str, collection: str, data: dict[str, Any]) -> requests.Response:
        who = people.resident(1)
        body = {"service": service, "applicant": {"kind": "person", "nik": who.nik, "name": who.name}, "data": data}
        return self.post(f"/api/v1/{collection}", json=body, headers={"Idempotency-Key": new_id()})

    def upload(self, case: dict[str, Any], content: bytes) -> requests.Response:
        named = {"Content-Type": "application/pdf", "Idempotency-Key": new_id(), "If-Match": f'"{case["version"]}"'}
        return self.post(f"/api/v1/permits/{case['id']}/documents?requirement=str", data=content, headers=named)


class Crowd:
    """Some who list and file complaints, from the beginning of the block to its end, as fast as they can."""

    def __init__(self, before: Front, password: str, number: int = 6) -> None:
        self.heard: Counter[str] = Counter()
        self._over = threading.Event()
        self._pause = 0.0  # seconds after each round
        self._visitors = [Visitor(before, "petugas.mpp", password) for _ in range(number)]
        self._threads = [threading.Thread(target=self._come_again_and_again, args=(one,)) for one in self._visitors]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)
        for visitor in self._visitors:
            visitor.close()

    def is_heard(self, more: int) -> None:
        """Return after so many more answers."""
        enough = self.heard.total() + more
        until(lambda: self.heard.total() >= enough, what="answers", moves=self.heard.total)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """No faster than people, so that the machine has time for what is done meanwhile."""
        self._pause = 0.5
        try:
            yield
        finally:
            self._pause = 0.0

    def _come_again_and_again(self, visitor: Visitor) -> None:
        while not self._over.wait(self._pause):
            self.heard[outcome(lambda: visitor.get("/api/v1/complaints"))] += 1
            self.heard[outcome(lambda: visitor.file("PGD-LPR", "complaints", load.report(new_id())))] += 1


def outcome(ask: Callable[[], requests.Response]) -> str:
    """What a visitor makes of it: a status, or how he was cut off.

    On a machine so busy that an answer takes three seconds nginx asks nobody else (mpp.conf). A process that ends says
    so at once.
    """
    try:
        answer = ask()
    except requests.RequestException as error:
        return type(error).__name__
    if answer.status_code == 503 and "Retry-After" in answer.headers:
        return SLOW if answer.elapsed > timedelta(seconds=3) else f"503 {answer.json()['code']} at once"
    status = str(answer.status_code)
    return AGAIN if status in SERVED and answer.raw.retries.history else status
