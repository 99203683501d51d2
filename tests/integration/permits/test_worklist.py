"""One's own worklist: in three orders over all services, between days of the region, counted, with masked names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.counter import Counter, Who
from tests.support.desks import REPORT, SIP_DATA, Desks, birth_data, doctor
from tests.support.permit_walks import file

CLERK, VERIFIER = ("35.15.14.2013", "clerk"), ("dpmptsp", "verifier")
COMPLAINTS_DESK, AGENCY = ("dinkominfo", "verifier"), ("dpubmsda", "officer")


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


def work(counter: Counter, query: str = "", who: Who = VERIFIER) -> list[dict[str, Any]]:
    """All pages of a worklist, two tasks each."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = counter.get(f"/api/v1/worklist?limit=2{query}{cursor}", who)
        assert answer.status_code == 200, answer.text
        found += answer.get_json()["items"]
        if answer.get_json()["next"] is None:
            return found
        cursor = f"&cursor={answer.get_json()['next']}"


def cases_of(tasks: list[dict[str, Any]]) -> list[str]:
    return [task["case_id"] for task in tasks]


def refused(counter: Counter, query: str) -> tuple[int, list[tuple[str, str]]]:
    answer = counter.get(f"/api/v1/worklist?{query}", VERIFIER)
    return answer.status_code, [(e["field"], e["code"]) for e in answer.get_json()["errors"]]


# ---------------------------------------------------------------- order


def test_a_worklist_comes_in_the_order_that_is_asked_for(desks: Desks, counter: Counter) -> None:
    filed = []
    for resident in range(3):
        filed.append(file(desks, "PRZ-SIP-DR", resident + 1))
        desks.clock.advance(timedelta(minutes=1))
    desks.act("verifikator.dpmptsp", filed[1], "note", note="Pemohon menelepon.")
    ids = [case["id"] for case in filed]
    assert cases_of(work(counter, "&sort=filed")) == ids
    assert cases_of(work(counter, "&sort=changed")) == [ids[1], ids[2], ids[0]]
    assert cases_of(work(counter, "&sort=due")) == cases_of(work(counter)) == ids


def test_the_tasks_of_several_services_come_in_one_order(desks: Desks, counter: Counter) -> None:
    desk = (VERIFIER, ("dukcapil", "verifier"), COMPLAINTS_DESK)
    cases = [file(desks, "PRZ-SIP-DR", 1)]
    for service, applicant, data in (("ADM-LHR-01", 8, birth_data()), ("PGD-LPR", 7, REPORT)):
        desks.clock.advance(timedelta(minutes=1))
        cases.append(desks.open("petugas.sukodono", service, applicant=doctor(applicant), data=data))
    desks.clock.advance(timedelta(minutes=1))
    cases.append(file(desks, "PRZ-SIP-DR", 2))
    ids = [case["id"] for case in cases]
    assert cases_of(work(counter, "&sort=filed", desk)) == ids
    assert cases_of(work(counter, "&sort=changed", desk)) == ids[::-1]
    assert sorted(cases_of(work(counter, "", desk))) == sorted(ids)
    found = counts(counter, desk)
    assert (found["total"], [s["service"] for s in found["services"]]) == (4, ["ADM-LHR-01", "PGD-LPR", "PRZ-SIP-DR"])


def test_a_cursor_is_good_for_its_own_order_only(desks: Desks, counter: Counter) -> None:
    for resident in range(3):
        file(desks, "PRZ-SIP-DR", resident)
    cursors = {
        sort: counter.get(f"/api/v1/worklist?limit=1&sort={sort}", VERIFIER).get_json()["next"]
        for sort in ("due", "filed", "changed")
    }
    for of, cursor in cursors.items():
        for sort in cursors:
            answer = counter.get(f"/api/v1/worklist?sort={sort}&cursor={cursor}", VERIFIER)
            assert answer.status_code == (200 if sort == of else 400), (of, sort)


def test_an_order_that_there_is_not_is_told_with_those_that_there_are(counter: Counter) -> None:
    assert refused(counter, "sort=name") == (400, [("sort", "unknown_choice")])


# ----------------------------------------------------------------- days


def test_days_are_those_of_the_region(desks: Desks, counter: Counter) -> None:
    """Until 07.00 in the morning of Sidoarjo it is still yesterday by UTC."""
    desks.clock.advance(timedelta(hours=14, minutes=30))  # 23.30 on Monday
    monday = file(desks, "PRZ-SIP-DR", 1)
    desks.clock.advance(timedelta(hours=1))  # 00.30 on Tuesday
    tuesday = file(desks, "PRZ-SIP-DR", 2)
    for query, found in [
        ("filed_from=2026-11-23&filed_to=2026-11-23", [monday]),
        ("filed_from=2026-11-24", [tuesday]),
        ("filed_to=2026-11-23", [monday]),
        ("filed_from=2026-11-23&filed_to=2026-11-24", [monday, tuesday]),
        ("filed_from=2026-11-25", []),
    ]:
        assert cases_of(work(counter, f"&sort=filed&{query}")) == [case["id"] for case in found], query


