"""A citizen files alone, without an account and without JavaScript; a clerk accepts it or says why not."""

from __future__ import annotations

import re
import uuid

import pytest

from mpp.identity import demo as people
from tests.e2e.portal.pages import Page, Pages
from tests.support.mall import Mall
from tests.support.page_rules import Form

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
TURNED = "gambar\u202egnp"  # refused: it could show another word than is there


def typed(index: int, **changed: str) -> dict[str, str]:
    who = people.resident(index)
    return {
        "office": "mpp-sidoarjo", "applicant__nik": who.nik, "applicant__name": who.name, "data__kind": "new",
        "data__site_address": f"Jalan Contoh {index}", "data__site_region": "35.15.14.2013", "data__land_area": "120",
        "data__purpose": "Rumah tinggal", **changed,
    }  # fmt: skip


def filed(citizen: Pages, index: int, status: int = 200, **changed: str) -> Page:
    """What follows the sending of the form."""
    return citizen.send(citizen.open("/ajukan/PRZ-KRK").form("/ajukan/"), status=status, **typed(index, **changed))


def codes_of(page: Page) -> tuple[str, str]:
    code, secret = re.findall(r'<dd class="code">(\w+)</dd>', page.text)
    return code, secret


def step(page: Page, action: str) -> Form:
    """The form of an action of the clerk's page."""
    return next(form for form in page.parsed.forms if form.values.get("tindakan") == action)


@pytest.fixture
def taker(shop: Mall) -> Pages:
    """A clerk at the office that was chosen."""
    return Pages(shop.url).sign_in("petugas.mpp")


def test_from_the_page_of_the_service_to_a_case_that_a_clerk_accepted(anybody: Pages, taker: Pages) -> None:
    assert "/ajukan/PRZ-KRK" in anybody.open("/layanan/PRZ-KRK").parsed.anchors
    told = filed(anybody, 20)
    code, secret = codes_of(told)
    assert secret not in told.answer.url
    assert code in anybody.open("/berkas/baru").text, "loading the page again does not lose the secret"
    mine = anybody.open("/berkas/saya")
    assert "Menunggu diterima petugas" in mine.words
    assert "Jalan Contoh 20" in mine.words
    assert "Anggaswangi" in mine.words or "Sukodono" in mine.words, "places are called by their names"
    assert secret not in mine.text
    stranger = Pages(anybody.url)
    seen = stranger.open(f"/lacak/{code}").words
    assert "Menunggu diterima petugas" in seen
    assert "Jalan Contoh" not in seen

    assert "/kerja/daring" in taker.open("/kerja").parsed.anchors
    assert code in (listed := taker.open("/kerja/daring")).words
    address = next(each for each in listed.parsed.anchors if each.startswith("/kerja/daring/permits/"))
    page = taker.open(address)
    wrong = taker.send(step(page, "accept"), status=422, nik=people.resident(21).nik, data__land_area="130")
    assert "Ini bukan NIK pemohon" in wrong.words
    assert 'value="130"' in wrong.text, "nothing typed is lost"
    ticks = {f"requirements__{each}": "1" for each in ("land_proof", "identity", "location_map")}
    case = taker.send(step(wrong, "accept"), nik=people.resident(20).nik, **ticks)
    assert "/kasus/permits/" in case.answer.url
    assert "130" in case.words
    assert code not in taker.open("/kerja/daring").words

    again = Pages(anybody.url)
    own = again.send(again.open("/berkas").form("/berkas"), kode=code, rahasia=secret)
    assert "Berkas saya" in own.words


def test_a_double_click_and_back_make_one(anybody: Pages, taker: Pages) -> None:
    form = anybody.open("/ajukan/PRZ-KRK").form("/ajukan/")
    first = anybody.send(form, **typed(22))
    again = anybody.send(form, status=400, **typed(22))  # Back: the session has begun anew since
    assert codes_of(first) == codes_of(anybody.send(again.form("/ajukan/")))
    form.values["csrf_token"] = anybody.open("/ajukan/PRZ-KRK").form("/ajukan/").values["csrf_token"]
    changed = anybody.send(form, status=422, **typed(22, data__purpose="Toko"))
    assert "sudah pernah dikirim" in changed.words


def test_every_mistake_at_once_and_nothing_typed_is_lost(anybody: Pages) -> None:
    page = filed(
        anybody, 23, status=422, applicant__nik="123", data__land_area="0", data__purpose=NASTY + TURNED, office=""
    )
    for told in ("NIK Anda", "Luas tanah", "Kantor yang Anda datangi"):
        assert told in page.words
    assert "<script>alert(1)" not in page.text
    assert "{{7*7}}" in page.text
    assert "Jalan Contoh 23" in page.text


