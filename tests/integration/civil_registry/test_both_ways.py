"""Births and deaths over HTTP, where the mall registers and where SIAK does: two days at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from mpp.identity import demo as people
from tests.support.both_ways import registered_by
from tests.support.counter import Counter, Who
from tests.support.desks import DECISION, Desks, answering, birth_data, death_data, doctor

CLERK, VERIFIER = ("35.15.14.2013", "clerk"), ("dukcapil", "verifier")
SIGNER, HEAD = ("dukcapil", "signer"), ("dukcapil", "supervisor")
PATH = "/api/v1/registrations"
FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def counter(desks: Desks, gateway_url: str, request: pytest.FixtureRequest) -> Iterator[Counter]:
    opened = Counter(registered_by(desks, request.param), gateway_url)
    yield opened
    opened.close()


both = pytest.mark.parametrize("counter", ["mall", "outside"], indirect=True)
outside = pytest.mark.parametrize("counter", ["outside"], indirect=True)
mall = pytest.mark.parametrize("counter", ["mall"], indirect=True)


def file(counter: Counter, service: str, data: dict[str, Any], applicant: int = 8) -> dict[str, Any]:
    body = {"service": service, "applicant": doctor(applicant), "data": data}
    return told(counter.post(PATH, body, CLERK), 201)


def told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def send(counter: Counter, who: Who, case: dict[str, Any], action: str, **body: Any) -> Any:
    address = f"{PATH}/{case['id']}"
    now = told(counter.get(address, who))
    return counter.post(f"{address}/actions", {"action": action, **body}, who, version=now["version"])


def act(counter: Counter, who: Who, case: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
    found = told(send(counter, who, case, action, **body))
    if found["signing"] is None:
        return found
    counter.desks.finish_paper("registrations", found["signing"]["paper"])
    return told(counter.get(f"{PATH}/{case['id']}", who))


def answers(counter: Counter, who: Who, case: dict[str, Any]) -> dict[str, Any]:
    """The answers to what the mall found alike: a twin of the other."""
    return answering(told(counter.get(f"{PATH}/{case['id']}", who)), "Anak kembar.")


def decided(counter: Counter, who: Who, case: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
    return act(counter, who, case, action, **answers(counter, who, case), **body)


def sends_back(nik: str, number: str, on: str = "2026-11-23") -> dict[str, Any]:
    """What the officer types from SIAK's certificate, which was handed in as a PDF."""
    return {"nik": nik, "number": number, "registered_on": on, "requirements": {"register_paper": True}}


def at(counter: Counter, moment: datetime) -> None:
    counter.desks.clock.advance(moment - counter.desks.clock.now())
    counter._tokens.clear()  # everybody signs in anew


def unmarried_mother(**change: Any) -> dict[str, Any]:
    """A child of twelve days with F-2.03 in the place of a birth statement."""
    data = birth_data()
    data["child"] = {**data["child"], "birth_date": "2026-11-08"}
    ticks = {"birth_sptjm": True, "family_card": True, "witness_1": True}
    witness = {"witness_1": {"name": "Saksi Contoh"}}
    return {**data, "parentage": "mother_only", **witness, "requirements": ticks, **change}


def missing(case: dict[str, Any]) -> list[str]:
    there = {r["instead_of"] for r in case["requirements"] if r["fulfilled"]}
    wanted = [r for r in case["requirements"] if r["required"] and not r["fulfilled"]]
    return [r["code"] for r in wanted if r["code"] not in there]


@both
def test_an_unmarried_mother_whose_second_witness_comes_on_monday(counter: Counter) -> None:
    """Scenario 1: the file names exactly the missing witness, and the promise counts from Monday."""
    at(counter, FRIDAY)
    case = file(counter, "ADM-LHR-01", unmarried_mother())
    assert (case["state"], missing(case), case["due_at"]) == ("incomplete", ["witness_2"], None)
    nobody = send(counter, CLERK, case, "complete", data={"requirements": {"witness_2": True}})
    assert nobody.status_code == 422, "who has signed has a name"
    at(counter, MONDAY)
    before = counter.desks.events("civil_registry")
    told(send(counter, CLERK, case, "amend", note="Saksi kedua datang.", data={"witness_2": {"name": "Saksi Kedua"}}))
    case = act(counter, CLERK, case, "complete", data={"requirements": {"witness_2": True}})
    assert (case["state"], case["due_at"][:10]) == ("submitted", "2026-11-24")
    case = registered(counter, case)
    assert case["state"] == "recorded"
    assert case["certificate"]["family_card"]["members"] == 5
    heard = counter.desks.new_events("civil_registry", before)
    (birth,) = [event for event in heard if event.type == "civil_registry.birth.registered.v1"]
    assert birth.data["late"] is False
    mother = people.resident(1)
    words = "".join(str(event.data) for event in heard)
    assert mother.nik not in words
    assert mother.name not in words


