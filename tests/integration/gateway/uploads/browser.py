"""A counter's browser, with the real permit service behind the gateway, and a line that a test may cut."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from werkzeug.test import Client, TestResponse

from mpp.cases.storage.tables import documents
from mpp.clock import new_id
from mpp.hosting.definition import case_services
from mpp.persistence.database import Database
from services.gateway.backend import Backend
from services.gateway.server.concurrency import together
from services.gateway.uploads.keeping import Keeper
from services.gateway.uploads.sweeping import ask_every_service
from tests.support.desks import SIP_DATA, Desks, doctor

CLERK = "petugas.sukodono"
MOST = 64 * 1024  # of an upload, in these tests
DAY = timedelta(hours=24)
NAMED = "attachment; filename*=UTF-8''KTP%20Rahasia.pdf"


@dataclass
class Counter:
    """A counter with a real permit service behind the gateway."""

    client: Client
    desks: Desks
    keeper: Keeper
    database: Database
    rpc: Any
    root: Path

    def case(self, resident: int = 0) -> dict[str, Any]:
        """An incomplete file, as the clerk sees it."""
        data = {**SIP_DATA, "requirements": {"identity": True}}
        return self.desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(resident), data=data)

    def headers(self, case: dict[str, Any], account: str | None = CLERK, **more: str | None) -> dict[str, str]:
        found: dict[str, str | None] = {
            "Authorization": None if account is None else f"Bearer {self.desks.token(account)}",
            "Idempotency-Key": new_id(),
            "If-Match": f'"{case["version"]}"',
            "Content-Type": "application/pdf",
            "Content-Disposition": NAMED,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        return {name: value for name, value in found.items() if value is not None}

    def upload(
        self,
        case: dict[str, Any],
        content: bytes,
        account: str | None = CLERK,
        requirement: str = "str",
        **more: str | None,
    ) -> TestResponse:
        return self.send(case, io.BytesIO(content), str(len(content)), account, requirement, **more)

    def send(
        self,
        case: dict[str, Any],
        stream: io.BytesIO,
        length: str,
        account: str | None = CLERK,
        requirement: str = "str",
        **more: str | None,
    ) -> TestResponse:
        """A body that declares `length`, whatever it is."""
        path = f"/api/v1/permits/{case['id']}/documents?requirement={requirement}"
        headers = self.headers(case, account, **more)
        declared = {"CONTENT_LENGTH": length}
        return self.client.post(path, input_stream=stream, headers=headers, environ_overrides=declared)

    def download(self, case: dict[str, Any], document: str, account: str = CLERK) -> TestResponse:
        path = f"/api/v1/permits/{case['id']}/documents/{document}"
        return self.client.get(path, headers={"Authorization": f"Bearer {self.desks.token(account)}"})

    def files(self) -> list[str]:
        """Every file in the folder, half received ones included."""
        return sorted(p.name for p in self.root.rglob("*") if p.is_file())

    def rows(self) -> list[Any]:
        with self.desks.databases["permits"].transaction() as tx:
            return list(tx.execute(select(documents)).all())

    def unchanged(self, case: dict[str, Any]) -> bool:
        """Nothing was stored: no file, no row, no new version of the case."""
        same = self.desks.get(CLERK, case)["version"] == case["version"]
        return not self.files() and not self.rows() and same

    def sweep(self) -> int:
        backend = Backend(self.rpc, case_services(), together, self.desks.tokens)
        return self.keeper.sweep(lambda hashes: ask_every_service(backend, hashes, 5.0, new_id()))


class Line:
    """The RPC client, which a test may cut: `before` and `after` run around each call."""

    def __init__(self, rpc: Any) -> None:
        self._rpc = rpc
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda method: None
        self.after: Callable[[str], None] = lambda method: None

    def call(self, service: str, method: str, *rest: Any) -> dict[str, Any]:
        self.calls.append(method)
        self.before(method)
        answer: dict[str, Any] = self._rpc.call(service, method, *rest)
        self.after(method)
        return answer


class Killed(BaseException):
    """The process ends here: nothing after this line runs."""


def code_of(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    body = answer.get_json()
    assert answer.content_type == "application/problem+json", body
    return answer.status_code, body["code"], [(e["field"], e["code"]) for e in body.get("errors", [])]


def waits_for_a_lock(database: Database) -> bool:
    with database.transaction() as tx:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return bool(tx.execute(text(query)).scalar_one())