def test_tasks_are_found_by_the_day_on_which_they_are_due(desks: Desks, counter: Counter) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    (task,) = work(counter)
    day = datetime.fromisoformat(task["due_at"]).date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    for query, found in [
        (f"due_from={day}&due_to={day}", [case]),
        (f"due_from={after}", []),
        (f"due_to={before}", []),
        (f"due_to={day}&service=PRZ-SIP-DR&sort=changed", [case]),
    ]:
        assert cases_of(work(counter, f"&{query}")) == [each["id"] for each in found], query
    desks.act("verifikator.dpmptsp", case, "return", note="Kurang terang.")
    assert [t["due_at"] for t in work(counter, who=CLERK)] == [None], "while the applicant must act"
    assert work(counter, "&due_from=2026-01-01", CLERK) == [], "a task without a date is due on no day"


def test_a_day_that_there_is_not_is_told(counter: Counter) -> None:
    assert refused(counter, "due_from=soon") == (400, [("due_from", "malformed")])
    assert refused(counter, "filed_to=2026-02-30") == (422, [("filed_to", "malformed")])
    assert refused(counter, "filed_from=0001-01-01") == (422, [("filed_from", "out_of_range")])
    assert refused(counter, "due_to=9999-12-31") == (422, [("due_to", "out_of_range")])
    assert refused(counter, "due_from=2026-11-24&due_to=2026-11-23") == (422, [("due_to", "out_of_range")])


# --------------------------------------------------------------- counts


def counts(counter: Counter, who: Who = VERIFIER) -> dict[str, Any]:
    answer = counter.get("/api/v1/worklist/counts", who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_what_waits_is_counted_by_service_and_state_and_what_is_late(desks: Desks, counter: Counter) -> None:
    first, _ = file(desks, "PRZ-SIP-DR", 1), file(desks, "PRZ-SIP-DR", 2)
    file(desks, "PRZ-RKL", 2)
    desks.open("petugas.sukodono", "PGD-LPR", data=REPORT, anonymous=True)
    found = counts(counter)
    assert (found["total"], found["overdue"], found["complete"], found["unavailable"]) == (3, 0, True, [])
    assert [(s["service"], s["total"]) for s in found["services"]] == [("PRZ-RKL", 1), ("PRZ-SIP-DR", 2)]
    assert found["services"][1]["service_name"]["id"].startswith("Surat Izin Praktik")
    (state,) = found["services"][1]["states"]
    assert (state["state"], state["state_label"]["id"], state["total"]) == ("submitted", "Diajukan", 2)
    desks.act("verifikator.dpmptsp", first, "verify")
    assert counts(counter)["total"] == 2
    desks.clock.advance(timedelta(days=60))
    assert counts(counter, (VERIFIER,))["overdue"] == 2, "asked in a later session"
    assert counts(counter, (VERIFIER, COMPLAINTS_DESK))["total"] == 3


def test_who_has_no_business_with_cases_has_nothing_to_count(counter: Counter) -> None:
    answer = counter.get("/api/v1/worklist/counts", ("mpp-sidoarjo", "operator"))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "role_may_not")


# ---------------------------------------------------------------- names


def test_applicants_can_be_told_apart_and_are_masked(desks: Desks, counter: Counter) -> None:
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    (task,) = work(counter)
    person = doctor()
    assert task["applicant"]["kind"] == "person"
    assert task["applicant"]["name"][0] == person["name"][0]
    assert "*" in task["applicant"]["name"]
    assert person["name"] not in str(task)
    assert person["nik"] not in str(task)
    assert (task["submitted_at"], task["changed_at"]) == ("2026-11-23T09:00:00+07:00",) * 2
    assert task["case_id"] == case["id"]


def test_an_anonymous_reporter_is_known_to_the_desk_and_not_to_the_agency(desks: Desks, counter: Counter) -> None:
    case = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(8), data=REPORT, anonymous=True)
    (task,) = work(counter, who=COMPLAINTS_DESK)
    assert "*" in task["applicant"]["name"]
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    (task,) = work(counter, who=AGENCY)
    assert (task["case_id"], task["applicant"]) == (case["id"], None)


# ---------------------------------------------------------------- one role of several


def test_who_does_two_things_may_ask_for_one_of_them(desks: Desks, counter: Counter) -> None:
    both: Who = (("dpmptsp", "verifier"), ("dpmptsp", "signer"))
    case = file(desks, "PRZ-SIP-DR", 1)
    assert cases_of(work(counter, "&role=verifier", both)) == [case["id"]]
    assert work(counter, "&role=signer", both) == []
    assert work(counter, "&role=signer") == [], "a role that one has not is an empty list"
    assert work(counter)[0]["version"] == case["version"]


def test_an_action_tells_which_paper_it_makes(desks: Desks, counter: Counter) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    for account, action in (("verifikator.dpmptsp", "verify"), ("teknis.dinkes", "recommend")):
        case = desks.act(account, case, action)
    seen = desks.get("penandatangan.dpmptsp", case)
    told = {each["action"]: each["paper"] for each in seen["actions"]}
    assert (told["sign"], told["reject"], told["note"]) == ("permit", "refusal", None)
