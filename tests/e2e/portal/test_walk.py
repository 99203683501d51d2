"""Everybody follows every link: no page is without a link or a reason, and whatever a page shows stays words."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from services.portal.api.calls import Interface
from services.portal.api.over_http import OverHttp
from tests.e2e.portal.filing import registered
from tests.e2e.portal.pages import Pages
from tests.e2e.portal.routes import application, routes, visitor
from tests.e2e.portal.walking import NASTY, Spoilt, Walk
from tests.support.mall import MPP, Mall

READERS = {
    "permits": "verifikator.dpmptsp", "registrations": "verifikator.dukcapil", "complaints": "admin.pengaduan",
}  # fmt: skip
COUNTER = "petugas.sukodono"
STAFF = (
    COUNTER, "verifikator.dpmptsp", "penandatangan.dpmptsp", "penyelia.dpmptsp", "verifikator.dukcapil",
    "admin.pengaduan", "operator",
)  # fmt: skip
# Needs what the demo does not leave behind, and why; what holds of every address is proved of these, too.
ELSEWHERE = {
    "/saran/<kind>": "for the script of a form alone",
    "/kasus/<collection>/<case>/dokumen/<document>": "a document that somebody handed in",
    "/kasus/<collection>/<case>/dokumen/<document>/lihat": "the same, shown",
    "/kasus/<collection>/<case>/serah-terima": "the slip of a paper that waits to be handed over",
    "/surat/<paper>/batalkan": "a paper that waits for its signature",
    "/surat/<paper>/tangan": "a paper that is signed by hand",
}
FOLDER = Path(__file__).parents[2]


def named_by_a_test(rule: str) -> bool:
    """Whether some test writes this address out: a page that no link of the walk leads to."""
    address = re.compile(re.sub("<[^>]*>", r"[^/\\s\"']+", re.escape(rule).replace(r"\-", "-")) + r"[\"'?#\s*]")
    return any(address.search(file.read_text()) for file in FOLDER.rglob("*.py"))


@dataclass(frozen=True)
class Filled:
    """A mall that the demo has walked through: cases in every state."""

    url: str
    cases: dict[str, list[str]]  # collection -> ids
    tokens: dict[str, str]  # of who works here
    own: dict[str, str]  # a case that somebody filed just now, with its secret


@pytest.fixture(scope="module")
def filled(shop: Mall) -> Filled:
    done = subprocess.run([MPP, "demo", "--url", shop.url], capture_output=True, text=True, check=True)
    codes = set(re.findall(r"\b[PRC][0-9A-Z]{11}\b", done.stdout))
    cases: dict[str, list[str]] = {}
    for collection, account in READERS.items():
        address = f"{shop.url}/api/v1/{collection}?limit=100"
        found = requests.get(address, headers=shop.log_in(account), timeout=20).json()["items"]
        cases[collection] = [each["id"] for each in found if each["tracking_code"] in codes]
    receipt = registered(Pages(shop.url).sign_in(COUNTER), 725)
    (case,) = {found for each in receipt.parsed.anchors for found in re.findall(r"/kasus/permits/([0-9a-f-]+)$", each)}
    code, secret = re.findall(r'<dd class="code">(\w+)</dd>', receipt.text)
    tokens = {account: shop.log_in(account)["Authorization"].removeprefix("Bearer ") for account in STAFF}
    return Filled(shop.url, cases, tokens, {"collection": "permits", "id": case, "code": code, "secret": secret})


def walks(filled: Filled, mall: Interface, language: str, most: int | None = 60_000) -> list[Walk]:
    """Everybody from where they begin: who is nobody, who has a case of an own, and who works here."""
    app, found, own = application(mall), [], filled.own
    starts = [route.address for route in routes() if "GET" in route.methods and "<" not in route.rule]
    public = ["/", "/masuk", "/berkas", f"/lacak/{own['code']}", "/?cari=zzz", "/lacak?kode=", "/periksa?kode="]
    found.append(Walk(app, visitor(app, {}, language), most).follow(public))
    held = {name: own[name] for name in ("collection", "code", "secret")}
    found.append(Walk(app, visitor(app, {"case": held}, language), most).follow(["/berkas/saya", "/"]))
    for account, token in filled.tokens.items():
        receipt = {name: own[name] for name in ("collection", "id", "secret")}
        told = {"token": token, "account": account} | ({"receipt": receipt} if account == COUNTER else {})
        browser = visitor(app, told, language)
        mine = [
            f"/kasus/{collection}/{case}"
            for collection, ids in filled.cases.items()
            for case in ids
            if READERS[collection] == account
        ]
        found.append(Walk(app, browser, most).follow([*starts, *mine]))
    return found


@pytest.fixture(scope="module")
def reached(filled: Filled) -> list[Walk]:
    return [walk for language in ("id", "en") for walk in walks(filled, OverHttp(filled.url), language)]


def test_every_page_is_linked_from_somewhere_or_opened_by_a_test_that_is_named(reached: list[Walk]) -> None:
    seen = {endpoint for walk in reached for endpoint in walk.reached}
    pages = [route for route in routes() if "GET" in route.methods and route.endpoint not in seen]
    missed = {route.rule for route in pages if not route.rule.endswith(".pdf") and not named_by_a_test(route.rule)}
    assert missed - set(ELSEWHERE) == set(), "link it, or open it in a test"


def test_no_address_of_any_page_holds_a_secret(reached: list[Walk], filled: Filled) -> None:
    for walk in reached:
        for address, _text, parsed in walk.shown:
            for each in [address, *parsed.anchors, *(form.action for form in parsed.forms)]:
                assert filled.own["secret"] not in each, address
                assert re.search(r"eyJ[\w-]+\.[\w-]", each) is None, address  # a token, and no cursor


def test_whatever_somebody_wrote_is_shown_as_words_by_every_page(filled: Filled) -> None:
    spoilt = Spoilt(OverHttp(filled.url), lambda text: text + NASTY)
    shown = [each for walk in walks(filled, spoilt, "id", None) for each in walk.shown]  # checked: nothing runs inline
    assert spoilt.count > 100
    tags = {tag for _address, text, _parsed in shown for tag in re.findall(r"<(?:img|script)\b[^>]*>", text)}
    assert all('src="/' in tag for tag in tags), tags
    assert any("{{7*7}}" in text for _address, text, _parsed in shown)
    assert all("49\u202egnp" not in text for _address, text, _parsed in shown)


def test_a_text_of_five_thousand_characters_breaks_no_page(filled: Filled) -> None:
    spoilt = Spoilt(OverHttp(filled.url), lambda text: text + "m" * 5_000)
    walks(filled, spoilt, "id", None)  # a browser looks at them afterwards: no page becomes wider than a telephone
    assert spoilt.count > 100
