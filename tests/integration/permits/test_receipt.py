"""The receipt is true: the promise that was given and what moved it, what is to be paid and what of it is paid."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from werkzeug.test import TestResponse

from tests.integration.cases.test_operating import calendar
from tests.integration.permits.test_payment import in_payment, seen
from tests.support import providers
from tests.support.counter import Counter
from tests.support.desks import SIP_DATA, Desks, doctor
from tests.support.permit_walks import Case, file, pay, take
from tests.support.telling import TEN, Telling
from tests.support.windows import arrives, refused, run_timer

DESK, CLERK = ("35.15.14.2013", "clerk"), "petugas.sukodono"


def words(page: TestResponse) -> str:
    """What a reader sees."""
    assert page.status_code == 200, page.text
    return unescape(re.sub(r"<[^>]*>", " ", page.text)).replace("\n", " ")


def receipt(counter: Counter, case: Case, secret: str | None = None) -> str:
    return words(counter.get(f"/api/v1/permits/{case['id']}/receipt", DESK, secret))


def sip(desks: Desks) -> Case:
    return desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)


def test_a_date_on_an_estimate_says_what_is_not_decided_and_not_more(desks: Desks, counter: Counter) -> None:
    case = sip(desks)
    assert "belum pasti" not in receipt(counter, case)
    table = "days:\n  - {date: 2026-11-26, kind: regional_holiday, name: Pilkada, estimate: true}\n"
    calendar(desks, "load", name="2026.yaml", source=table)
    desks.desks["permits"].timer.run_once()
    told = receipt(counter, case)
    assert "(belum pasti: Pilkada (26-11-2026) masih perkiraan, belum ditetapkan)" in told
    assert "(not certain: Pilkada (26-11-2026) is an estimate, not decided yet)" in told
    assert seen(desks, case)["promise"]["doubts"] == [
        {
            "id": "Pilkada (26-11-2026) masih perkiraan, belum ditetapkan",
            "en": "Pilkada (26-11-2026) is an estimate, not decided yet",
        }
    ]


def test_an_open_levy_is_not_free_of_charge(desks: Desks, counter: Counter) -> None:
    case = in_payment(desks)
    told = receipt(counter, case)
    assert "Tidak dipungut biaya" not in told
    assert "SKRD/00001/DPMPTSP/2026, Rp 1.250.000" in told
    assert "Sudah dibayar Rp 0. Bayar paling lambat 23-12-2026." in told
    pay(desks, case)
    told = receipt(counter, seen(desks, case))
    assert "Lunas: Rp 1.250.000 dibayar pada 23-11-2026" in told
    assert "Bayar paling lambat" not in told


def test_money_that_is_not_applied_is_told(desks: Desks, counter: Counter) -> None:
    case = in_payment(desks)
    pay(desks, case)
    case = desks.act(CLERK, seen(desks, case), "withdraw", note="batal")
    again = in_payment(desks, 2)
    desks.act(CLERK, again, "withdraw", note="batal")
    pay(desks, again, number=again["levy"]["number"])
    assert "Rp 1.250.000 sudah diterima dan masih diperiksa petugas." in receipt(counter, again)


def test_a_levy_that_is_not_assessed_yet_is_not_free_either(desks: Desks, counter: Counter) -> None:
    told = receipt(counter, file(desks, "PRZ-PBG", track="simple_house", floor_area=70))
    assert "Tidak dipungut biaya" not in told
    assert "Retribusi sesuai SKRD" in told
    assert "Tidak dipungut biaya" in receipt(counter, sip(desks)), "this one is free"


def test_the_promise_stays_when_the_clock_stops_and_says_what_moved_it(desks: Desks, counter: Counter) -> None:
    case = sip(desks)
    secret = case["secret"]
    given = "30-11-2026 15:00 WIB"
    assert given in receipt(counter, case)
    case = desks.act("verifikator.dpmptsp", case, "return", note="Nama Budi tidak terbaca")
    told = receipt(counter, case)
    assert given in told
    assert "Jam berhenti selama menunggu pemohon, sejak 23-11-2026 09:00 WIB." in told
    desks.clock.advance(timedelta(days=2))
    case = desks.act(CLERK, case, "complete")
    told = words(counter.get(f"/api/v1/permits/{case['id']}/receipt", None, secret))
    assert given in told
    assert "menjadi 01-12-2026 15:00 WIB: Jam berhenti selama menunggu pemohon" in told
    assert "Budi" not in told, "what an official wrote stays with the case"


def test_it_says_whom_to_call_and_where_to_follow_the_case(desks: Desks, counter: Counter) -> None:
    told = receipt(counter, case := sip(desks))
    assert "Desa" in told.partition("Hubungi")[2]
    assert "DPMPTSP" in told.partition("Hubungi")[2]
    assert "PGD-LPR" in told.partition("Pengaduan")[2]
    address = f"http://localhost/lacak/{case['tracking_code']}"
    assert address in told
    page = words(counter.get(f"/lacak/{case['tracking_code']}", None))
    assert "30-11-2026 15:00 WIB" in page
    assert doctor()["name"] not in page


def test_the_page_of_a_code_that_nobody_has_is_a_page(counter: Counter) -> None:
    page = counter.get("/lacak/P0123456789V", None)
    assert page.status_code == 404
    assert page.content_type.startswith("text/html")
    assert "Tidak ditemukan" in page.text


def test_the_secret_is_printed_for_whoever_was_just_given_it(desks: Desks, counter: Counter) -> None:
    case = sip(desks)
    first = case["secret"]
    assert first in receipt(counter, case, first)
    assert first not in receipt(counter, case), "a clerk without it cannot print it"
    alone = counter.get(f"/api/v1/permits/{case['id']}/receipt", None, first)
    assert first not in words(alone), "nor is it printed again for the applicant"
    answer = counter.post(f"/api/v1/permits/{case['id']}/secret", {"nik": doctor()["nik"]}, DESK)
    assert answer.status_code == 200, answer.text
    second = answer.get_json()["secret"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert second in receipt(counter, case, second)
    ended = counter.get(f"/api/v1/permits/{case['id']}/receipt", DESK, first)
    assert (ended.status_code, ended.get_json()["errors"][0]["code"]) == (404, "secret_ended")


def test_a_clerk_cannot_try_out_secrets_on_the_receipt(desks: Desks, counter: Counter) -> None:
    case = sip(desks)
    path = f"/api/v1/permits/{case['id']}/receipt"
    statuses = [counter.get(path, DESK, f"000000000{n % 10}").status_code for n in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    assert counter.get(path, DESK).status_code == 200, "whoever sends none is not held up"


def test_the_bank_may_be_told_of_by_a_proof(desks: Desks, counter: Counter) -> None:
    case = take(desks, take(desks, in_payment(desks), "submit_proof"), "confirm_payment")
    assert "Lunas: Rp 1.250.000" in receipt(counter, case)


def test_a_window_tells_when_it_was_decided_when_the_citizen_was_told_and_its_end(
    desks: Desks, counter: Counter
) -> None:
    with providers.running() as provider:
        telling = Telling(desks, provider)
        case = refused(desks)
        for page in (receipt(counter, case), words(counter.get(f"/lacak/{case['tracking_code']}", None))):
            assert "Masa keberatan" in page
            assert "Diputuskan pada 23-11-2026 09:00 WIB." in page
            assert "The time begins when you have been told." in page
        telling.work(TEN)
        arrives(telling, case)
    run_timer(desks)
    for page in (receipt(counter, case), words(counter.get(f"/lacak/{case['tracking_code']}", None))):
        assert "Diputuskan pada 23-11-2026 09:00 WIB." in page
        assert "Diberitahukan pada 23-11-2026 09:10 WIB." in page
        assert "Sampai 22-12-2026 15:00 WIB." in page
        assert "Told on 23-11-2026 09:10 WIB." in page
    shown = counter.get(f"/api/v1/track/{case['tracking_code']}", None).get_json()["window"]
    assert (shown["asked_at"][:16], shown["told_at"][:16]) == ("2026-11-23T09:00", "2026-11-23T09:10")
