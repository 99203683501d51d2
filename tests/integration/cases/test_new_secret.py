"""Who has lost the receipt comes with the identity card: a clerk gives a new secret, and the old one ends."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from mpp.casework.codes.tracking import secret_of
from mpp.clock import new_id
from mpp.persistence.tables import audit, idempotency
from tests.integration.cases.test_secrets import make_former, permit
from tests.support.desks import PERSON_KEY, REPORT, SIP_DATA, TRACKING_KEYS, Desks, doctor, refusal

CLERK = "petugas.sukodono"
Case = dict[str, Any]
COMPANY = {"kind": "organisation", "name": "PT Contoh", "contact": {"name": "Warga Contoh"}}


def give(desks: Desks, case: Case, account: str | None = CLERK, *, key: str | None = None, **body: Any) -> Case:
    path = f"/api/v1/{case['collection']}/{case['id']}/secret"
    payload = desks.payload(account, "POST", path, {"nik": doctor()["nik"], **body}, key=key)
    payload["params"] = {"id": case["id"]}
    if account is None:
        payload["applicant"] = {"secret": case["secret"]}
    return dict(desks.answer(case["collection"], "new_secret", payload)["body"])


def opens(desks: Desks, case: Case, secret: str) -> bool:
    try:
        return bool(desks.get(None, case, secret=secret)["id"] == case["id"])
    except Exception as error:
        assert getattr(error, "status", None) == 404
        return False


@pytest.mark.parametrize("former", [False, True])
def test_a_new_secret_opens_the_case_and_the_old_one_opens_nothing(desks: Desks, former: bool) -> None:
    case = permit(desks)
    first = case["secret"]
    if former:
        make_former(desks, case)
        first = secret_of(case["id"], PERSON_KEY)
    second = give(desks, case)["secret"]
    assert opens(desks, case, second)
    assert not opens(desks, case, first)
    third = give(desks, case)["secret"]
    assert [opens(desks, case, each) for each in (first, second, third)] == [False, False, True]
    assert not opens(desks, case, secret_of(case["id"], TRACKING_KEYS["permits"])), "nor does that of another key"


def test_it_is_on_record_who_gave_it_and_whose_card_was_seen(desks: Desks) -> None:
    case = permit(desks)
    give(desks, case)
    with desks.databases["permits"].transaction() as tx:
        entry = tx.execute(select(audit).where(audit.c.action == "new_secret")).one()
    assert (entry.actor, entry.office, entry.case_id) == (CLERK, "35.15.14.2013", case["id"])
    assert (entry.details["of"], entry.details["issue"]) == ("applicant", 1)
    assert doctor()["nik"] not in str(entry.details)


def test_no_secret_is_stored_anywhere(desks: Desks) -> None:
    case = permit(desks)
    secrets = {case["secret"], give(desks, case)["secret"]}
    with desks.databases["permits"].transaction() as tx:
        tables = tx.execute(text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
        names = [row[0] for row in tables]
        assert {"cases", "idempotency", "audit", "outbox"} <= set(names)
        for name in names:
            told = str(tx.execute(text(f'SELECT t::text FROM "{name}" AS t')).all())
            assert not [secret for secret in secrets if secret in told], name
        assert tx.execute(select(idempotency)).all()


def test_who_repeats_it_is_given_the_same_and_nothing_more_ends(desks: Desks) -> None:
    case, key = permit(desks), new_id()
    first = give(desks, case, key=key)
    assert give(desks, case, key=key) == first
    assert opens(desks, case, first["secret"])
    other = refusal(lambda: give(desks, case, key=key, nik=doctor(2)["nik"]))
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_who_repeats_the_filing_does_not_get_at_the_new_one(desks: Desks) -> None:
    key = new_id()
    case = permit(desks, key=key)
    new = give(desks, case)["secret"]
    assert permit(desks, key=key)["secret"] == case["secret"] != new


def test_the_card_of_somebody_else_changes_nothing(desks: Desks) -> None:
    case = permit(desks)
    refused = refusal(lambda: give(desks, case, nik=doctor(2)["nik"]))
    assert [(f.field, f.code) for f in refused.fields] == [("nik", "not_of_applicant")]
    assert [f.code for f in refusal(lambda: give(desks, case, nik="3515990101800000")).fields] == ["invalid_sequence"]
    assert opens(desks, case, case["secret"])


def test_the_proxy_who_filed_may_come_for_it(desks: Desks) -> None:
    proxy = {"nik": doctor(2)["nik"], "name": doctor(2)["name"]}
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), proxy=proxy, data=SIP_DATA)
    assert opens(desks, case, give(desks, case, nik=proxy["nik"])["secret"])


@pytest.mark.parametrize(
    ("account", "status"),
    [("petugas.waru", 404), ("verifikator.dpmptsp", 403), ("penyelia.dpmptsp", 403), (None, 403), ("operator", 404)],
)
def test_only_a_clerk_with_whom_it_is_filed_gives_one(desks: Desks, account: str | None, status: int) -> None:
    case = permit(desks)
    assert refusal(lambda: give(desks, case, account)).status == status
    assert opens(desks, case, case["secret"])


def test_nobody_gives_one_for_a_report_whose_reporter_he_may_not_know(desks: Desks) -> None:
    report = desks.open(CLERK, "PGD-LPR", applicant=doctor(), data=REPORT, anonymous=True)
    assert opens(desks, report, give(desks, report)["secret"]), "who took it in knows the reporter"
    nobody = desks.open(CLERK, "PGD-LPR", data=REPORT, anonymous=True)
    assert (refusal(lambda: give(desks, nobody)).code) == "no_applicant"
    desks.staff["petugas.lain"] = ("dpubmsda", "clerk")
    case = desks.act("admin.pengaduan", report, "verify", data={"category": "Infrastruktur"})
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    hidden = refusal(lambda: give(desks, case, "petugas.lain"))
    assert (hidden.status, hidden.code) == (403, "office_may_not")
