"""Nobody fills the disk, with one receipt's secret or with an account; honest offices notice nothing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mpp.casework.access.actors import Actor, Assignment
from mpp.clock import new_id
from mpp.hosting.settings import ServiceSettings
from services.gateway.uploads.allowances import Allowances
from tests.integration.gateway.uploads.browser import CLERK, DAY, Counter
from tests.support import accounts
from tests.support.documents import jpeg, segment

KIB = 1024
ALLOWED = 640 * KIB  # that an applicant may send in a day, in these tests
SIZE = 60 * KIB  # of each upload; it counts for 64
IMAGE = "image/jpeg"


@pytest.fixture
def counter(counter: Counter) -> Counter:
    counter.keeper._allowances = Allowances(of_account=2 * ALLOWED, of_applicant=ALLOWED)
    return counter


def large(number: int) -> bytes:
    """A scan as an image: a PDF would be read by a process of its own each time, and what is counted here is bytes."""
    return jpeg(segment(0xFE, str(number).encode().ljust(SIZE - 1000, b"x")))


def as_applicant(counter: Counter, case: dict[str, Any], content: bytes, name: str | None = None) -> tuple[int, Any]:
    """Hand in a document with the receipt's secret; the status, and the body."""
    path = f"/api/v1/permits/{name or case['id']}/documents?requirement=str"
    version = counter.desks.get(CLERK, case)["version"]
    headers = {"X-Tracking-Secret": case["secret"], "Idempotency-Key": new_id(), "If-Match": f'"{version}"'}
    answer = counter.client.post(path, data=content, content_type=IMAGE, headers=headers)
    return answer.status_code, answer.get_json()


def take_out(counter: Counter, case: dict[str, Any], document: str) -> int:
    version = counter.desks.get(CLERK, case)["version"]
    headers = {"X-Tracking-Secret": case["secret"], "Idempotency-Key": new_id(), "If-Match": f'"{version}"'}
    return counter.client.delete(f"/api/v1/permits/{case['id']}/documents/{document}", headers=headers).status_code


def loop(counter: Counter, case: dict[str, Any], most: int = 100) -> tuple[int, Any]:
    """Hand in and take out in turns, until the mall says no or `most` times; the uploads that it took, and the last
    answer."""
    for number in range(most):
        counter.desks.clock.advance(timedelta(seconds=10))  # slower than what is too often anyway
        status, body = as_applicant(counter, case, large(number))
        if status != 201:
            return number, body
        assert take_out(counter, case, body["document"]["id"]) == 200
    return most, None


def test_one_secret_cannot_fill_the_disk_by_handing_in_and_taking_out(counter: Counter) -> None:
    case = counter.case()
    taken, refused = loop(counter, case)
    assert taken == ALLOWED // (64 * KIB)
    assert (refused["status"], refused["code"]) == (429, "upload_allowance_used")
    assert "loket" in refused["detail"]
    assert sum(path.stat().st_size for path in counter.root.rglob("*") if path.is_file()) <= ALLOWED
    counter.desks.clock.advance(timedelta(minutes=11))
    assert counter.sweep() == taken
    assert counter.files() == [], "its bytes are back after some minutes"
    counter.desks.clock.advance(DAY)
    assert as_applicant(counter, case, large(1))[0] == 201


def test_a_case_is_one_however_it_is_called(counter: Counter) -> None:
    case = counter.case()
    code = case["tracking_code"]
    names = [case["id"], code, code.lower(), code.replace("0", "o").replace("1", "l")]
    taken = 0
    for number in range(100):
        counter.desks.clock.advance(timedelta(seconds=10))
        status, body = as_applicant(counter, case, large(number), names[number % len(names)])
        if status != 201:
            break
        taken += 1
    assert (status, body["code"], taken) == (429, "upload_allowance_used", ALLOWED // (64 * KIB))


def test_an_account_has_its_own_allowance_over_all_its_cases_and_colleagues_go_on(counter: Counter) -> None:
    first, second = counter.case(), counter.case(1)
    for number in range(2 * ALLOWED // (64 * KIB)):
        case = first if number % 2 else second
        answer = counter.upload(case, large(number), Content_Type=IMAGE)
        assert answer.status_code == 201, answer.text
        case["version"] = answer.get_json()["version"]
    refused = counter.upload(first, large(98), Content_Type=IMAGE)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "upload_allowance_used")
    assert int(refused.headers["Retry-After"]) <= DAY.total_seconds()
    colleague = "petugas.sukodono.2"
    counter.desks.staff[colleague] = counter.desks.staff[CLERK]
    accounts.ensure(counter.database, Actor(colleague, (Assignment(*counter.desks.staff[CLERK]),)))
    assert counter.upload(first, large(99), colleague, Content_Type=IMAGE).status_code == 201


def test_what_was_refused_counts_for_nobody(counter: Counter) -> None:
    case = counter.case()
    for _ in range(20):
        assert as_applicant(counter, case, b"x" * SIZE)[0] == 422
        counter.desks.clock.advance(timedelta(seconds=10))
    assert as_applicant(counter, case, large(1))[0] == 201


def test_an_application_may_bring_each_of_its_papers_as_large_as_a_file_may_be(counter: Counter) -> None:
    """So no honest applicant meets a limit, of a building permit with its many papers neither."""
    settings = ServiceSettings()
    for service_type in counter.desks.runtime.catalogue:
        assert 2 * len(service_type.requirements) * settings.upload_max_bytes <= settings.case_max_bytes


def test_an_office_that_scans_all_day_meets_no_limit(counter: Counter) -> None:
    counter.keeper._allowances = Allowances()
    for resident in range(10):
        case = counter.case(resident)
        for number, paper in enumerate([r["code"] for r in case["requirements"]] * 3):
            answer = counter.upload(case, large(number), requirement=paper, Content_Type=IMAGE)
            assert answer.status_code == 201, answer.text
            case = answer.get_json()