def registered(counter: Counter, case: dict[str, Any], nik: str = "3515994811260001") -> dict[str, Any]:
    """On either way: by the mall's registrar, or with what SIAK answered."""
    if not case["register"]["outside"]:
        case = act(counter, VERIFIER, case, "verify")
        case = act(counter, SIGNER, case, "sign")
        paper = told(counter.get(f"{PATH}/{case['id']}", SIGNER))["papers"][0]
        assert paper["number"] == case["document_number"] == case["certificate"]["number"]
        return case
    case = act(counter, VERIFIER, case, "hand_to_register")
    assert case["due_at"] is not None, "the promise runs on while SIAK has it"
    assert (case["register"]["heard_at"], case["document_number"], case["papers"]) == (None, None, [])
    return act(counter, VERIFIER, case, "bring_in", data=sends_back(nik, "3515-LU-23112026-0107"))


@outside
def test_the_case_shows_whose_word_it_is_and_when_it_was_heard(counter: Counter) -> None:
    case = file(counter, "ADM-LHR-01", birth_data())
    assert (case["register"]["register"], case["register"]["handed_over_at"]) == ("siak", None)
    case = act(counter, VERIFIER, case, "hand_to_register")
    assert case["register"]["handed_over_at"] is not None
    case = act(counter, VERIFIER, case, "bring_in", data=sends_back("3515995011260007", "3515-LU-23112026-0107"))
    assert case["register"]["heard_at"] == case["timeline"][-1]["at"]
    assert case["register"]["heard_by"]["office"] == "dukcapil"
    assert case["document_number"] == case["certificate"]["number"] == "3515-LU-23112026-0107"
    assert case["certificate"]["nik"] == "3515995011260007", "no NIK of the mall's own"
    assert case["papers"] == []


@outside
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"nik": "3515991011260007"}, "data.nik", "nik_of_another"),
        ({"nik": "3515995111260007"}, "data.nik", "nik_of_another"),
        ({"number": "AKTA 107"}, "data.number", "malformed"),
        ({"number": "3515-LT-23112026-0107"}, "data.number", "malformed"),
        ({"registered_on": "2026-11-09"}, "data.registered_on", "before_event"),
        ({"requirements": {}}, "data.requirements.register_paper", "required"),
    ],
)
def test_what_is_typed_wrong_from_the_certificate_is_named(
    counter: Counter, change: dict[str, Any], field: str, code: str
) -> None:
    case = file(counter, "ADM-LHR-01", birth_data())
    case = act(counter, VERIFIER, case, "hand_to_register")
    data = {**sends_back("3515995011260007", "3515-LU-23112026-0107"), **change}
    refused = told(send(counter, VERIFIER, case, "bring_in", data=data), 422)
    assert [(each["field"], each["code"]) for each in refused["errors"]] == [(field, code)]


@outside
def test_no_nik_and_no_number_is_brought_in_twice(counter: Counter) -> None:
    data = sends_back("3515995011260007", "3515-LU-23112026-0107")
    for refuses in (False, True):
        case = file(counter, "ADM-LHR-01", birth_data())
        case = act(counter, VERIFIER, case, "hand_to_register", **answers(counter, VERIFIER, case))
        answer = send(counter, VERIFIER, case, "bring_in", data=data, **answers(counter, VERIFIER, case))
        if refuses:
            wrong = [(each["field"], each["code"]) for each in told(answer, 422)["errors"]]
            assert wrong == [("data.number", "already_registered"), ("data.nik", "already_registered")]


@outside
def test_siak_sends_a_file_back_and_the_citizen_mends_it(counter: Counter) -> None:
    case = file(counter, "ADM-LHR-01", birth_data())
    case = act(counter, VERIFIER, case, "hand_to_register")
    case = act(counter, VERIFIER, case, "send_back", note="Nomor KK tidak aktif.")
    assert (case["state"], case["register"]["heard_by"]["office"]) == ("returned", "dukcapil")
    case = act(counter, CLERK, case, "complete")
    assert act(counter, VERIFIER, case, "hand_to_register")["state"] == "handed_over"


