"""The mall over HTTP, for the operator's commands: they work on an embedded mall and on a remote one alike."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import requests

from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from mpp.json_values import JsonObject, array, text
from mpp.operations.problem import Problem

DEFAULT_URL = "http://localhost:8000"


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
        self.password = next((text for text in given if text), WELL_KNOWN_PASSWORD)
        form = {"username": account, "password": self.password, "grant_type": "password"}
        token = _told(self._answer("POST", "/api/v1/auth/token", form=form))
        self._session.headers["Authorization"] = f"Bearer {text(token, 'access_token')}"

    def get(self, path: str, **query: str | int | None) -> JsonObject:
        """The answer to a GET; a query value of None is left out."""
        return _told(self._answer("GET", path, query={k: v for k, v in query.items() if v is not None}))

    def pages(self, path: str, **query: str | int | None) -> Iterator[JsonObject]:
        """The answers to a list, page after page, each asked for `after` what the one before gives as `next`."""
        while True:
            page = self.get(path, **query)
            yield page
            following = page.get("next")
            if not isinstance(following, str | int):
                return
            query["after"] = following

    def post_once(self, path: str, body: JsonObject) -> JsonObject:
        """The answer to a POST that has no key, since it cannot happen twice."""
        return _told(self._answer("POST", path, body=body))

    def post(self, path: str, key: str, body: JsonObject, *, version: int | None = None) -> JsonObject:
        """The answer to a POST under this idempotency key; `version` is the one of the case that was last seen."""
        headers = {"Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return _told(self._answer("POST", path, body=body, headers=headers))

    def download(self, path: str, kind: str) -> bytes:
        """The bytes at an address, in this media type."""
        return self._answer("GET", path, headers={"Accept": kind}).content

    def _answer(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        form: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The answer to what was done. Raises Refusal where the mall said no, Problem where there is none."""
        sent = self._session.request
        try:
            answer = sent(method, self._url + path, timeout=30, params=query, data=form, json=body, headers=headers)
        except requests.RequestException as error:
            raise Problem(
                f"mal di {self._url} tidak menjawab ({type(error).__name__}); sudah `make run`?",
                f"no mall answers at {self._url} ({type(error).__name__}); is it running?",
            ) from None
        if not answer.ok:
            raise _refusal(method, answer)
        return answer


def _told(answer: requests.Response) -> JsonObject:
    """The object in an answer. Raises Refusal where it holds none."""
    told = _object(answer)
    if told is None:
        raise _refusal(answer.request.method or "", answer)
    return told


def _refusal(method: str, answer: requests.Response) -> Refusal:
    problem = _object(answer) or {}
    return Refusal(*_words(method, problem, answer), _codes(problem))


def _words(method: str, problem: JsonObject, answer: requests.Response) -> tuple[str, str]:
    """The refusal for who typed a command and knows nothing of requests and their keys: Indonesian, English."""
    if "service_unavailable" in _codes(problem):
        if method == "GET":
            return "sebuah layanan belum menjawab: ulangi perintah ini sebentar lagi", "a service is silent: try again"
        return (
            "sebuah layanan belum menjawab; belum diketahui apakah ini tersimpan: lihat dulu (`list`), lalu ulangi",
            "a service is silent, and whether this was stored is unknown: look first (`list`), then run it again",
        )
    hint = " (MPP_PASSWORD?)" if answer.status_code == 401 else ""  # noqa: PLR2004
    told = f"mal menolak: {problem.get('title') or answer.reason}{_details(problem)}{hint}"
    return told, f"the mall refused this ({answer.status_code})"


def _object(answer: requests.Response) -> JsonObject | None:
    """The JSON object of an answer; None where it is none."""
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _details(problem: JsonObject) -> str:
    """What the mall says besides the title, in the same line: the detail, or each field that is wrong."""
    told = "; ".join(f"{e.get('field')}: {e.get('message')}" for e in _errors(problem)) or problem.get("detail")
    return f": {' '.join(str(told).split())}" if told else ""


def _codes(problem: JsonObject) -> frozenset[str]:
    found = [str(problem.get("type", "")).rpartition(":")[2]]
    return frozenset(found + [str(e.get("code")) for e in _errors(problem)])


def _errors(problem: JsonObject) -> list[JsonObject]:
    found = array(problem, "errors") if problem.get("errors") else ()
    return [error for error in found if isinstance(error, Mapping)]
