"""The page with the nine questions, and the same for programs: it can be read aloud, and every end is told plainly."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from werkzeug.test import TestResponse

from mpp.casework.rules.questionnaire import ELEMENTS
from mpp.catalogue.questionnaire import shipped_questionnaire
from mpp.operations.commands import satisfaction as command
from tests.integration.cases.test_satisfaction import birth, complaint, kept
from tests.support.counter import Counter, fill_gateway
from tests.support.desks import Desks

CLERK = ("35.15.14.2013", "clerk")
OPERATOR = ("mpp-sidoarjo", "operator")


class Read(HTMLParser):
    """A page as it is read aloud."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def counter(make_database: Callable[..., str], desks: Desks) -> Iterator[Counter]:
    found = Counter(desks, make_database("gateway", fill_gateway))
    yield found
    found.close()


def given(counter: Counter, case: dict[str, Any]) -> dict[str, Any]:
    """The address, as the counter shows it on the second screen."""
    answer = counter.post(f"/api/v1/{case['collection']}/{case['id']}/satisfaction", {}, CLERK)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def path(counter: Counter, case: dict[str, Any]) -> str:
    address = str(given(counter, case)["address"])
    assert address.startswith("http://localhost/s/")
    return address.removeprefix("http://localhost")


def send(counter: Counter, where: str, fields: dict[str, str]) -> TestResponse:
    return counter.form(where, fields)


def test_the_page_asks_nine_questions_that_a_screen_reader_can_tell_apart(counter: Counter, desks: Desks) -> None:
    where = path(counter, complaint(desks))
    assert where.endswith("?via=counter")
    answer = counter.get(where, None)
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, "id")
    read = Read(answer.text)
    assert read.all("html")[0]["lang"] == "id"
    assert len(read.all("h1")) == 1
    assert len(read.all("fieldset")) == len(read.all("legend")) == 9
    radios = read.all("input")
    ids = [each["id"] for each in radios if each["type"] == "radio"]
    assert len(ids) == len(set(ids)) == 45
    assert ids == [label["for"] for label in read.all("label")], "each choice has a label, beside it"
    assert [f["id"] for f in read.all("fieldset")] == list(ELEMENTS)
    assert "Pengaduan masyarakat" in read.words
    assert not read.all("script")
    assert not [tag for tag, attrs in read.tags if "style" in attrs or any(name.startswith("on") for name in attrs)]


def test_the_page_may_send_to_this_server_alone_and_is_kept_by_nobody(counter: Counter, desks: Desks) -> None:
    answer = counter.get(path(counter, complaint(desks)), None)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_in_english_it_asks_the_same(counter: Counter, desks: Desks) -> None:
    where = path(counter, complaint(desks))
    indonesian = Read(counter.get(where, None).text)
    (link,) = [a for a in indonesian.all("a") if a.get("hreflang") == "en"]
    english = counter.get(where.partition("?")[0] + str(link["href"]), None)
    read = Read(english.text)
    assert read.all("html")[0]["lang"] == "en"
    assert "1. Did what you had to bring fit the service?" in read.words
    assert read.all("form")[0]["action"] == "?lang=en&via=counter", "and the answer comes from the same channel"
    assert [f["id"] for f in read.all("fieldset")] == list(ELEMENTS)


def test_who_sends_it_is_thanked_and_the_address_is_spent(counter: Counter, desks: Desks) -> None:
    where = path(counter, complaint(desks))
    hidden = [i for i in Read(counter.get(where, None).text).all("input") if i["type"] == "hidden"]
    fields = {str(i["name"]): str(i["value"]) for i in hidden} | {"time": "4", "behaviour": "3", "fee": ""}
    thanks = send(counter, where, fields)
    assert thanks.status_code == 200
    assert "Terima kasih" in Read(thanks.text).words
    (row,) = kept(desks, "complaints")
    assert (row.answers, row.channel) == ({"time": 4, "behaviour": 3}, "counter")
    again = send(counter, where, fields)
    assert again.status_code == 409
    assert "Sudah dinilai, terima kasih" in Read(again.text).words
    later = counter.get(where.replace("?", "?lang=en&"), None)
    assert (later.status_code, later.mimetype) == (409, "text/html")
    assert "Answered already, thank you" in Read(later.text).words
    assert len(kept(desks, "complaints")) == 1


def test_who_chose_nothing_is_told_and_loses_nothing(counter: Counter, desks: Desks) -> None:
    where = path(counter, complaint(desks))
    for fields in ({"questionnaire": shipped_questionnaire().version}, {"time": "", "fee": ""}):
        answer = send(counter, where, fields)
        assert answer.status_code == 422
        read = Read(answer.text)
        assert [p for p in read.all("p") if p.get("role") == "alert"]
        assert read.all("a")[0]["href"] == "#requirements"
        assert len(read.all("fieldset")) == 9
        assert answer.text.index("<title>Belum terkirim: ") > 0
    assert send(counter, where, {"time": "1"}).status_code == 200


def test_a_free_service_is_not_asked_for_its_fee(counter: Counter, desks: Desks) -> None:
    where = path(counter, birth(desks))
    read = Read(counter.get(where, None).text)
    assert len(read.all("fieldset")) == 9
    assert not [i for i in read.all("input") if i.get("name") == "fee"]
    assert any("tidak dipungut biaya" in words for words in read.words)
    assert send(counter, where, {"time": "2"}).status_code == 200
    assert [row.answers for row in kept(desks, "civil_registry")] == [{"time": 2, "fee": 4}]


