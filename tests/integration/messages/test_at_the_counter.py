"""The counter's call list, corrected numbers, what a case shows, reports of providers, and the operator: over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from mpp.persistence.tables import audit
from mpp.web.bank import SIGNATURE, TIMESTAMP, sign
from tests.integration.messages.test_what_is_told import VERIFIER, sip
from tests.races.hearing import death_of, hear
from tests.support.counter import OLD_REPORT_KEY, REPORT_KEY, Counter
from tests.support.desks import REPORT, Desks, birth_data
from tests.support.providers import Provider
from tests.support.telling import TEN, Telling, applicant

VILLAGE = "35.15.14.2013"
CLERK, OPERATOR = (VILLAGE, "clerk"), ("mpp-sidoarjo", "operator")
ELSEWHERE = ("35.15.18", "clerk")
LIST = "/api/v1/call-list"


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


def items(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body["unavailable"] == []
    return list(body["items"])


def listed(desks: Desks, telling: Telling, number: int = 1) -> list[dict[str, Any]]:
    """Cases whose citizens are to be called."""
    cases = [sip(desks, index=2 * index, phone=None) for index in range(number)]
    telling.work(TEN)
    return cases


# --- the call list ---------------------------------------------------------------------------------------------------


def test_whom_to_call_and_what_to_say(desks: Desks, counter: Counter) -> None:
    telling = Telling(desks)
    case = sip(desks)
    telling.work(TEN)
    (line,) = items(counter.get(LIST, CLERK))
    assert (line["case"], line["name"], line["phone"]) == (case["id"], applicant()["name"], "+6281234567890")
    assert (line["moment"], line["reason"], line["office"]) == ("received", "no_channel", VILLAGE)
    assert case["tracking_code"] in line["say"]["id"]
    assert "is received" in line["say"]["en"]


def test_of_all_services_together_longest_first(desks: Desks, counter: Counter) -> None:
    telling = {name: Telling(desks, service=name) for name in ("permits", "complaints")}
    sip(desks, phone=None)
    telling["permits"].work(TEN)
    desks.open("petugas.sukodono", "PGD-LPR", applicant=applicant(2, phone=None), data=REPORT)
    telling["complaints"].work(TEN)
    assert [line["collection"] for line in items(counter.get(LIST, CLERK))] == ["permits", "complaints"]


def test_page_by_page(desks: Desks, counter: Counter) -> None:
    listed(desks, Telling(desks), 5)
    seen: list[str] = []
    path: str | None = f"{LIST}?limit=2"
    while path is not None:
        answer = counter.get(path, CLERK)
        seen += [line["id"] for line in items(answer)]
        following = answer.get_json()["next"]
        path = following and f"{LIST}?limit=2&cursor={following}"
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("who", "status", "lines"),
    [
        (CLERK, 200, 1),
        (ELSEWHERE, 200, 0),
        (("35.15.14", "supervisor"), 200, 1),
        (("dpmptsp", "verifier"), 403, 0),
        (("bpjs", "partner"), 403, 0),
        (OPERATOR, 403, 0),
    ],
)
def test_who_may_read_it(desks: Desks, counter: Counter, who: Any, status: int, lines: int) -> None:
    listed(desks, Telling(desks))
    answer = counter.get(LIST, who)
    assert answer.status_code == status
    if status == 200:
        assert len(items(answer)) == lines


def test_another_office_is_not_there(desks: Desks, counter: Counter) -> None:
    assert counter.get(f"{LIST}?office=35.15.18", CLERK).status_code == 404
    assert counter.get(f"{LIST}?office={VILLAGE}", ("35.15.14", "supervisor")).status_code == 200


def test_each_reading_is_on_record(desks: Desks, counter: Counter) -> None:
    (case,) = listed(desks, Telling(desks))
    items(counter.get(LIST, CLERK))
    with desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(audit).where(audit.c.action == "call_list")).all()
    assert [(row.actor, row.office, row.details) for row in rows] == [
        ("petugas.clerk", VILLAGE, {"cases": [case["id"]]})
    ]


def test_it_is_printed_as_a_page(desks: Desks, counter: Counter) -> None:
    (case,) = listed(desks, Telling(desks))
    answer = counter.get(f"{LIST}/sheet", CLERK)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert case["tracking_code"] in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Tidak ada yang perlu dihubungi." in counter.get(f"{LIST}/sheet", ELSEWHERE).text


def tick(counter: Counter, line: str, result: str = "reached", who: Any = CLERK, **more: Any) -> TestResponse:
    return counter.post(f"{LIST}/{line}", {"result": result}, who, **more)


@pytest.mark.parametrize("result", ["reached", "not_reached"])
def test_a_line_is_ticked_off_once(desks: Desks, counter: Counter, result: str) -> None:
    telling = Telling(desks)
    (case,) = listed(desks, telling)
    (line,) = items(counter.get(LIST, CLERK))
    first = tick(counter, line["id"], result, key="k")
    assert (first.status_code, first.get_json()["state"]) == (200, result)
    assert tick(counter, line["id"], result, key="k").get_json() == first.get_json()
    again = tick(counter, line["id"], result)
    assert (again.status_code, again.get_json()["code"]) == (409, "not_on_call_list")
    assert items(counter.get(LIST, CLERK)) == []
    (message,) = telling.of(case)
    assert (message.state, message.ticked_by) == (result, "petugas.clerk")
    with desks.databases["permits"].transaction() as tx:
        assert len(tx.execute(select(audit).where(audit.c.action == "called")).all()) == 1


def test_who_may_not_read_a_line_may_not_tick_it_off(desks: Desks, counter: Counter) -> None:
    listed(desks, Telling(desks))
    (line,) = items(counter.get(LIST, CLERK))
    assert tick(counter, line["id"], who=ELSEWHERE).status_code == 404
    assert tick(counter, line["id"], who=("dpmptsp", "verifier")).status_code == 403
    assert tick(counter, line["id"], "perhaps").status_code == 422
    assert tick(counter, "P0199aaaa-0000-7000-8000-000000000000").status_code == 404
    assert tick(counter, "X" + line["id"][1:]).status_code == 404
    assert len(items(counter.get(LIST, CLERK))) == 1


def test_who_died_since_is_not_called(desks: Desks, counter: Counter) -> None:
    telling = Telling(desks)
    (case,) = listed(desks, telling)
    hear(desks, "permits", death_of(desks, 0))
    assert items(counter.get(LIST, CLERK)) == []
    assert telling.states(case)[0] == "withheld: died"


def test_an_answer_to_a_hidden_reporter_is_nobodys_to_make(desks: Desks, counter: Counter) -> None:
    desks.open("petugas.sukodono", "PGD-LPR", applicant=applicant(phone=None), data=REPORT, anonymous=True)
    Telling(desks, service="complaints").work(TEN)
    assert items(counter.get(LIST, CLERK)) == []


# --- a number that was mistyped --------------------------------------------------------------------------------------


def contact(counter: Counter, case: dict[str, Any], who: Any = CLERK, **body: Any) -> TestResponse:
    return counter.post(f"/api/v1/{case['collection']}/{case['id']}/contact", body, who)


def test_a_corrected_number_is_told_again(desks: Desks, counter: Counter, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks, phone="+6281200000000")
    telling.work(TEN)
    answer = contact(counter, case, phone="0812-7777-7777")
    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["corrected"], answer.get_json()["told_again"]) == (["phone"], "received")
    telling.work(TEN)
    assert [each["to"] for each in provider.sent] == ["+6281200000000", "+6281277777777"]
    assert provider.sent[0]["text"] == provider.sent[1]["text"]
    entry = desks.get("petugas.sukodono", case)["timeline"][-1]
    assert (entry["action"], entry["fields"]) == ("contact", ["applicant.phone"])


def test_also_when_the_case_is_finished(desks: Desks, counter: Counter, provider: Provider) -> None:
    telling = Telling(desks, provider, service="civil_registry")
    case = desks.open("petugas.dukcapil", "ADM-LHR-01", applicant=applicant(1, phone=None), data=birth_data())
    case = desks.act(VERIFIER.replace("dpmptsp", "dukcapil"), case, "verify")
    case = desks.act("pejabat.dukcapil", case, "sign")
    telling.work(TEN)
    assert telling.states(case)[-1] == "call_list: no_address"
    assert (
        contact(counter, case, ("dukcapil", "clerk"), phone="+6281277777777").get_json()["told_again"] == "paper_ready"
    )
    assert telling.states(case)[-2:] == ["merged: newer", "waiting"]
    telling.work(TEN)
    (sent,) = provider.sent
    assert "siap" in sent["text"]


def test_the_same_number_changes_nothing(desks: Desks, counter: Counter, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    kept = contact(counter, case, phone="+6281234567890").get_json()
    assert (kept["corrected"], kept["told_again"], kept["version"]) == ([], None, case["version"])


@pytest.mark.parametrize(
    ("who", "status"),
    [(ELSEWHERE, 404), (("dpmptsp", "verifier"), 403), (("dinkes", "officer"), 404), (OPERATOR, 404), (None, 401)],
)
def test_who_may_not_correct(desks: Desks, counter: Counter, who: Any, status: int) -> None:
    case = sip(desks)
    assert contact(counter, case, who, phone="+6281277777777").status_code == status


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"phone": "123"}, "phone"),
        ({"email": "a@b\r\nBcc: x@y.id"}, "email"),
        ({"language": "jv"}, "language"),
        ({"do_not_contact": "ya"}, "do_not_contact"),
        ({"of": "neighbour"}, "of"),
        ({"address": "Jalan 1"}, "address"),
    ],
)
def test_what_cannot_be(desks: Desks, counter: Counter, body: dict[str, Any], field: str) -> None:
    answer = contact(counter, sip(desks), **body)
    assert (answer.status_code, [error["field"] for error in answer.get_json()["errors"]]) == (422, [field])


def test_a_wish_is_kept_for_the_person_in_every_case_of_the_service(
    desks: Desks, counter: Counter, provider: Provider
) -> None:
    telling = Telling(desks, provider)
    first = sip(desks)
    assert contact(counter, first, do_not_contact=True).get_json()["do_not_contact"] is True
    second, other = sip(desks), sip(desks, index=2)
    telling.work(TEN)
    assert [telling.states(each)[0] for each in (first, second)] == ["withheld: do_not_contact"] * 2
    assert telling.states(other) == ["sent"]
    assert contact(counter, second, do_not_contact=False, language="en").get_json()["language"] == "en"
    with desks.databases["permits"].transaction() as tx:
        noted = tx.execute(select(audit).where(audit.c.action == "contact_preference").order_by(audit.c.id)).all()
    assert [row.details["do_not_contact"] for row in noted] == [True, False]


# --- what the case shows ---------------------------------------------------------------------------------------------


def test_a_case_shows_when_its_citizen_was_told(desks: Desks, counter: Counter, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    path = f"/api/v1/permits/{case['id']}/messages"
    for answer in (counter.get(path, CLERK), counter.get(path, None, secret=desks.secret_of(case))):
        (message,) = answer.get_json()["items"]
        assert (message["moment"], message["state"], message["channel"]) == ("received", "sent", "sms")
        assert "6281234567890" not in answer.text
    assert counter.get(path, ELSEWHERE).status_code == 404
    assert counter.get(path, None, secret="AAAAAAAAAA").status_code == 404


# --- reports of providers --------------------------------------------------------------------------------------------


def report(
    counter: Counter, body: Any, *, channel: str = "sms", age: timedelta = timedelta(0), key: bytes = REPORT_KEY
) -> TestResponse:
    raw = json.dumps(body).encode()
    timestamp = str(int((counter.desks.clock.now() - age).timestamp()))
    headers = {TIMESTAMP: timestamp, SIGNATURE: sign(key, timestamp, raw)}
    return counter.raw(f"/api/v1/messages/reports/{channel}", raw, headers)


def test_a_report_is_taken_and_repeated_alike(desks: Desks, counter: Counter, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    body = {"id": provider.sent[0]["id"], "status": "delivered", "provider_id": "sms-1"}
    for key in (REPORT_KEY, REPORT_KEY, OLD_REPORT_KEY):
        answer = report(counter, body, key=key)
        assert (answer.status_code, answer.get_json()) == (200, {"id": body["id"]})
    assert telling.states(case) == ["delivered"]


def test_reports_that_are_refused(desks: Desks, counter: Counter, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    good = {"id": provider.sent[0]["id"], "status": "delivered"}
    other = {**good, "id": "P0199aaaa-0000-7000-8000-000000000000"}
    nobodys = {**good, "id": "X" + good["id"][1:]}
    answers = {
        "of another key": report(counter, good, key=bytes(32)),
        "recorded and sent again later": report(counter, good, age=timedelta(minutes=6)),
        "from the future": report(counter, good, age=-timedelta(minutes=6)),
        "of another channel": report(counter, good, channel="whatsapp", key=bytes(range(64, 96))),
        "with another channel's key": report(counter, good, channel="whatsapp"),
        "of no channel": report(counter, good, channel="email"),
        "of nothing": report(counter, other),
        "of no service": report(counter, nobodys),
        "with another status": report(counter, {**good, "status": "read"}),
        "with more in it": report(counter, {**good, "phone": "+62"}),
        "too large": report(counter, {**good, "provider_id": "x" * 200_000}),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "of another key": 401,
        "recorded and sent again later": 401,
        "from the future": 401,
        "of another channel": 404,
        "with another channel's key": 401,
        "of no channel": 404,
        "of nothing": 404,
        "of no service": 404,
        "with another status": 422,
        "with more in it": 422,
        "too large": 413,
    }
    told = [answers[name].get_json() for name in ("of another channel", "of nothing", "of no service")]
    assert len({each["detail"] for each in told}) == 1, "nobody learns which ids there are"
    assert telling.states(case) == ["sent"]


def test_without_a_key_no_report_is_taken(desks: Desks, counter: Counter) -> None:
    counter.parts.report_keys = {}
    counter.open()
    answer = report(counter, {"id": "P0199aaaa-0000-7000-8000-000000000000", "status": "delivered"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "message_reports_off")


# --- the operator ----------------------------------------------------------------------------------------------------


def test_after_a_long_outage_the_operator_lets_them_be_tried_again(
    desks: Desks, counter: Counter, provider: Provider
) -> None:
    telling = Telling(desks, provider)
    provider.does = "500 before"
    case, unreachable = sip(desks), sip(desks, index=2, phone=None)
    telling.for_days(1)
    base = "/api/v1/operations/messages/permits"
    found = counter.get(f"{base}?state=call_list", OPERATOR).get_json()
    assert sorted(item["reason"] for item in found["items"]) == ["no_address", "provider_failed"]
    assert "6281234567890" not in json.dumps(found)
    provider.does = "takes"
    assert counter.post(f"{base}/retries", {}, OPERATOR).get_json() == {"retried": 1, "next": None}
    assert counter.post(f"{base}/retries", {}, OPERATOR).get_json() == {"retried": 0, "next": None}
    telling.for_days(1, every=timedelta(minutes=30))
    assert len(provider.sent) == 1
    assert telling.states(case)[0] in ("sent", "call_list: no_report")
    assert telling.of(case)[0].settled_at < telling.of(case)[0].sent_at, "that it could not be told was known before"
    assert telling.states(unreachable) == ["call_list: no_address"]


@pytest.mark.parametrize("who", [CLERK, ("bpjs", "partner"), ("35.15.14", "supervisor")])
def test_nobody_else_may(desks: Desks, counter: Counter, who: Any) -> None:
    base = "/api/v1/operations/messages/permits"
    assert counter.get(f"{base}?state=call_list", who).status_code == 403
    assert counter.post(f"{base}/retries", {}, who).status_code == 403