@outside
def test_nothing_is_signed_or_numbered_where_siak_registers(counter: Counter) -> None:
    case = file(counter, "ADM-LHR-01", birth_data())
    assert send(counter, VERIFIER, case, "verify").status_code == 409
    case = act(counter, VERIFIER, case, "hand_to_register")
    assert send(counter, SIGNER, case, "sign").status_code == 409
    offered = {each["action"] for each in told(counter.get(f"{PATH}/{case['id']}", SIGNER))["actions"]}
    assert not offered & {"sign", "verify"}


@outside
def test_a_family_that_the_copy_does_not_know_is_taken_in_and_answered_for(counter: Counter) -> None:
    data = {**birth_data(), "family_card": "3515990101209999", "mother_nik": "3515995001709999"}
    case = file(counter, "ADM-LHR-01", data)
    asked = told(counter.get(f"{PATH}/{case['id']}", VERIFIER))["warnings"]
    unknown = [each for each in asked if each["code"] == "not_in_copy"]
    assert [each["field"] for each in unknown] == ["data.family_card", "data.mother_nik"]
    assert send(counter, VERIFIER, case, "hand_to_register").status_code == 422
    answers = [{"warning": each["id"], "reason": "Dilihat di SIAK."} for each in asked]
    case = act(counter, VERIFIER, case, "hand_to_register", answers=answers)
    data = sends_back("3515995011260007", "3515-LU-23112026-0107")
    case = act(counter, VERIFIER, case, "bring_in", data=data)
    assert (case["state"], case["certificate"], case["document_number"]) == ("recorded", None, data["number"])


@outside
def test_a_choice_of_the_region_leaves_running_cases_as_they_are(counter: Counter) -> None:
    case = file(counter, "ADM-LHR-01", birth_data())
    registered_by(counter.desks, "mall")
    assert act(counter, VERIFIER, case, "hand_to_register")["register"]["register"] == "siak"
    assert file(counter, "ADM-LHR-01", birth_data())["register"]["register"] == "mall"


@mall
def test_a_paper_of_the_mall_says_that_it_is_for_training(counter: Counter) -> None:
    case = registered(counter, file(counter, "ADM-LHR-01", birth_data()))
    snapshot = counter.desks.ask_as_gateway("registrations", "snapshot", id=case["papers"][0]["id"])
    assert "pelatihan" in str(snapshot)


# ------------------------------------------------------------------------- twins


def twin(born: str, hour: str, order: int) -> dict[str, Any]:
    data = birth_data()
    more = {"birth_date": born, "birth_time": hour, "order": order, "helper": "traditional", "born_in": "home"}
    return {**data, "child": {**data["child"], **more, "birth_kind": "twin"}}


@both
def test_twins_on_both_sides_of_midnight_and_of_the_limit(counter: Counter) -> None:
    """Scenario 2: born 61 and 60 days ago. One is late and has a number with LT after the head's decision."""
    elder = file(counter, "ADM-LHR-01", twin("2026-09-23", "23.50", 1))
    younger = file(counter, "ADM-LHR-01", twin("2026-09-24", "00.10", 2))
    assert (elder["data"]["late"], younger["data"]["late"]) == (True, False)
    parents = ("family_card", "mother_nik", "parentage")
    assert [elder["data"][name] for name in parents] == [younger["data"][name] for name in parents]
    numbers = []
    for case, nik, number in (
        (elder, "3515996309260001", "3515-LT-23112026-0001"),
        (younger, "3515996409260001", "3515-LU-23112026-0001"),
    ):
        done = on_time_or_late(counter, case, nik, number)
        assert done["certificate"]["late"] is case["data"]["late"]
        assert done["data"]["child"]["order"] == (1 if case is elder else 2)
        numbers.append(done["document_number"])
    assert numbers == ["3515-LT-23112026-0001", "3515-LU-23112026-0001"]


def on_time_or_late(counter: Counter, case: dict[str, Any], nik: str, number: str) -> dict[str, Any]:
    outside, late = case["register"]["outside"], case["data"]["late"]
    if late:
        case = decided(counter, VERIFIER, case, "verify_late")
        assert send(counter, SIGNER, case, "sign").status_code == 409, "the head decides first"
        case = decided(counter, HEAD, case, "accept_late_for_register" if outside else "accept_late", data=DECISION)
    else:
        case = decided(counter, VERIFIER, case, "hand_to_register" if outside else "verify")
    if outside:
        return decided(counter, VERIFIER, case, "bring_in", data=sends_back(nik, number))
    return decided(counter, SIGNER, case, "sign")


