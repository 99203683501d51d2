"""A new case: who it is for, whether it is one already, and what its kind asks for, without JavaScript."""

from __future__ import annotations

import re

import pytest
import requests

from mpp.identity import demo as people
from tests.chaos import dump
from tests.e2e.portal.filing import licence, registered
from tests.e2e.portal.pages import Pages
from tests.e2e.portal.test_pages import codes_of
from tests.support.mall import Mall, embedded_urls


def test_who_has_filed_for_the_same_is_shown_and_answered_before_anything_is_filed(clerk: Pages) -> None:
    code, _secret = codes_of(registered(clerk, 770))
    registered(clerk, 771)  # another receipt is the last one
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    asked = clerk.send(form, status=409, aksi="daftar", **licence(770))
    assert f"{code}</a>: Belum lengkap" in asked.text
    assert asked.parsed.headings[0].startswith("Daftarkan")
    link = next(each for each in asked.parsed.anchors if each.startswith("/kasus/"))
    assert code in clerk.open(link).parsed.headings[0]
    again = asked.form("/daftar/")
    assert again.values["data.str_number"] == "STR-770"  # what was typed stays
    silent = clerk.send(again, status=422, aksi="tetap", data__practice_name="Klinik lain")
    assert "#alasan" in silent.parsed.anchors, "whoever decides will ask why"
    why = "Tempat praktik <b>kedua</b>."
    receipt = clerk.send(silent.form("/daftar/"), aksi="tetap", alasan=why, requirements__practice_place="1")
    other, _secret = codes_of(receipt)
    assert other != code
    verifier = Pages(clerk.url).sign_in("verifikator.dpmptsp")
    told = verifier.open(f"/kasus/permits/{other}")
    assert "Tempat praktik &lt;b&gt;kedua&lt;/b&gt;." in told.text


def test_a_second_click_that_finds_what_the_first_one_made_makes_nothing_more(clerk: Pages) -> None:
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    before = clerk.session.cookies.copy()
    code, _secret = codes_of(clerk.send(form, aksi="daftar", **licence(772)))
    clerk.session.cookies = before  # both clicks were sent with the cookie of the form's page
    asked = clerk.send(form, status=409, aksi="daftar", **licence(772))
    assert code in asked.words
    assert codes_of(clerk.send(asked.form("/daftar/"), aksi="tetap", alasan="Tekan dua kali."))[0] == code


def test_another_service_for_the_same_person_is_no_duplicate(clerk: Pages) -> None:
    registered(clerk, 773)
    form = clerk.open("/daftar/PRZ-SIP-NK").form("/daftar/")
    page = clerk.send(form, status=422, aksi="daftar", applicant__nik=people.resident(773).nik)
    assert "sudah punya berkas" not in page.words


def test_a_name_that_somebody_typed_is_compared_and_never_overwritten(clerk: Pages) -> None:
    who = people.resident(8)
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    page = clerk.send(form, aksi="cari", applicant__nik=f"{who.nik[:6]} {who.nik[6:]}", applicant__name="Orang Lain")
    assert page.form("/daftar/").values["applicant.name"] == "Orang Lain"
    assert who.name in page.words
    assert "berbeda dan tidak diubah" in page.words
    same = clerk.send(page.form("/daftar/"), aksi="cari", applicant__name=who.name.upper())
    assert "berbeda dan tidak diubah" not in same.words


def test_the_pages_script_is_told_the_name_in_short_and_why_there_is_none(clerk: Pages, shop: Mall) -> None:
    token = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/").values["csrf_token"]

    def asked(nik: str) -> requests.Response:
        sent = {"csrf_token": token, "applicant.nik": nik}
        return clerk.session.post(f"{shop.url}/daftar/PRZ-SIP-DR/penduduk", data=sent, timeout=20)

    who = people.resident(9)
    assert asked(who.nik).json()["name"] == who.name
    unknown = asked("1")
    assert unknown.status_code == 422
    assert unknown.json().keys() == {"said"}
    assert unknown.json()["said"]


def shown(text: str, requirement: str) -> bool:
    """Whether its line is there, and not hidden."""
    (line,) = re.findall(
        rf'<div([^>]*)>\s*<div class="form-check">\s*<input[^>]*name="requirements.{requirement}"', text
    )
    return " hidden" not in line