def test_what_was_declined_tells_why_and_is_filed_again(anybody: Pages, taker: Pages) -> None:
    code, _secret = codes_of(filed(anybody, 24, data__purpose=NASTY))
    listed = taker.open("/kerja/daring")
    address = re.search(rf'href="(/kerja/daring/permits/[^"]+)">{code}<', listed.text)
    assert address is not None
    page = taker.open(address[1])
    assert "<script>alert(1)" not in page.text
    decline = step(page, "decline")
    assert "Alasan" in taker.send(decline, status=422, note="").words
    taker.send(decline, note="Lokasi tidak jelas.")
    mine = anybody.open("/berkas/saya")
    assert "Lokasi tidak jelas." in mine.words
    assert "/ajukan/PRZ-KRK" in mine.parsed.anchors


def test_the_applicant_corrects_it_withdraws_it_and_leaves_no_trace(anybody: Pages) -> None:
    filed(anybody, 25)
    form = anybody.open("/berkas/perbaiki").form("/berkas/perbaiki")
    assert form.values["data.purpose"] == "Rumah tinggal"
    assert "Toko" in anybody.send(form, data__purpose="Toko").words
    form.values["kunci"] = str(uuid.uuid4())
    stale = anybody.send(form, status=412, data__purpose="Gudang")
    assert "Gudang" in stale.text
    mine = anybody.send(anybody.open("/berkas/saya").form("/berkas/tarik"))
    assert "Isiannya sudah dihapus" in mine.words
    assert "Jalan Contoh 25" not in mine.words
    anybody.send(next(form for form in mine.parsed.forms if form.action == "/berkas/tutup"))
    assert "/berkas" in anybody.session.get(f"{anybody.url}/berkas/saya", timeout=20).url


def test_a_form_that_was_open_for_too_long_is_sent_once_more(anybody: Pages) -> None:
    form = anybody.open("/ajukan/PRZ-KRK").form("/ajukan/")
    form.values |= {name.replace("__", "."): value for name, value in typed(26).items()}
    anybody.session.cookies.clear()
    page = anybody.send(form, status=400)
    assert "Isian Anda masih ada" in page.words
    assert codes_of(anybody.send(page.form("/ajukan/")))


def test_a_complaint_without_a_name_is_a_case_at_once(anybody: Pages) -> None:
    page = anybody.open("/ajukan/PGD-LPR")
    report = {"data__title": "Jalan berlubang", "data__text": NASTY, "data__classification": "complaint"}
    nameless = anybody.send(page.form("/ajukan/"), status=422, **report)
    assert "Siapa yang mengajukan: Wajib diisi." in nameless.words
    codes_of(anybody.send(nameless.form("/ajukan/"), anonymous="1"))
    mine = anybody.open("/berkas/saya")
    assert "Diterima" in mine.words
    assert "<script>alert(1)" not in mine.text


def test_what_only_clerks_file_leads_to_its_page_and_clerks_to_their_form(anybody: Pages, taker: Pages) -> None:
    assert anybody.open("/ajukan/PRZ-SIP-DR").answer.url.endswith("/layanan/PRZ-SIP-DR")
    assert taker.open("/ajukan/PRZ-KRK").answer.url.endswith("/daftar/PRZ-KRK")


def test_of_another_office_nothing_is_shown(clerk: Pages, anybody: Pages) -> None:
    code, _secret = codes_of(filed(anybody, 27))
    assert code not in clerk.open("/kerja/daring").words
    clerk.open(f"/kerja/daring/permits/{code}", status=404)


@pytest.mark.parametrize("letters", ["suko", "sido"])
def test_a_place_that_could_be_several_is_chosen_from_them_without_a_script(anybody: Pages, letters: str) -> None:
    index = 27 if letters == "suko" else 28
    asked = filed(anybody, index, status=422, data__site_region=letters)
    assert "#data-site_region" in asked.parsed.anchors
    found = re.findall(r'value="([^"]+ \(35\.15\.[0-9.]+\))"', asked.text)
    assert len(found) > 1
    form = asked.form("/ajukan/")
    form.values.pop("data.site_region", None)
    again = anybody.send(form, status=422, **{"data.site_region": ""})
    assert "data.site_region" in again.form("/ajukan/").values, "who meant none of these writes it again"
    codes_of(anybody.send(form, **{"data.site_region": found[0]}))
    mine = anybody.open("/berkas/saya")
    assert found[0].rpartition(" (")[0].partition(",")[0] in mine.words


def test_places_are_suggested_to_who_has_no_account(anybody: Pages) -> None:
    where = next(iter(re.findall(r'data-suggest="([^"]+)"', anybody.open("/ajukan/PRZ-KRK").text)))
    answer = anybody.session.get(f"{anybody.url}{where}&q=sukodono", timeout=20)
    assert answer.json()["items"]
