"""The secret on a receipt is made with a key that only the case's own service has; those given before stay good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from mpp.cases.storage.tables import cases
from mpp.casework.codes.tracking import secret_of
from mpp.clock import new_id
from tests.support.desks import PERSON_KEY, REPORT, SIP_DATA, TRACKING_KEYS, Desks, doctor, refusal

Case = dict[str, Any]
PERMITS, COMPLAINTS = TRACKING_KEYS["permits"], TRACKING_KEYS["complaints"]


def permit(desks: Desks, **more: Any) -> Case:
    return desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA, **more)


def make_former(desks: Desks, case: Case) -> None:
    """As the version before the services' own keys has left it."""
    service = desks.desks[case["collection"]].definition.name
    with desks.databases[service].transaction() as tx:
        tx.execute(text("UPDATE cases SET own_secret = DEFAULT WHERE id = :id"), {"id": case["id"]})


def doors(desks: Desks, case: Case) -> dict[str, Callable[[str], object]]:
    """What a secret opens."""

    def ask(method: str) -> Callable[[str], object]:
        def open_(secret: str) -> object:
            payload = desks.payload(None, "GET", "", {}) | {
                "params": {"id": case["id"]},
                "applicant": {"secret": secret},
            }
            return desks.answer(case["collection"], method, payload)

        return open_

    def withdraw(secret: str) -> object:
        return desks.act(None, case, "withdraw", secret=secret, note="Batal.")

    return {"get_case": ask("get_case"), "receipt": ask("receipt"), "act": withdraw}


@pytest.mark.parametrize("former", [False, True])
def test_a_secret_opens_its_own_case_at_every_door(desks: Desks, former: bool) -> None:
    case = permit(desks)
    secret = case["secret"]
    if former:
        make_former(desks, case)
        secret = secret_of(case["id"], PERSON_KEY)
    for open_ in doors(desks, case).values():
        assert open_(secret)


@pytest.mark.parametrize("door", ["get_case", "receipt", "act"])
@pytest.mark.parametrize("former", [False, True])
def test_no_other_key_makes_a_secret_that_opens_it(desks: Desks, former: bool, door: str) -> None:
    """Every service holds the key of pseudonyms: who steals it there opens no case that is filed from now on."""
    case = permit(desks)
    if former:
        make_former(desks, case)
    for key in {PERSON_KEY, PERMITS, COMPLAINTS} - {PERSON_KEY if former else PERMITS}:
        refused = refusal(lambda key=key: doors(desks, case)[door](secret_of(case["id"], key)))
        assert refused.status == 404


def test_the_services_have_keys_of_their_own(desks: Desks) -> None:
    report = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(), data=REPORT)
    assert report["secret"] == secret_of(report["id"], COMPLAINTS)
    assert permit(desks)["secret"] not in (report["secret"], secret_of(report["id"], PERMITS))


def test_who_repeats_the_filing_gets_the_secret_that_was_given(desks: Desks) -> None:
    key = new_id()
    case = permit(desks, key=key)
    assert permit(desks, key=key)["secret"] == case["secret"]
    make_former(desks, case)
    assert permit(desks, key=key)["secret"] == secret_of(case["id"], PERSON_KEY)


def test_the_one_that_a_version_without_such_keys_gives_beside_this_one_stays_good(desks: Desks) -> None:
    """`prepare` has run, and the former process still takes a case: it knows nothing of the column."""
    case, copy = permit(desks), new_id()
    with desks.databases["permits"].transaction() as tx:
        known = ", ".join(c.name for c in cases.c if c.name not in ("id", "tracking_code", "own_secret"))
        copied = f"INSERT INTO cases (id, tracking_code, {known}) SELECT :copy, 'P0', {known} FROM cases WHERE id = :id"
        tx.execute(text(copied), {"copy": copy, "id": case["id"]})
    seen = desks.get(None, {**case, "id": copy}, secret=secret_of(copy, PERSON_KEY))
    assert seen["id"] == copy
