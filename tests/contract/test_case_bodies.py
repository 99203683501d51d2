"""What the services answer is what the published document says: every field of a case is in its schema, and fits it."""

from __future__ import annotations

from typing import Any

from services.gateway.api.contract import contract
from tests.contract.answers import misfits
from tests.integration.permits.test_money import hold
from tests.integration.permits.test_payment import in_payment, seen
from tests.support.counter import Counter
from tests.support.desks import REPORT, Desks, birth_data, doctor
from tests.support.permit_walks import file, pay, take, walk

SPEC = contract()
CLERK = ("35.15.14.2013", "clerk")


def fits(answer: dict[str, Any], name: str) -> None:
    body = {field: value for field, value in answer.items() if field != "secret"}  # the hands of the tests keep it
    assert misfits(SPEC, body, {"$ref": f"#/components/schemas/{name}"}) == set()


def test_a_levied_permit_case_is_what_the_document_says_at_every_station(desks: Desks) -> None:
    case = in_payment(desks)
    assert case["levy"] is not None
    assert case["permit"] is None
    fits(seen(desks, case), "Case")
    pay(desks, case)
    pay(desks, case, reference="OTHER")
    case = seen(desks, case)
    assert [p["status"] for p in case["payments"]] == ["applied", "unapplied"]
    fits(case, "Case")
    for step in ("initial_section", "initial_division", "sign"):
        case = take(desks, case, step)
        fits(case, "Case")
    assert case["permit"]["status"] == "valid"
    assert case["waiting"] is not None
    fits(take(desks, case, "hand_over"), "Case")


def test_a_held_an_overdue_and_a_withdrawn_case_are_what_the_document_says(desks: Desks) -> None:
    held = hold(desks, in_payment(desks))
    fits(held, "Case")
    late = in_payment(desks, 1)
    desks.clock.advance(desks.clock.now().replace(year=2027) - desks.clock.now())
    desks.desks["permits"].timer.run_once()
    late = seen(desks, late)
    assert late["levy"]["overdue_since"] is not None
    assert late["waiting"]["overdue_since"] is not None
    fits(late, "Case")
    fits(desks.ask(None, "permits", "track", tracking_code=late["tracking_code"]), "Track")
    fits(desks.act("petugas.sukodono", late, "withdraw", note="batal"), "Case")


def test_cases_of_every_collection_are_what_the_document_says_over_http(desks: Desks, gateway_url: str) -> None:
    counter = Counter(desks, gateway_url)
    permit = walk(desks, file(desks, "PRZ-KRK", 3), "recommendation")
    birth = desks.open("petugas.sukodono", "ADM-LHR-01", applicant=doctor(1), data=birth_data())
    report = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(8), data=REPORT)
    for case in (permit, birth, report):
        answer = counter.get(f"/api/v1/{case['collection']}/{case['id']}", CLERK)
        assert answer.status_code == 200
        fits(answer.get_json(), "Case")
    counter.close()