def test_papers_that_only_some_kinds_need_follow_the_form_without_a_script(clerk: Pages) -> None:
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    first = clerk.send(form, aksi="perbarui", data__kind="new", applicant__name="Warga")
    assert not shown(first.text, "loss_report")
    assert shown(first.text, "identity")
    lost = clerk.send(first.form("/daftar/"), aksi="perbarui", data__kind="replacement")
    assert shown(lost.text, "loss_report")
    assert not shown(lost.text, "skp")
    assert lost.form("/daftar/").values["applicant.name"] == "Warga"


def test_a_track_says_what_it_promises_and_to_whom(clerk: Pages) -> None:
    page = clerk.open("/daftar/PRZ-PBG")
    told = "Rumah tinggal sederhana: 10 jam, hanya perorangan, Luas lantai (m2) 35 sampai 120."
    assert told in page.words
    standard = clerk.send(page.form("/daftar/"), aksi="perbarui", data__track="standard")
    assert re.search(r'<p class="hint"[^>]* hidden>Rumah tinggal sederhana', standard.text)


def test_a_counter_is_chosen_once_at_a_pc_and_shown_in_the_header(clerk: Pages, shop: Mall) -> None:
    assert "Pilih loket" in clerk.open("/kerja").words
    form = clerk.open("/loket").form("/loket")
    refused = clerk.send(form, status=422, loket="Warga Contoh Nomor Satu")
    assert "#loket" in refused.parsed.anchors
    assert "Loket 3" in clerk.send(form, loket=" Loket  3 ").words
    registered(clerk, 776)  # the mall takes it with what is done
    clerk.send(clerk.open("/kerja").form("/keluar"))
    again = clerk.sign_in("petugas.sukodono")  # somebody sits down at the same counter
    assert "Loket 3" in again.open("/kerja").words
    assert "Pilih loket" in Pages(shop.url).sign_in("petugas.sukodono").open("/kerja").words
    assert "Pilih loket" in again.send(again.open("/loket").form("/loket"), loket="").words


def test_the_counter_is_asked_with_the_name(anybody: Pages) -> None:
    form = anybody.open("/masuk").form("/masuk")
    wrong = anybody.send(form, status=422, nama="petugas.sukodono", sandi="rahasia-demo", loket="Warga Nomor Satu")
    assert "#loket" in wrong.parsed.anchors
    assert "Loket 7" in anybody.send(wrong.form("/masuk"), sandi="rahasia-demo", loket="Loket 7").words
    anybody.send(anybody.open("/kerja").form("/keluar"))
    assert anybody.open("/masuk").form("/masuk").values["loket"] == "Loket 7", "a PC stands at a counter"


@pytest.fixture(scope="module")
def two_offices(shop: Mall) -> str:
    """An account that is a clerk of a village and verifies at an agency."""
    gateway = embedded_urls(shop.folder)["gateway"]
    dump.execute(
        gateway,
        "INSERT INTO accounts (name, password_hash, created_at, full_name) "
        "SELECT 'dua.kantor', password_hash, created_at, 'Dua Kantor' FROM accounts WHERE name = 'petugas.sukodono'",
    )
    for office, role in (("35.15.14.2013", "clerk"), ("dpmptsp", "verifier")):
        dump.execute(gateway, f"INSERT INTO assignments VALUES ('dua.kantor', '{office}', '{role}')")
    return "dua.kantor"


def test_who_works_at_several_offices_says_at_which_and_sees_its_work_alone(anybody: Pages, two_offices: str) -> None:
    asked = anybody.send(anybody.open("/masuk").form("/masuk"), nama=two_offices, sandi="rahasia-demo")
    assert asked.answer.url.endswith("/loket")
    nothing = anybody.send(asked.form("/loket"), status=422)
    assert "#kantor" in nothing.parsed.anchors
    made_up = anybody.send(asked.form("/loket"), status=422, kantor="dinkes")
    assert "#kantor" in made_up.parsed.anchors
    agency = anybody.send(asked.form("/loket"), kantor="dpmptsp", loket="Loket 2")
    assert "Verifikator, " in agency.words
    assert "Petugas loket, " not in agency.words
    assert "Loket 2" in agency.words
    village = anybody.send(anybody.open("/loket").form("/loket"), kantor="35.15.14.2013")
    assert "Petugas loket, Desa Sukodono" in village.words
    assert "Verifikator, " not in village.words
    registered(anybody, 779)
    anybody.send(anybody.open("/kerja").form("/keluar"))
    back = anybody.sign_in(two_offices).open("/kerja")
    assert "Desa Sukodono" in back.words, "this PC proposes the office of the last time"
