"""The page behind the QR code, and the same for programs: anybody asks, nobody hears of a person, nobody tries out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from mpp.casework.codes.verification import new_code, normalise, path_of
from mpp.casework.refusals import Refused
from mpp.papers.standing import STANDINGS
from services.gateway.api.routes.public import verification_words as told
from services.permits.domain.permit import STATUSES
from tests.integration.gateway.conftest import Mall

LABELS = {**STATUSES, **STANDINGS}
HTML, JSON = "text/html", "application/json"


def paper(status: str = "valid", **more: Any) -> dict[str, Any]:
    """What a service tells of one."""
    return {
        "code": "P7K2-M9QX-4TB0-1233",
        "kind": "permit",
        "kind_label": {"id": "Izin", "en": "Permit"},
        "number": "503/0007/SIP-DR/DPMPTSP/2026",
        "service": {
            "code": "PRZ-SIP-DR",
            "name": {"id": "Surat Izin Praktik Dokter", "en": "Doctor's practice permit"},
        },
        "status": status,
        "status_label": dict(LABELS[status]),
        "valid": status == "valid",
        "issued_on": "2026-11-27",
        "valid_from": "2026-11-27",
        "valid_until": "2031-11-27",
        "region": "35.15.14.2013",
        "region_name": "Sukodono, Sidoarjo",
        "issued_by": "DPMPTSP Kabupaten Sidoarjo",
        "holder": "W.C.",
        "superseded_by": {"number": "503/0008/SIP-DR/DPMPTSP/2026"} if status == "superseded" else None,
        **more,
    }


def answering(mall: Mall, body: dict[str, Any], collection: str = "permits") -> list[tuple[str, dict[str, Any]]]:
    """Let a service know this paper under every code."""
    stub = mall.stubs[collection]
    stub.hook = lambda method, payload: {"status": 200, "body": body, "version": None}
    return stub.calls


def unknown(method: str, payload: dict[str, Any]) -> dict[str, Any]:
    raise Refused(404, "not_found")


class Shown(HTMLParser):
    """A page as it is read aloud: what must be true of its tags is checked on the way."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def page(mall: Mall, code: str, query: str = "", **headers: str) -> tuple[Shown, Any]:
    answer = mall.client.get(f"/v/{code}{query}", headers={"Accept": "text/html,*/*;q=0.8", **headers})
    return Shown(answer.text), answer


# ---------------------------------------------------------------- one look-up, two ways to show it


def test_the_address_that_papers_print_is_a_page_for_people_and_json_for_programs(mall: Mall) -> None:
    calls = answering(mall, paper())
    code = new_code("P")
    assert path_of(code) == f"/v/{code}"
    for accept, media in (("text/html,application/xhtml+xml,*/*;q=0.8", HTML), ("*/*", HTML), ("", HTML), (JSON, JSON),
                          ("application/json;q=0.9,text/html;q=0.5", JSON), ("nonsense;;q=x", HTML)):  # fmt: skip
        answer = mall.client.get(path_of(code), headers={"Accept": accept})
        assert (answer.status_code, answer.content_type.partition(";")[0]) == (200, media), accept
        assert (answer.headers["Vary"], answer.headers["Cache-Control"]) == ("Accept", "no-store")
    same = mall.client.get(f"/api/v1/verify/{code.lower()}")
    assert same.get_json() == mall.client.get(path_of(code), headers={"Accept": JSON}).get_json() == paper()
    assert same.headers["Cache-Control"] == "no-store"
    assert {(method, payload["params"]["code"]) for method, payload in calls} == {("verify", code)}


@pytest.mark.parametrize(("letter", "collection"), [("P", "permits"), ("R", "registrations"), ("C", "complaints")])
def test_the_letter_says_which_service_is_asked(mall: Mall, letter: str, collection: str) -> None:
    calls = answering(mall, paper(), collection)
    assert mall.client.get(path_of(new_code(letter))).status_code == 200
    assert [method for method, _ in calls] == ["verify"]


# ---------------------------------------------------------------- what the page says


@pytest.mark.parametrize("status", sorted(LABELS))
def test_the_page_says_in_words_whether_the_paper_holds(mall: Mall, status: str) -> None:
    answering(mall, paper(status))
    for query, language in (("", "id"), ("?lang=id", "id"), ("?lang=en", "en")):
        shown, answer = page(mall, new_code("P"), query)
        assert answer.headers["Content-Language"] == language
        for said in (LABELS[status][language], told.MEANINGS[status][language], "503/0007/SIP-DR/DPMPTSP/2026", "W.C.",
                     "27-11-2031", "DPMPTSP Kabupaten Sidoarjo", "P7K2-M9QX-4TB0-1233"):  # fmt: skip
            assert said in shown.words, said
        (standing,) = [attrs["class"] for attrs in shown.all("p") if (attrs.get("class") or "").startswith("standing")]
        assert (standing == "standing holds") is (status == "valid")
        assert ("503/0008/SIP-DR/DPMPTSP/2026" in shown.words) is (status == "superseded")


def test_a_paper_without_number_end_or_holder_is_shown_without_those_lines(mall: Mall) -> None:
    empty = dict.fromkeys(("number", "holder", "issued_on", "valid_from", "valid_until", "region", "region_name"))
    answering(mall, paper(kind_label=None, **empty))
    shown, _ = page(mall, new_code("P"))
    assert len(shown.all("dt")) == len(shown.all("dd")) == 3
    assert "None" not in " ".join(shown.words)