@pytest.mark.parametrize(
    "fields", [{"time": "5"}, {"time": "x"}, {"tempo": "1"}, {"questionnaire": "a"}, {"time": "11"}]
)
def test_what_no_form_of_ours_sends_is_refused(counter: Counter, desks: Desks, fields: dict[str, str]) -> None:
    where = path(counter, complaint(desks))
    assert send(counter, where, fields).status_code == 422
    assert kept(desks, "complaints") == []


def test_unknown_and_ended_addresses_say_so(counter: Counter, desks: Desks) -> None:
    where = path(counter, complaint(desks))
    for code in ("Z7K2M9QX4TB01233", "C", "C7K2-M9QX-4TB0-1233", "x" * 32):
        unknown = counter.get(f"/s/{code}", None)
        assert (unknown.status_code, unknown.mimetype) == (404, "text/html")
        assert "Alamat tidak dikenal" in Read(unknown.text).words
    desks.clock.advance(timedelta(days=31))
    ended = counter.get(where, None)
    assert (ended.status_code, "Waktunya sudah lewat" in Read(ended.text).words) == (409, True)
    assert send(counter, where, {"time": "1"}).status_code == 409


def test_nobody_tries_out_codes(counter: Counter, desks: Desks) -> None:
    where = path(counter, complaint(desks))
    wrong = ["/s/C7K2M9QX4TB01233", "/api/v1/satisfaction/C7K2M9QX4TB01233"]
    statuses = [counter.get(wrong[number % 2], None).status_code for number in range(61)]
    assert statuses == [404] * 60 + [429], "page and interface are one count"
    blocked = counter.get(wrong[0], None)
    assert (blocked.status_code, blocked.mimetype) == (429, "text/html")
    assert int(blocked.headers["Retry-After"]) > 0
    assert counter.get(where, None).status_code == 200, "while who has an address goes on"


def test_a_program_reads_and_answers_the_same(counter: Counter, desks: Desks) -> None:
    code = given(counter, complaint(desks))["code"]
    read = counter.get(f"/api/v1/satisfaction/{code[:4]}-{code[4:].lower()}", None)
    assert read.status_code == 200, read.text
    asked = dict(read.json or {})
    body = {"answers": {"time": 4}, "channel": "message", "questionnaire": asked["questionnaire"]}
    assert counter.post(f"/api/v1/satisfaction/{code}", body, None).json == {"kept": True}
    assert counter.post(f"/api/v1/satisfaction/{code}", body, None).status_code == 409
    assert [(row.answers, row.channel) for row in kept(desks, "complaints")] == [({"time": 4}, "message")]


@pytest.mark.parametrize(
    "body",
    [{}, {"answers": {}}, {"answers": {"time": 5}}, {"answers": {"time": "4"}},
     {"answers": {"time": 4}, "channel": "x"},
     {"answers": {"time": 4}, "name": "Warga"}, {"answers": {"tempo": 4}}],
)  # fmt: skip
def test_what_is_no_answer_spends_nothing(counter: Counter, desks: Desks, body: dict[str, Any]) -> None:
    code = given(counter, complaint(desks))["code"]
    assert counter.post(f"/api/v1/satisfaction/{code}", body, None).status_code == 422
    assert counter.post(f"/api/v1/satisfaction/{code}", {"answers": {"time": 4}}, None).status_code == 200


def test_the_applicant_is_given_it_by_the_secret_and_a_stranger_is_not(counter: Counter, desks: Desks) -> None:
    case = complaint(desks)
    asked = f"/api/v1/complaints/{case['id']}/satisfaction"
    mine = counter.post(asked, {}, None, secret=case["secret"])
    assert mine.status_code == 200
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert counter.post(asked, {}, None, secret="AAAAAAAAAA").status_code == 404
    assert counter.post(asked, {}, ("35.15.18", "clerk")).status_code == 404
    receipt = counter.get(f"/api/v1/complaints/{case['id']}/receipt", None, secret=case["secret"])
    assert f"/s/{(mine.json or {})['code']}?via=receipt" in receipt.text
    assert "/s/" not in counter.get(f"/api/v1/complaints/{case['id']}/receipt", CLERK).text


def test_the_export_is_a_csv_of_counts(
    counter: Counter, desks: Desks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("3", "3", "4"):
        send(counter, path(counter, complaint(desks)), {"time": value})

    class Here:
        """The operator's client, at this counter."""

        def __init__(self, url: str, account: str) -> None:
            pass

        def get(self, where: str, **query: Any) -> Any:
            answer = counter.get(f"{where}?month={query['month']}", OPERATOR)
            assert answer.status_code == 200, answer.text
            return answer.json

    monkeypatch.setattr(command, "Client", Here)
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(command.app, ["export", "--from", "2026-10", "--to", "2026-12", "--out", str(out)])
    assert done.exit_code == 0, done.output
    lines = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [(li["month"], li["service"], li["element"], li["value"], li["count"]) for li in lines] == [
        ("2026-11", "PGD-LPR", "time", "3", "2"),
        ("2026-11", "PGD-LPR", "time", "4", "1"),
    ]
    assert {re.fullmatch(r"[0-9a-f]{16}", li["questionnaire"]) is not None for li in lines} == {True}
    assert counter.get("/api/v1/operations/satisfaction?month=2026-11", CLERK).status_code == 403
    assert counter.get("/api/v1/operations/satisfaction?month=2026-13", OPERATOR).status_code in (400, 422)
