"""The portal in front of a gateway of this process, for somebody who is signed in: pages without a server."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIApplication

import requests
from cryptography.fernet import Fernet
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from werkzeug.test import Client

from mpp.hosting.pages import PagesSettings
from services.portal.app import inside
from services.portal.session import NAME
from tests.e2e.portal.pages import Pages

KEY = bytes(range(32))
AT = "http://mal.example"


class _Called(BaseAdapter):
    """Answers requests by a WSGI application."""

    def __init__(self, application: WSGIApplication, session: requests.Session) -> None:
        super().__init__()
        self._application = application
        self._session = session

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        client = Client(self._application, use_cookies=False)
        where = urlsplit(request.url or "")
        answer = client.open(
            unquote(where.path), query_string=where.query, base_url=AT, method=request.method,
            headers=dict(request.headers), data=request.body,
        )  # fmt: skip
        raw = HTTPResponse(
            BytesIO(answer.data), status=answer.status_code, headers=list(answer.headers), preload_content=False
        )
        found = requests.adapters.HTTPAdapter().build_response(request, raw)
        for each in answer.headers.getlist("Set-Cookie"):
            name, _, value = each.partition(";")[0].partition("=")
            self._session.cookies.set(name, value, domain="mal.example", path="/")
        return found

    def close(self) -> None:
        pass


def portal(gateway: WSGIApplication) -> WSGIApplication:
    """The pages of a gateway."""
    return inside(gateway, PagesSettings(KEY))


def visitor(pages: WSGIApplication, account: str, token: str, roles: list[str]) -> Pages:
    """Somebody who has signed in."""
    session = requests.Session()
    session.mount(AT, _Called(pages, session))
    told = json.dumps({"token": token, "account": account, "roles": roles}).encode()
    session.cookies.set(NAME, Fernet(urlsafe_b64encode(KEY)).encrypt(told).decode(), domain="mal.example", path="/")
    return Pages(AT, session)


def opened(pages: Pages) -> str:
    """What is in the sealed cookie."""
    sealed = next(each.value for each in pages.session.cookies if each.name == NAME)
    assert sealed is not None
    return Fernet(urlsafe_b64encode(KEY)).decrypt(sealed.encode()).decode()
