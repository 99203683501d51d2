"""When a case has ended its citizen may answer nine questions about the service: once, for a while, without a name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from mpp.cases.recording import satisfaction
from mpp.cases.storage import satisfaction_rows
from mpp.cases.storage.satisfaction_tables import satisfaction_addresses, satisfaction_answers
from mpp.cases.time.forgetting import forget
from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.persistence.tables import audit
from tests.support.desks import REPORT, Desks, birth_data, doctor, refusal
from tests.support.permit_walks import HANDED_OVER, file, walk
from tests.support.plans import plans_of

CLERK = "petugas.sukodono"
Case = dict[str, Any]
ALL = {
    "requirements": 3, "procedure": 2, "time": 1, "fee": 4, "product": 3, "competence": 4, "behaviour": 4,
    "facilities": 2, "complaints": 3,
}  # fmt: skip


def birth(desks: Desks) -> Case:
    """A registration, free of charge, that has ended."""
    case = desks.open(CLERK, "ADM-LHR-01", applicant=doctor(8), data=birth_data())
    desks.act("verifikator.dukcapil", case, "verify")
    case = desks.get("pejabat.dukcapil", case)
    return desks.act("pejabat.dukcapil", case, "sign")


def complaint(desks: Desks) -> Case:
    """A complaint that was closed; its tariff says nothing of a fee."""
    case = desks.open(CLERK, "PGD-LPR", data=REPORT, applicant=doctor(8))
    secret = case["secret"]
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    case = desks.act("petugas.dpubmsda", case, "answer", note="Jalan diperbaiki.")
    return {**desks.act("admin.pengaduan", case, "close"), "secret": secret}


def ask(desks: Desks, collection: str, op: str, account: str | None = None, **more: Any) -> Case:
    payload = desks.payload(account, "POST", "", more.pop("body", {})) | {"params": {"op": op, **more}}
    return dict(desks.answer(collection, "satisfaction", payload)["body"])


def address(desks: Desks, case: Case, account: str | None = CLERK, key: str | None = None) -> Case:
    """The one-time address, as a clerk or as the applicant asks for it."""
    path = f"/api/v1/{case['collection']}/{case['id']}/satisfaction"
    payload = desks.payload(account, "POST", path, {}, key=key) | {"params": {"op": "address", "id": case["id"]}}
    if account is None:
        payload["applicant"] = {"secret": case["secret"]}
    return dict(desks.answer(case["collection"], "satisfaction", payload)["body"])


def answer(desks: Desks, case: Case, code: str, answers: dict[str, int], **more: Any) -> Case:
    return ask(desks, case["collection"], "answer", code=code, body={"answers": answers, **more})


def kept(desks: Desks, service: str) -> list[Any]:
    with desks.databases[service].transaction() as tx:
        return list(tx.execute(select(satisfaction_answers)).all())


def addresses(desks: Desks, service: str) -> int:
    with desks.databases[service].transaction() as tx:
        return len(tx.execute(select(satisfaction_addresses)).all())


def why(call: Any) -> tuple[int, str]:
    refused = refusal(call)
    return refused.status, refused.code


def test_there_is_nothing_to_ask_before_the_case_has_ended(desks: Desks) -> None:
    case = desks.open(CLERK, "PGD-LPR", data=REPORT, applicant=doctor(8))
    assert why(lambda: address(desks, case)) == (409, "case_goes_on")
    assert addresses(desks, "complaints") == 0


def test_the_address_comes_into_being_when_a_complaint_is_closed(desks: Desks) -> None:
    case = complaint(desks)
    assert addresses(desks, "complaints") == 1
    found = address(desks, case)
    assert found["ends_on"] == "2026-12-23", "thirty days"
    asked = ask(desks, "complaints", "form", code=found["code"])
    assert asked["service"]["code"] == "PGD-LPR"
    assert [question["preset"] for question in asked["questions"]] == [None] * 9
    answer(desks, case, found["code"], ALL, channel="counter")
    (row,) = kept(desks, "complaints")
    assert (row.service, row.office, row.channel, row.free) == ("PGD-LPR", asked["office"], "counter", False)
    assert (str(row.month), row.answers, row.questionnaire) == ("2026-11-01", ALL, asked["questionnaire"])


def test_the_fee_of_a_free_service_is_the_best_by_definition(desks: Desks) -> None:
    case = birth(desks)
    code = address(desks, case)["code"]
    asked = ask(desks, "registrations", "form", code=code)
    assert {q["code"]: q["preset"] for q in asked["questions"] if q["preset"]} == {"fee": 4}
    assert [f.code for f in refusal(lambda: answer(desks, case, code, ALL)).fields] == ["fee_not_asked"]
    answer(desks, case, code, {"time": 2})
    (row,) = kept(desks, "civil_registry")
    assert (row.answers, row.free) == ({"time": 2, "fee": 4}, True)


def test_a_permit_is_asked_about_at_its_hand_over_and_not_when_it_is_issued(desks: Desks) -> None:
    case = file(desks, "PRZ-KRK")
    issued = walk(desks, case, "issued")
    assert why(lambda: address(desks, issued)) == (409, "case_goes_on")
    case = desks.act(CLERK, issued, "hand_over", data=HANDED_OVER)
    assert case["state"] == "handed_over"
    code = address(desks, case)["code"]
    assert ask(desks, "permits", "form", code=code)["office"] == case["office"]


def test_who_withdrew_is_asked_nothing(desks: Desks) -> None:
    case = desks.open(CLERK, "PGD-LPR", data=REPORT, applicant=doctor(8))
    case = desks.act(CLERK, case, "withdraw", note="tidak jadi")
    assert why(lambda: address(desks, case)) == (409, "satisfaction_not_asked")
    assert addresses(desks, "complaints") == 0


def test_an_address_is_answered_by_once(desks: Desks) -> None:
    case = complaint(desks)
    code = address(desks, case)["code"]
    answer(desks, case, code, {"time": 4})
    assert why(lambda: answer(desks, case, code, {"time": 1})) == (409, "satisfaction_answered")
    assert why(lambda: ask(desks, "complaints", "form", code=code)) == (409, "satisfaction_answered")
    assert why(lambda: address(desks, case)) == (409, "satisfaction_answered")
    assert [row.answers for row in kept(desks, "complaints")] == [{"time": 4}]


def test_what_cannot_stand_spends_nothing(desks: Desks) -> None:
    case = complaint(desks)
    code = address(desks, case)["code"]
    assert why(lambda: answer(desks, case, code, {"time": 9})) == (422, "invalid_fields")
    assert why(lambda: answer(desks, case, code, {"time": 3}, questionnaire="0" * 16)) == (422, "invalid_fields")
    assert why(lambda: answer(desks, case, code, {"time": 3}, channel="mars")) == (422, "invalid_fields")
    answer(desks, case, code, {"time": 3})
    assert len(kept(desks, "complaints")) == 1


def test_an_address_ends_after_the_days_of_the_region(desks: Desks) -> None:
    case = complaint(desks)
    code = address(desks, case)["code"]
    desks.clock.advance(timedelta(days=30))
    assert ask(desks, "complaints", "form", code=code)["ends_on"] == "2026-12-23"
    desks.clock.advance(timedelta(days=1))
    for call in (
        lambda: ask(desks, "complaints", "form", code=code),
        lambda: answer(desks, case, code, {"time": 4}),
        lambda: address(desks, case),
    ):
        assert why(call) == (409, "satisfaction_expired")
    assert kept(desks, "complaints") == []


def test_a_code_that_there_is_not_is_unknown(desks: Desks) -> None:
    code = address(desks, complaint(desks))["code"]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert why(lambda: ask(desks, "complaints", "form", code=wrong)) == (404, "satisfaction_unknown")
    case = desks.open(CLERK, "PGD-LPR", data=REPORT, applicant=doctor(8))
    with desks.databases["complaints"].transaction():
        unborn = satisfaction.code_of(desks.desks["complaints"].host, case["id"])
    assert why(lambda: ask(desks, "complaints", "form", code=unborn)) == (404, "satisfaction_unknown")


def test_a_case_has_one_address_whoever_asks(desks: Desks) -> None:
    case, key = complaint(desks), new_id()
    first = address(desks, case, key=key)
    assert address(desks, case, key=key) == first == address(desks, case) == address(desks, case, None)
    host = desks.desks["complaints"].host
    with desks.databases["complaints"].transaction() as tx:
        told = satisfaction.address_of(tx, host, case["id"])
    assert told is not None
    assert told.path("message") == f"/s/{first['code']}?via=message"
    answer(desks, case, first["code"], {"time": 4})
    with desks.databases["complaints"].transaction() as tx:
        assert satisfaction.address_of(tx, host, case["id"]) is None


def test_who_asked_for_the_address_is_on_record_and_others_do_not_get_it(desks: Desks) -> None:
    case = complaint(desks)
    address(desks, case)
    with desks.databases["complaints"].transaction() as tx:
        (entry,) = tx.execute(select(audit).where(audit.c.action == "satisfaction_address")).all()
    assert (entry.actor, entry.office, entry.case_id) == (CLERK, "35.15.14.2013", case["id"])
    assert why(lambda: address(desks, case, "petugas.waru")) == (404, "not_found")
    assert why(lambda: address(desks, case, "admin.pengaduan")) == (403, "role_may_not")
    assert why(lambda: address(desks, {**case, "secret": "AAAAAAAAAA"}, None)) == (404, "not_found")


def test_the_receipt_has_it_for_who_has_the_secret(desks: Desks) -> None:
    case = complaint(desks)

    def receipt(account: str | None, secret: str | None) -> Any:
        payload = desks.payload(account, "GET", "", {}) | {"params": {"id": case["id"]}}
        payload["applicant"] = None if secret is None else {"secret": secret}
        return desks.answer("complaints", "receipt", payload)["body"]["satisfaction"]

    code = address(desks, case)["code"]
    assert receipt(None, case["secret"]) == {"code": code, "ends_on": "2026-12-23"} == receipt(CLERK, case["secret"])
    assert receipt(CLERK, None) is None
    answer(desks, case, code, {"time": 4})
    assert receipt(None, case["secret"]) is None


def test_a_case_that_ended_before_there_were_questions_gets_an_address_when_somebody_asks(desks: Desks) -> None:
    case = complaint(desks)
    with desks.databases["complaints"].transaction() as tx:
        tx.execute(satisfaction_addresses.delete())
    answer(desks, case, address(desks, case)["code"], {"time": 4})
    assert len(kept(desks, "complaints")) == 1


def test_addresses_are_forgotten_and_never_come_back(desks: Desks) -> None:
    case = complaint(desks)
    host = desks.desks["complaints"].host
    answer(desks, case, address(desks, case)["code"], {"time": 4})
    desks.clock.advance(timedelta(days=30 + 90))
    assert forget(host) == 0
    desks.clock.advance(timedelta(days=1))
    assert forget(host) == 1
    assert addresses(desks, "complaints") == 0
    assert why(lambda: address(desks, case)) == (409, "satisfaction_expired")
    assert len(kept(desks, "complaints")) == 1, "what was answered stays"


def everything(desks: Desks, service: str) -> dict[str, str]:
    """All rows of each table, with what PostgreSQL notes beside them."""
    with desks.databases[service].transaction() as tx:
        tables = tx.execute(text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
        return {row[0]: str(tx.execute(text(f'SELECT t::text FROM "{row[0]}" AS t')).all()) for row in tables}


def test_the_code_is_stored_nowhere_and_the_answer_names_neither_case_nor_address(desks: Desks) -> None:
    case, key = complaint(desks), new_id()
    found = address(desks, case, key=key)
    answer(desks, case, found["code"], ALL)
    tables = everything(desks, "complaints")
    assert not [name for name, rows in tables.items() if found["code"] in rows]
    columns = set(satisfaction_answers.c.keys())
    assert columns == {"month", "service", "office", "channel", "questionnaire", "free", "answers"}
    assert case["id"] not in tables["satisfaction_addresses"] + tables["satisfaction_answers"]
    assert case["tracking_code"] not in tables["satisfaction_addresses"] + tables["satisfaction_answers"]


def test_nothing_that_the_database_notes_tells_which_answer_came_from_which_address(desks: Desks) -> None:
    """Neither the transaction of a row nor its place: answers of one service, office and month are mixed."""
    many = 12
    for number in range(many):
        case = complaint(desks)
        answer(desks, case, address(desks, case)["code"], {"time": number % 4 + 1, "fee": number // 4 + 1})
    with desks.databases["complaints"].transaction() as tx:
        rows = tx.execute(text("SELECT xmin::text, answers FROM satisfaction_answers ORDER BY ctid")).all()
        (spent,) = tx.execute(text("SELECT count(DISTINCT xmin::text) FROM satisfaction_addresses")).one()
    assert len(rows) == many
    assert len({row.xmin for row in rows}) == 1, "all of them are of the transaction of the last one"
    order = [(row.answers["fee"] - 1) * 4 + row.answers["time"] - 1 for row in rows]
    assert sorted(order) == list(range(many)), "and none is lost"
    assert order != sorted(order), "nor do they lie in the order in which they came"
    assert spent == many


def test_the_operator_counts_what_was_answered_and_sees_nothing_else(desks: Desks) -> None:
    for value in (3, 3, 4):
        case = complaint(desks)
        answer(desks, case, address(desks, case)["code"], {"time": value}, channel="message")
    free = birth(desks)
    answer(desks, free, address(desks, free)["code"], {"time": 1})
    desks.clock.advance(timedelta(days=8))  # December
    later = complaint(desks)
    answer(desks, later, address(desks, later)["code"], {"time": 1})

    def counts(collection: str, month: str) -> list[tuple[Any, ...]]:
        found = ask(desks, collection, "counts", "operator", month=month)["items"]
        return [(i["service"], i["channel"], i["element"], i["value"], i["preset"], i["count"]) for i in found]

    assert counts("complaints", "2026-11-01") == [
        ("PGD-LPR", "message", "time", 3, False, 2),
        ("PGD-LPR", "message", "time", 4, False, 1),
    ]
    assert counts("complaints", "2026-12-01") == [("PGD-LPR", "other", "time", 1, False, 1)]
    assert counts("registrations", "2026-11-01") == [
        ("ADM-LHR-01", "other", "fee", 4, True, 1),
        ("ADM-LHR-01", "other", "time", 1, False, 1),
    ]
    with pytest.raises(Refused) as refused:
        ask(desks, "complaints", "counts", CLERK, month="2026-11-01")
    assert refused.value.status == 403


def test_counting_a_month_and_mixing_a_group_read_by_index(desks: Desks) -> None:
    case = complaint(desks)
    answer(desks, case, address(desks, case)["code"], {"time": 3})
    database, asked = desks.databases["complaints"], date(2026, 11, 1)
    many = text(
        "INSERT INTO satisfaction_answers SELECT month - n % 60 * interval '1 month', service, office || n % 40,"
        " channel, questionnaire, free, answers FROM satisfaction_answers, generate_series(1, 5000) n"
    )
    with database.transaction() as tx:
        tx.execute(many)

    def count() -> None:
        with database.transaction() as tx:
            satisfaction_rows.counts(tx, asked)

    (plan,) = plans_of(database, count)
    assert "satisfaction_answers_of" in plan.indexes, plan
    group = (
        "EXPLAIN SELECT ctid FROM satisfaction_answers WHERE month = :month AND service = 'PGD-LPR' AND office = 'x'"
    )
    with database.transaction() as tx:
        told = " ".join(tx.execute(text(group), {"month": asked}).scalars())
    assert "satisfaction_answers_of" in told, told
