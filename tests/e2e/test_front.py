"""nginx before two gateways, with the very configuration that ships: what it lets through, and an update."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import requests

from mpp.clock import new_id
from mpp.hosting.definition import definitions
from tests.chaos import dump, load
from tests.chaos.processes import Processes, environment_of
from tests.e2e.portal.pages import Pages
from tests.support import broker as brokers
from tests.support import front
from tests.support.broker import TestBroker
from tests.support.documents import pdf
from tests.support.front import Front
from tests.support.postgres import TestPostgres
from tests.support.visitors import SERVED, SLOW, Crowd, Visitor

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]
PASSWORD = "tujuh payung di beranda"  # the well-known one opens nothing behind a proxy
COPIES = {"gateway": 2, "complaints": 2}
MIB = 2**20


@pytest.fixture(scope="module")
def started(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: TestPostgres, rabbitmq: TestBroker
) -> Iterator[Processes]:
    """Two gateways that know of the proxy before them, and two copies of the service that is asked."""
    front.needed()
    urls = {service: postgres_server.url(postgres_server.create()) for service in definitions()}
    vhost = brokers.open_vhost(rabbitmq)
    told = environment_of(urls, vhost.uri, MPP_PROXIES="1", MPP_DEMO_PASSWORD=PASSWORD)
    found = Processes(tmp_path_factory.mktemp("mall"), urls, told, COPIES)
    found.prepare()
    try:
        found.start_all()
        yield found
    finally:
        found.end()
        brokers.close_vhost(vhost)


@pytest.fixture
def mall(started: Processes) -> Processes:
    """All of it at work, and nobody counted yet."""
    dump.execute(started.urls["gateway"], "DELETE FROM attempts")
    started.revive()
    started.await_ready()
    return started


@pytest.fixture
def before(mall: Processes, tmp_path: Path) -> Iterator[Front]:
    """What stands in front of it."""
    with front.running(tmp_path / "nginx", [int(door.rpartition(":")[2]) for door in mall.doors]) as found:
        yield found


def large(size: int) -> bytes:
    """A PDF of about this size."""
    return pdf(more=(b"<< /Length %d >>\nstream\n%s\nendstream" % (size, b"x" * size),))


def test_what_comes_through_the_front_is_what_the_mall_lets_in_and_says(mall: Processes, before: Front) -> None:
    with closing(Visitor(before, "petugas.sukodono", PASSWORD)) as clerk:
        opened = clerk.file("PRZ-SIP-DR", "permits", load.sip("front"))
        assert opened.status_code == 201, opened.text
        assert "max-age" in opened.headers["Strict-Transport-Security"]
        case = opened.json()
        a_scan_of_nine_megabytes_arrives(clerk, case)
        what_is_too_large_is_refused_in_the_mall_s_words(clerk, case)
        what_nginx_cannot_read_is_refused_in_the_mall_s_words(clerk)
        a_plain_address_leads_to_the_secure_one(before)
        both_gateways_know_who_is_signed_in(before)
        nobody_chooses_the_address_that_he_is_counted_under(clerk)
        why_it_is_not_ready_is_not_for_strangers(clerk)
        for name in mall.names:
            if name.startswith("gateway"):
                mall.stop(name)
        with_nobody_behind_it_the_front_says_when_to_come_back(clerk)
        a_person_reads_it_as_a_page(clerk)
        nobody_who_came_is_in_the_log(before, case)


def both_gateways_know_who_is_signed_in(before: Front) -> None:
    pages = Pages(before.url, before.session()).sign_in("petugas.sukodono", PASSWORD)
    for _ in range(6):  # by turns
        assert "Desa Sukodono" in pages.open("/kerja").words
    (cookie,) = [each for each in pages.session.cookies if each.name == "mpp_sesi"]
    assert cookie.secure  # the front says that it came by TLS
    pages.session.close()


def a_scan_of_nine_megabytes_arrives(clerk: Visitor, case: dict[str, Any]) -> None:
    answer = clerk.upload(case, large(9 * MIB))
    assert answer.status_code == 201, answer.text
    assert answer.json()["document"]["size"] > 9 * MIB


def what_is_too_large_is_refused_in_the_mall_s_words(clerk: Visitor, case: dict[str, Any]) -> None:
    case = clerk.get(f"/api/v1/permits/{case['id']}").json()
    for size, most in ((12 * MIB, 10 * MIB), (40 * MIB, 32 * MIB)):
        answer = clerk.upload(case, b"%PDF" + b"x" * size)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert str(most) in answer.json()["detail"]
    answer = clerk.post("/api/v1/permits", data=b"{" + b" " * 70_000, headers={"Idempotency-Key": new_id()})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert "65536" in answer.json()["detail"]


def what_nginx_cannot_read_is_refused_in_the_mall_s_words(clerk: Visitor) -> None:
    for path, header, told in (
        ("/" + "x" * 9000, "", (414, "uri_too_long")),
        ("/api/v1/services", "x" * 9000, (431, "headers_too_large")),
    ):
        answer = clerk.get(path, headers={"X-Long": header})
        assert (answer.status_code, answer.json()["code"]) == told
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Content-Language"] == "id, en"


def a_plain_address_leads_to_the_secure_one(before: Front) -> None:
    answer = requests.get(f"{before.plain}/api/v1/services?q=1", timeout=30, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://localhost/api/v1/services?q=1")


def nobody_chooses_the_address_that_he_is_counted_under(clerk: Visitor) -> None:
    for number in range(1, 30):
        forged = f"198.{number}.7.1"
        words = {"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}"}
        answer = clerk.log_in("petugas.mpp", "salah sekali", **words)
        if answer.status_code == 429:
            return
        assert answer.status_code in (400, 401), answer.text
    raise AssertionError("each guess was counted under the address that its sender made up")


def why_it_is_not_ready_is_not_for_strangers(clerk: Visitor) -> None:
    assert clerk.get("/readyz").text == "ok\n"
    assert clerk.get("/metrics").status_code == 404


def with_nobody_behind_it_the_front_says_when_to_come_back(clerk: Visitor) -> None:
    answer = clerk.get("/api/v1/track/PRAHASIA1234?q=namanya")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert answer.headers["Retry-After"]
    answer = clerk.post("/api/v1/permits/1/documents", data=b"%PDF" + b"x" * MIB)
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")


def a_person_reads_it_as_a_page(clerk: Visitor) -> None:
    answer = clerk.get("/kerja")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Mal sedang tidak menjawab" in answer.text


def nobody_who_came_is_in_the_log(before: Front, case: dict[str, Any]) -> None:
    written = before.log.read_text()
    assert "start worker process" in written, "the search is not blind"
    for secret in (case["id"], "PRAHASIA1234", "namanya", "127.0.0.1", "/api/"):
        assert secret not in written


def test_gateways_and_services_are_updated_one_after_the_other_and_nobody_sees_it(
    mall: Processes, before: Front
) -> None:
    former = complaints_of(mall)
    with Crowd(before, PASSWORD) as crowd:
        for name in ("complaints.2", "complaints", "gateway.2", "gateway"):
            crowd.is_heard(40)
            mall.stop(name)
            with crowd.calm():
                mall.start(name)
                mall.await_ready()
        crowd.is_heard(40)
    heard = crowd.heard
    print(f"heard during the update: {dict(heard)}")
    assert heard.keys() <= {*SERVED, SLOW}, heard
    stored = complaints_of(mall) - former
    assert heard["201"] <= stored <= heard["201"] + heard[SLOW], "what was sent twice was done once"


def complaints_of(mall: Processes) -> int:
    """How many the service has stored."""
    with psycopg2.connect(mall.urls["complaints"].replace("postgresql+psycopg2", "postgresql")) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases")
            (stored,) = cursor.fetchone() or (0,)
    return int(stored)