@both
def test_the_head_declines_a_late_report_with_a_reason(counter: Counter) -> None:
    case = file(counter, "ADM-LHR-01", twin("2026-09-23", "23.50", 1))
    case = act(counter, VERIFIER, case, "verify_late")
    assert send(counter, HEAD, case, "decline_late").status_code == 422
    assert act(counter, HEAD, case, "decline_late", note="Tidak ada saksi.")["state"] == "rejected"


@both
def test_a_corrected_day_makes_no_report_late_afterwards(counter: Counter) -> None:
    case = file(counter, "ADM-LHR-01", twin("2026-09-24", "00.10", 2))
    child = {**case["data"]["child"], "birth_date": "2026-09-23"}
    refused = told(send(counter, VERIFIER, case, "amend", note="Salah tulis.", data={"child": child}), 422)
    assert [(each["field"], each["code"]) for each in refused["errors"]] == [("data.child", "turns_late")]


# --------------------------------------------------------------------- parentage


@mall
@pytest.mark.parametrize(
    ("change", "gone", "field", "code"),
    [
        ({"parentage": "mother_only", "father_nik": people.resident(2).nik}, (), "father_nik", "not_for_this_case"),
        ({"parentage": "unknown"}, (), "mother_nik", "not_for_this_case"),
        ({}, ("mother_nik",), "mother_nik", "required"),
        ({"mother_outside": {"name": "Ibu Contoh"}}, (), "mother_outside", "nik_or_outside"),
    ],
)
def test_parents_go_with_the_parentage(
    counter: Counter, change: dict[str, Any], gone: tuple[str, ...], field: str, code: str
) -> None:
    data = {name: value for name, value in {**birth_data(), **change}.items() if name not in gone}
    body = {"service": "ADM-LHR-01", "applicant": doctor(8), "data": data}
    refused = told(counter.post(PATH, body, CLERK), 422)
    assert [(each["field"], each["code"]) for each in refused["errors"]] == [(f"data.{field}", code)]


@mall
def test_a_foundling_has_a_police_report_and_no_parents(counter: Counter) -> None:
    data = {name: value for name, value in birth_data().items() if name != "mother_nik"}
    case = file(counter, "ADM-LHR-01", {**data, "parentage": "unknown", "requirements": {"family_card": True}})
    assert missing(case) == ["police_report"]
    case = act(counter, CLERK, case, "complete", data={"requirements": {"police_report": True}})
    assert registered(counter, case)["state"] == "recorded"


@mall
def test_a_mother_without_a_nik_stands_on_the_certificate_by_her_name(counter: Counter) -> None:
    data = {name: value for name, value in birth_data().items() if name != "mother_nik"}
    mother = {"name": "Maria Contoh", "birth_date": "1995-05-05", "document": "Paspor", "number": "X1234567"}
    case = registered(counter, file(counter, "ADM-LHR-01", {**data, "mother_outside": mother}))
    snapshot = counter.desks.ask_as_gateway("registrations", "snapshot", id=case["papers"][0]["id"])
    assert "Maria Contoh" in str(snapshot)


# ------------------------------------------------------------------------- death


@both
def test_a_death_is_registered_on_either_way(counter: Counter) -> None:
    case = file(counter, "ADM-MTI-01", death_data(0))
    if case["register"]["outside"]:
        case = act(counter, VERIFIER, case, "hand_to_register")
        data = {"number": "3515-KM-23112026-0031", "registered_on": "2026-11-23"}
        case = act(counter, VERIFIER, case, "bring_in", data={**data, "requirements": {"register_paper": True}})
        assert case["document_number"] == data["number"]
    else:
        case = act(counter, VERIFIER, case, "verify")
        case = act(counter, SIGNER, case, "sign")
    assert (case["state"], case["certificate"]["family_card"]["members"]) == ("recorded", 3)
    body = {"service": "ADM-MTI-01", "applicant": doctor(8), "data": death_data(0)}
    again = told(counter.post(PATH, body, CLERK), 422)
    assert ("data.deceased_nik", "already_deceased") in [(each["field"], each["code"]) for each in again["errors"]]


@mall
def test_where_no_body_was_found_a_court_decides_first(counter: Counter) -> None:
    data = death_data(0)
    case = file(counter, "ADM-MTI-01", {**data, "finding": "missing", "requirements": {"family_card": True}})
    assert missing(case) == ["court_order"]
