"""A mall that answers what a test says, and the portal in front of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from services.portal.api.calls import Answer, Away, Call

NIK = "3515992710609990"
SERVICE = {
    "code": "PRZ-UJI", "collection": "permits", "name": {"id": "Izin uji", "en": "Test licence"}, "owner": "dinas",
    "standard": {"duration": {"id": "5 hari", "en": "5 days"}, "fee": {"id": "Gratis", "en": "Free"}},
    "applicant": "required", "anonymous_allowed": False, "requirements": [], "tracks": [], "sla": "5wd",
    "form": [{"name": "about", "type": "text", "label": {"id": "Perihal", "en": "About"}, "required": True}],
}  # fmt: skip
OPENED = {"id": "1", "secret": "7K2M9QX4TB", "tracking_code": "P0123456789V"}
TOKEN = {"access_token": "eyJ.a.b", "must_change_password": False}


class Mall:
    """An interface that answers what a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: dict[str, Callable[[], tuple[int, Any]]] = {
            "POST /api/v1/auth/token": lambda: (200, TOKEN),
            "GET /api/v1/services/PRZ-UJI": lambda: (200, SERVICE),
            "POST /api/v1/permits": lambda: (201, OPENED),
        }

    def send(self, call: Call) -> Answer:
        self.calls.append(call)
        status, body = self.answers.get(f"{call.method} {call.path}", lambda: (404, {"code": "not_found"}))()
        return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())

    def sent(self, address: str) -> list[Call]:
        return [call for call in self.calls if f"{call.method} {call.path}" == address]


def away() -> tuple[int, Any]:
    raise Away


def token_of(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def key_of(text: str) -> str:
    found = re.search(r'name="kunci" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def sign_in(browser: FlaskClient) -> None:
    page = browser.get("/masuk").text
    typed = {"csrf_token": token_of(page), "nama": "petugas", "sandi": "rahasia"}
    assert browser.post("/masuk", data=typed).status_code == 303


def fill(page: str) -> dict[str, str]:
    return {
        "csrf_token": token_of(page), "kunci": key_of(page), "aksi": "daftar", "applicant.nik": NIK,
        "applicant.name": "Warga Contoh", "data.about": "Satu <b>dua</b>",
    }  # fmt: skip
