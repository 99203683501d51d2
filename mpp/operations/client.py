"""The mall over HTTP, for the operator's commands: they work on an embedded mall and on a remote one alike."""

from __future__ import annotations

import os
from typing import Any

import requests

from mpp.operations.problem import Problem

DEFAULT_URL = "http://localhost:8000"
_DEMO_PASSWORD = "rahasia-demo"  # noqa: S105 - well known on purpose


class Refusal(Problem):
    """The mall said no; `codes` are the codes of the problem and of its fields."""

    def __init__(self, indonesian: str, english: str, codes: frozenset[str]) -> None:
        super().__init__(indonesian, english)
        self.codes = codes


class Client:
    """Logged in as one account. Every failure is a Problem with the mall's own words."""

    def __init__(self, url: str, account: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        given = (os.environ.get(name, "").strip() for name in ("MPP_PASSWORD", "MPP_DEMO_PASSWORD"))
        password = next((text for text in given if text), _DEMO_PASSWORD)
        token = self._send(
            "POST", "/api/v1/auth/token", data={"username": account, "password": password, "grant_type": "password"}
        )
        self._session.headers["Authorization"] = f"Bearer {token['access_token']}"

    def get(self, path: str, **query: str | int | None) -> dict[str, Any]:
        """The answer to a GET; a query value of None is left out."""
        return self._send("GET", path, params={k: v for k, v in query.items() if v is not None})

    def post(self, path: str, key: str, body: dict[str, Any], *, version: int | None = None) -> dict[str, Any]:
        """The answer to a POST under this idempotency key; `version` is the one of the case that was last seen."""
        headers = {"Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._send("POST", path, json=body, headers=headers)

    def _send(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(method, self._url + path, timeout=30, **more)
        except requests.RequestException as error:
            raise Problem(
                f"mal di {self._url} tidak menjawab ({type(error).__name__}); sudah `make run`?",
                f"no mall answers at {self._url} ({type(error).__name__}); is it running?",
            ) from None
        try:
            body = answer.json()
        except ValueError:
            body = {}
        if not answer.ok or not isinstance(body, dict):
            told = body.get("title") if isinstance(body, dict) else None
            hint = " (MPP_PASSWORD?)" if answer.status_code == 401 else ""  # noqa: PLR2004
            raise Refusal(
                f"mal menolak: {told or answer.reason}{_details(body)}{hint}",
                f"status {answer.status_code} for {path}",
                _codes(body),
            )
        return body


def _details(body: Any) -> str:
    """What the mall says besides the title, in the same line: the detail, or each field that is wrong."""
    if not isinstance(body, dict):
        return ""
    fields = [e for e in body.get("errors") or [] if isinstance(e, dict)]
    told = "; ".join(f"{e.get('field')}: {e.get('message')}" for e in fields) or str(body.get("detail") or "")
    return f": {' '.join(told.split())}" if told else ""


def _codes(body: Any) -> frozenset[str]:
    if not isinstance(body, dict):
        return frozenset()
    found = [str(body.get("type", "")).rpartition(":")[2]]
    return frozenset(found + [str(e.get("code")) for e in body.get("errors") or [] if isinstance(e, dict)])
