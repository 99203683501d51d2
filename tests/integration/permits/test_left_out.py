"""A region stops offering a service: nobody files for it any more, and what was filed before goes on to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from mpp.casework.access.actors import Assignment
from mpp.regions.folder import SHIPPED
from services.gateway.accounts.grants import guarded_roles
from tests.integration.permits.test_payment import body_of, in_payment, report
from tests.support.counter import Counter
from tests.support.desks import SIP_DATA, Desks, doctor, refusal

WITHOUT = "[PRZ-SIP-DR, PRZ-SIP-NK, PRZ-KRK, PRZ-PBG, PRZ-RKL, PRZ-KP, PRZ-TRY, PRZ-PNL, NAK-AK1]"
Open = Callable[[bool], Desks]


@pytest.fixture
def opened(service_urls: Mapping[str, str], tmp_path: Path) -> Iterator[Open]:
    """The desks of Sidoarjo, with all permits or with none."""
    text = (SHIPPED / "35.15.yaml").read_text("utf-8")
    (tmp_path / "region.yaml").write_text(f"{text}services: {{without: {WITHOUT}}}\n", "utf-8")
    made: list[Desks] = []

    def start(offered: bool) -> Desks:
        made.append(Desks(service_urls, region_code="35.15" if offered else str(tmp_path)))
        return made[-1]

    yield start
    for desks in made:
        desks.close()


def test_a_service_that_is_left_out_takes_no_application_and_finishes_those_that_it_has(opened: Open) -> None:
    before = opened(True)
    case = before.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    after = opened(False)
    filed = {"service": "PRZ-SIP-DR", "applicant": doctor(1), "data": SIP_DATA}
    asked = after.payload("petugas.sukodono", "POST", "/api/v1/permits", filed)
    refused = refusal(lambda: after.answer("permits", "open_case", asked))
    assert [(field.field, field.code) for field in refused.fields] == [("service", "unknown_service")]
    case = after.act("verifikator.dpmptsp", case, "verify")
    case = after.act("teknis.dinkes", case, "recommend")
    case = after.act("penandatangan.dpmptsp", case, "sign")
    assert case["permit"]["status"] == "valid"


def test_the_bank_still_reports_what_is_owed_on_such_a_service(opened: Open, gateway_url: str) -> None:
    case = in_payment(opened(True))
    desks = opened(False)
    counter = Counter(desks, gateway_url)
    answer = report(counter, body_of(case))
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["status"] == "paid"
    counter.close()


def test_its_book_is_still_kept_and_who_signs_it_still_needs_two_persons(opened: Open, gateway_url: str) -> None:
    desks = opened(False)
    counter = Counter(desks, gateway_url)
    who = ("mpp-sidoarjo", "operator")
    books = "/api/v1/operations/numbers"
    started = counter.post(f"{books}/start", {"office": "dpmptsp", "series": "sip-dr", "year": 2026, "last": 17}, who)
    assert started.status_code == 200, started.text
    assert guarded_roles(desks.runtime.catalogue) == guarded_roles(opened(True).runtime.catalogue)
    assert Assignment("dpmptsp", "signer").role in guarded_roles(desks.runtime.catalogue)
    counter.close()
