"""A legal number belongs to the local year: Sidoarjo's begins while it is still 17.00 of 31 December in Greenwich."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.integration.cases.test_operating import issue
from tests.integration.cases.test_registrations_and_complaints import register
from tests.integration.permits.conftest import Office
from tests.integration.permits.test_payment import in_payment
from tests.support.desks import Desks, birth_data, death_data

LAST_MINUTE = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # 23.59 of 31 December
MIDNIGHT = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
ONE_O_CLOCK = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
LAST_OF_THE_NIGHT = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)  # 06.59 of 1 January
NIGHT = [MIDNIGHT, ONE_O_CLOCK, LAST_OF_THE_NIGHT]


def at(desks: Desks, moment: datetime) -> None:
    desks.clock.advance(moment - desks.clock.now())


@pytest.mark.parametrize("moment", NIGHT)
def test_a_permit_signed_in_the_night_opens_the_book_of_the_new_year(desks: Desks, moment: datetime) -> None:
    assert issue(desks, 0)["document_number"] == "503/0001/SIP-DR/DPMPTSP/2026"
    at(desks, LAST_MINUTE)
    assert issue(desks, 1)["document_number"] == "503/0002/SIP-DR/DPMPTSP/2026"
    at(desks, moment)
    case = issue(desks, 2)
    assert case["document_number"] == "503/0001/SIP-DR/DPMPTSP/2027"
    assert case["permit"]["valid_from"] == "2027-01-01"


@pytest.mark.parametrize("moment", NIGHT)
def test_a_permit_corrected_in_the_night_gets_a_number_of_the_new_year(desks: Desks, moment: datetime) -> None:
    office = Office(desks)
    permit = office.issue()
    at(desks, moment)
    after = office.act(permit, "correct", data={"practice_name": "Klinik Baru"})
    assert after["superseded_by"]["number"] == "503/0001/SIP-DR/DPMPTSP/2027"


@pytest.mark.parametrize("moment", NIGHT)
def test_certificates_of_the_night_carry_the_new_day_and_year(desks: Desks, moment: datetime) -> None:
    at(desks, moment)
    born = register(desks, "ADM-LHR-01", birth_data())["certificate"]["number"]
    died = register(desks, "ADM-MTI-01", death_data())["certificate"]["number"]
    assert (born, died) == ("3515-LU-01012027-0001", "3515-KM-01012027-0001")


@pytest.mark.parametrize("moment", NIGHT)
def test_a_levy_assessed_in_the_night_is_one_of_the_new_year(desks: Desks, moment: datetime) -> None:
    at(desks, moment)
    assert in_payment(desks)["levy"]["number"] == "SKRD/00001/DPMPTSP/2027"