def test_a_paper_that_ended_or_was_replaced_by_one_without_a_number_is_a_page_too(mall: Mall) -> None:
    """Two letters of refusal of one case have no number; what stands in no register has no word of its own."""
    ended = {"status": "ended", "status_label": {"id": "Tidak berlaku lagi", "en": "No longer in force"}}
    for body in (paper("superseded", superseded_by={"number": None}), {**paper("voided"), **ended}):
        answering(mall, body)
        shown, answer = page(mall, new_code("P"))
        assert answer.status_code == 200
        assert body["status_label"]["id"] in shown.words
        assert "None" not in shown.words


def test_what_a_service_says_is_no_markup(mall: Mall) -> None:
    answering(mall, paper(number='<script>alert("1")</script>'))
    shown, _ = page(mall, new_code("P"))
    assert shown.all("script") == []
    assert '<script>alert("1")</script>' in shown.words


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_everybody_can_read_the_page(mall: Mall, query: str) -> None:
    """Read aloud, on a small telephone, without scripts: the rules of WCAG that a program can check."""
    answering(mall, paper())
    shown, answer = page(mall, new_code("P"), query)
    language = "en" if query else "id"
    assert [attrs["lang"] for attrs in shown.all("html")] == [language]
    assert (len(shown.all("main")), len(shown.all("h1")), len(shown.all("title"))) == (1, 1, 1)
    assert {attrs.get("name"): attrs.get("content") for attrs in shown.all("meta")}["viewport"] == (
        "width=device-width, initial-scale=1"
    )
    other = "id" if query else "en"
    (link,) = shown.all("a")
    assert (link["href"], link["lang"]) == (f"?lang={other}", other)
    assert {tag for tag, _ in shown.tags} & {"script", "img", "iframe", "style"} == set()
    assert not any(name == "style" or name.startswith("on") for _, attrs in shown.tags for name in attrs)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_what_a_messenger_hangs_on_the_address_is_no_mistake(mall: Mall) -> None:
    answering(mall, paper())
    for query, language in (("?fbclid=IwAR0x&utm_source=qr", "id"), ("?utm_source=qr&lang=en", "en")):
        _, answer = page(mall, new_code("P"), query)
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)
    strict = mall.client.get(f"/api/v1/verify/{new_code('P')}?fbclid=IwAR0x")
    assert strict.status_code == 400, "a program is told of its mistake"


def test_a_code_that_no_paper_carries_is_told_as_a_page_in_the_language_that_was_clicked(mall: Mall) -> None:
    mall.stubs["permits"].hook = unknown
    for code in (new_code("P"), "P7K2", "a.b", "%C3%A9", "x" * 64):
        for query, language in (("", "id"), ("?lang=en", "en")):
            shown, answer = page(mall, code, query)
            assert (answer.status_code, answer.content_type.partition(";")[0]) == (404, HTML), code
            assert told.UNKNOWN[language] in shown.words


def test_a_service_that_is_away_is_told_as_a_page(mall: Mall) -> None:
    def away(method: str, payload: dict[str, Any]) -> dict[str, Any]:
        raise Refused(503, "service_unavailable")

    mall.stubs["permits"].hook = away
    shown, answer = page(mall, new_code("P"))
    assert (answer.status_code, answer.content_type.partition(";")[0]) == (503, HTML)
    assert told.ASK["id"] in shown.words


# ---------------------------------------------------------------- who tries out


def test_an_unknown_code_a_mistyped_one_and_another_letter_are_the_same_404(mall: Mall) -> None:
    mall.stubs["permits"].hook = unknown
    code = new_code("P")
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    bodies = []
    for text in (code, mistyped, new_code("X"), "P", "P0123456789V"):
        answer = mall.client.get(f"/api/v1/verify/{text}")
        bodies.append((answer.status_code, answer.content_type, {**answer.get_json(), "instance": ""}))
    assert bodies == [bodies[0]] * 5
    assert bodies[0][0] == 404
    assert len(mall.stubs["permits"].calls) == 1, "only a possible code asks a service"


def test_two_thousand_guesses_find_nothing(mall: Mall) -> None:
    """By both ways in turn, which are counted as one: the service is not even asked any more."""
    real = new_code("P")

    def keeps_one(method: str, payload: dict[str, Any]) -> dict[str, Any]:
        if payload["params"]["code"] == real:
            return {"status": 200, "body": paper(), "version": None}
        raise Refused(404, "not_found")

    mall.stubs["permits"].hook = keeps_one
    seen: list[int] = []
    for number in range(2_000):
        way = (f"/v/{new_code('P')}", f"/api/v1/verify/{new_code('P')}")[number % 2]
        seen.append(mall.client.get(way).status_code)
    assert (seen[:60], set(seen[60:])) == ([404] * 60, {429})
    assert len(mall.stubs["permits"].calls) <= 601
    refused = mall.client.get(path_of(real))
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert refused.content_type.startswith(HTML)
    elsewhere = mall.client.get(path_of(real), environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert elsewhere.status_code == 200, "nobody else is locked out by a guesser"


def test_a_paper_that_many_people_verify_is_verified_for_all_of_them(mall: Mall) -> None:
    answering(mall, paper())
    codes = [new_code("P") for _ in range(100)]
    assert {mall.client.get(path_of(code)).status_code for code in codes} == {200}


def test_a_code_is_read_as_people_type_it(mall: Mall) -> None:
    calls = answering(mall, paper())
    code = new_code("P")
    typed = re.sub("(.{4})(?=.)", r"\1-", code).lower()
    assert normalise(typed) == code
    assert page(mall, typed)[1].status_code == 200
    assert calls[-1][1]["params"] == {"code": code}
