"""The portal without JavaScript: what every page keeps to, and whole journeys of a citizen and a clerk."""

from __future__ import annotations

import re

import pytest
import requests

from mpp.identity import demo as people
from tests.e2e.portal.filing import licence, registered
from tests.e2e.portal.pages import Page, Pages
from tests.support.mall import Mall

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}\u202egnp"


def codes_of(receipt: Page) -> tuple[str, str]:
    """Tracking code and secret."""
    code, secret = re.findall(r'<dd class="code">(\w+)</dd>', receipt.text)
    return code, secret


# ------------------------------------------------------------------ anybody


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_can_i_do_here_is_answered_in_both_languages(anybody: Pages, language: str) -> None:
    front = anybody.open(f"/?bahasa={language}")
    assert front.parsed.language == language
    assert ("Akta kelahiran" in front.words) == (language == "id")
    service = anybody.open("/layanan/PRZ-PBG")
    assert service.parsed.language == language  # it is remembered
    for told in ("SKRD", "PRZ-PBG", "28"):
        assert told in service.words


def test_services_are_found_by_letters_and_by_agency_with_addresses_to_share(anybody: Pages) -> None:
    found = anybody.open("/?cari=KELAHIR")
    assert "Akta kelahiran" in found.words
    assert "Izin reklame" not in found.words
    assert "Izin reklame" not in anybody.open("/?instansi=dukcapil").words
    assert "Tidak ada layanan" in anybody.open("/?cari=zzz").words


def test_services_are_found_by_what_happened_and_from_a_to_z(anybody: Pages) -> None:
    front = anybody.open("/")
    born = next(link for link in front.parsed.anchors if "peristiwa=born" in link)
    found = anybody.open(born)
    for name in ("Akta kelahiran", "Surat keterangan kelahiran dari desa", "Pendaftaran bayi baru lahir"):
        assert name in found.words
    assert "Akta kematian" not in found.words
    letter = next(link for link in front.parsed.anchors if "huruf=K" in link)
    by_letter = anybody.open(letter).words
    assert "Kartu pencari kerja" in by_letter
    assert "Akta kelahiran" not in by_letter
    assert "Pengantar KTP" in anybody.open("/?peristiwa=lost&instansi=setda").words
    for strange in ("/?peristiwa=nothing", "/?huruf=%3C", "/?peristiwa=%00&huruf=%F0%9F%98%80"):
        assert "Tidak ada layanan yang cocok" in anybody.open(strange).words


def test_every_event_of_a_life_that_is_shown_leads_to_a_service(anybody: Pages) -> None:
    events = {link for link in anybody.open("/").parsed.anchors if "peristiwa=" in link}
    assert len(events) > 10
    for link in events:
        assert "Tidak ada layanan" not in anybody.open(link).words


def test_a_service_of_another_application_says_so_and_where_it_is(anybody: Pages) -> None:
    assert "Dilayani aplikasi lain" in anybody.open("/?cari=SKCK").words
    police = anybody.open("/layanan/POL-SKCK")
    for told in ("Dilayani aplikasi lain", "Loket instansi ini di MPP Sidoarjo", "1 hari kerja", "belum dipastikan"):
        assert told in police.words
    assert not [link for link in police.parsed.anchors if link.startswith(("http", "/ajukan", "/daftar"))]
    national = anybody.open("/layanan/SPN-LPR")
    assert [link for link in national.parsed.anchors if link.startswith("http")] == ["https://lapor.go.id"]
    assert 'rel="external noreferrer noopener"' in national.text
    assert "Served by another application" in anybody.open("/layanan/POL-SKCK?bahasa=en").words


def test_who_wants_to_file_for_one_is_led_to_where_it_is(anybody: Pages, clerk: Pages) -> None:
    for visitor, address in ((anybody, "/ajukan/POL-SKCK"), (clerk, "/daftar/POL-SKCK")):
        assert "Permohonannya tidak diterima di situs ini" in visitor.open(address).words


def test_what_is_not_there_is_said_in_words(anybody: Pages) -> None:
    assert "Halaman tidak ditemukan" in anybody.open("/tidak-ada", status=404).words
    assert "Halaman tidak ditemukan" in anybody.open("/layanan/../../etc", status=404).words
    assert "Tidak ada berkas" in anybody.open("/lacak/P0123456789V", status=404).words
    assert "Isi kodenya" in anybody.open("/lacak?kode=").words
    assert "Page not found" in anybody.open("/layanan/NO-SUCH?bahasa=en", status=404).words


def test_a_code_that_is_typed_leads_to_the_page_that_its_qr_opens(anybody: Pages) -> None:
    answer = anybody.session.get(f"{anybody.url}/periksa?kode=ab-12", allow_redirects=False, timeout=20)
    assert answer.headers["Location"] == "/v/ab12?lang=id"


def test_files_are_kept_for_a_year_and_pages_by_nobody(anybody: Pages) -> None:
    front = anybody.open("/")
    files = re.findall(r'(?:href|src)="(/aset/[^"]+)"', front.text)
    assert len(files) == 4
    travelled = 0
    for file in files:
        got = anybody.session.get(anybody.url + file, stream=True, timeout=20)
        travelled += len(got.raw.read())
        assert got.status_code == 200
        assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "http" not in got.headers.get("Set-Cookie", "")
    assert travelled < 100_000
    changed = re.sub(r"/aset/\w+/", "/aset/000000000000/", files[0])
    assert requests.get(anybody.url + changed, timeout=20).status_code == 404


def test_a_page_travels_packed_and_its_length_tells_nothing(anybody: Pages) -> None:
    lengths = set()
    for _ in range(12):
        got = anybody.session.get(f"{anybody.url}/berkas", stream=True, timeout=20)
        assert got.headers["Content-Encoding"] == "gzip"
        lengths.add(len(got.raw.read()))
    assert len(lengths) > 3


# ------------------------------------------------------------------ sessions


def test_the_browser_cannot_read_who_is_signed_in(clerk: Pages) -> None:
    (cookie,) = [each for each in clerk.session.cookies if each.name == "mpp_sesi"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert cookie.expires is None  # it ends with the browser
    token = clerk.open("/kerja")
    assert "eyJ" not in token.text + (cookie.value or "")
    assert "petugas" not in (cookie.value or "")


def test_a_cookie_that_somebody_made_up_is_nobody(anybody: Pages, clerk: Pages) -> None:
    (cookie,) = [each for each in clerk.session.cookies if each.name == "mpp_sesi"]
    assert cookie.value is not None
    forged = cookie.value[:-4] + ("AAAA" if not cookie.value.endswith("AAAA") else "BBBB")
    got = requests.get(f"{clerk.url}/kerja", cookies={"mpp_sesi": forged}, allow_redirects=False, timeout=20)
    assert (got.status_code, "/masuk" in got.headers["Location"]) == (303, True)


def test_signing_out_ends_the_token_itself_so_that_a_copied_cookie_opens_nothing(clerk: Pages) -> None:
    copied = {each.name: each.value or "" for each in clerk.session.cookies}
    assert requests.get(f"{clerk.url}/kerja", cookies=copied, timeout=20).status_code == 200
    clerk.send(clerk.open("/kerja").form("/keluar"))
    got = requests.get(f"{clerk.url}/kerja", cookies=copied, allow_redirects=False, timeout=20)
    assert "/masuk" in got.headers["Location"]


def test_a_session_begins_anew_when_somebody_signs_in(shop: Mall) -> None:
    visitor = Pages(shop.url)
    before = visitor.open("/masuk").form("/masuk").values["csrf_token"]
    cookie = visitor.session.cookies["mpp_sesi"]
    visitor.sign_in("petugas.sukodono")
    assert visitor.session.cookies["mpp_sesi"] != cookie
    form = visitor.open("/cari").form("/cari")
    form.values["csrf_token"] = before  # whoever planted it knows this one
    assert "terlalu lama" in visitor.send(form, status=400, q="P0123456789V").words


def test_a_form_without_its_token_does_nothing(clerk: Pages) -> None:
    before = clerk.open("/kerja").words
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    del form.values["csrf_token"]
    clerk.send(form, status=400, aksi="daftar", **licence(700))
    assert re.findall(r"(\d+) menunggu", before) == re.findall(r"(\d+) menunggu", clerk.open("/kerja").words)
    assert "Petugas loket" in clerk.open("/kerja").words  # nor is anybody signed out


def test_nobody_is_sent_to_another_site_after_signing_in(shop: Mall) -> None:
    for elsewhere in ("https://example.com/", "//example.com/", "/\\example.com", "http:example.com"):
        visitor = Pages(shop.url)
        page = visitor.open(f"/masuk?lanjut={elsewhere}")
        found = visitor.send(page.form("/masuk"), nama="petugas.sukodono", sandi="rahasia-demo")
        assert found.answer.url == f"{shop.url}/kerja"


def test_a_wrong_password_is_said_beside_the_field_and_the_password_is_not_shown_again(anybody: Pages) -> None:
    form = anybody.open("/masuk").form("/masuk")
    page = anybody.send(form, status=401, nama="petugas.sukodono", sandi="bukan-ini-1")
    assert "#nama" in page.parsed.anchors
    assert "bukan-ini-1" not in page.text
    assert page.parsed.title.startswith("Perbaiki")


def test_who_is_not_signed_in_sees_no_page_of_the_staff(anybody: Pages) -> None:
    for address in ("/kerja", "/daftar", "/daftar/PRZ-SIP-DR", "/cari", "/tanda-terima", "/kasus/permits/1", "/sandi"):
        assert "Masuk petugas" in anybody.open(address).parsed.headings[0], address


# ------------------------------------------------------------------ a clerk


def test_a_clerk_registers_and_the_receipt_has_what_the_citizen_needs(clerk: Pages, anybody: Pages) -> None:
    receipt = registered(clerk, 701)
    code, secret = codes_of(receipt)
    assert "<svg" in receipt.text
    assert f"/lacak/{code}" in receipt.text
    for lebar in ("", "?lebar=80", "?lebar=58"):
        (address,) = [a for a in receipt.parsed.anchors if "tanda-terima.pdf" in a and a.partition("?")[2] == lebar[1:]]
        assert clerk.session.get(clerk.url + address, timeout=60).content.startswith(b"%PDF")
    assert code in clerk.open("/kerja").words or "menunggu" in clerk.open("/kerja").words
    tracked = anybody.open(f"/lacak/{code}")
    assert people.resident(701).name not in tracked.words
    opened = anybody.send(anybody.open("/berkas").form("/berkas"), kode=code.lower(), rahasia=secret)
    assert "Berkas saya" in opened.words
    assert secret not in opened.text
    assert secret not in opened.answer.url
    closed = anybody.send(opened.parsed.forms[0])
    assert "Layanan yang tersedia" in closed.words
    assert "mpp_sesi" not in anybody.session.cookies


def test_a_wrong_secret_opens_nothing_and_says_the_same_as_a_wrong_code(clerk: Pages, anybody: Pages) -> None:
    code, _secret = codes_of(registered(clerk, 702))
    said = []
    for typed in (code, "P0123456789V"):
        form = anybody.open("/berkas").form("/berkas")
        said.append(anybody.send(form, status=422, kode=typed, rahasia="7K2M9QX4TB").words.replace(typed, ""))
    assert "tidak cocok" in said[0]
    assert [re.findall("Kode atau.*?keduanya", each) for each in said[:1]] * 2 == [
        re.findall("Kode atau.*?keduanya", each) for each in said
    ]


def test_what_is_sent_twice_is_one_case(clerk: Pages) -> None:
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    receipts = [clerk.send(form, aksi="daftar", **licence(703)) for _ in range(2)]  # a double click; Back and again
    assert codes_of(receipts[0]) == codes_of(receipts[1])


def test_every_mistake_is_told_at_once_and_what_was_typed_stays(clerk: Pages) -> None:
    form = clerk.open("/daftar/ADM-LHR-01").form("/daftar/")
    page = clerk.send(
        form, status=422, aksi="daftar", applicant__nik="35151", data__family_card="1", data__child__name="Andi"
    )
    for anchor in ("applicant-nik", "applicant-name", "data-mother_nik", "data-child-sex", "data-child-birth_date"):
        assert f"#{anchor}" in page.parsed.anchors
    assert "Anak, Jenis kelamin: Wajib diisi" in page.words
    values = page.form("/daftar/").values
    assert (values["applicant.nik"], values["data.child.name"]) == ("35151", "Andi")


def test_what_is_shown_was_typed_by_somebody_and_runs_nothing(clerk: Pages) -> None:
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    typed = {name: NASTY for name in licence(1) if not name.startswith("requirements")}
    page = clerk.send(form, status=422, aksi="daftar", **typed)
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "{{7*7}}" in page.text
    assert page.form("/daftar/").values["data.practice_name"] == NASTY
    clerk.send(clerk.open("/cari").form("/cari"), status=422, q=NASTY, name=NASTY)
    long = clerk.send(form, status=422, aksi="daftar", data__practice_address="x" * 5000)
    assert "x" * 5000 in long.text


def test_a_case_shows_nasty_words_as_words(clerk: Pages) -> None:
    registered(clerk, 704, data__practice_address=f"Jalan {NASTY}"[:90].replace("\u202e", ""))
    link = [a for a in clerk.open("/tanda-terima").parsed.anchors if a.startswith("/kasus/") and "." not in a][0]
    page = clerk.open(link)
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_a_place_is_found_by_a_name_that_only_one_has(clerk: Pages) -> None:
    page = registered(clerk, 705, data__practice_region="Suko Sukodono (35.15.14.2013)")
    assert page.status == 200
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    several = clerk.send(form, status=422, aksi="daftar", **(licence(706) | {"data__practice_region": "suko"}))
    assert "bisa berarti" in several.words
    none = clerk.send(form, status=422, aksi="daftar", **(licence(706) | {"data__practice_region": "zzzz"}))
    assert "Tidak ada tempat" in none.words


def test_the_register_fills_in_the_name(clerk: Pages) -> None:
    who = people.resident(7)
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    page = clerk.send(form, aksi="cari", applicant__nik=who.nik, data__str_number="STR-9")
    values = page.form("/daftar/").values
    assert (values["applicant.name"], values["data.str_number"]) == (who.name, "STR-9")


def test_a_draft_survives_a_closed_window_and_is_gone_when_it_was_sent(clerk: Pages, shop: Mall) -> None:
    def drafts(visitor: Pages) -> set[str]:
        return {anchor for anchor in visitor.open("/kerja").parsed.anchors if "draf=" in anchor}

    before = drafts(clerk)
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    clerk.send(form, aksi="draf", **licence(708))
    later = Pages(shop.url).sign_in("petugas.sukodono")
    (link,) = drafts(later) - before
    resumed = later.open(link)
    assert resumed.form("/daftar/").values["applicant.name"] == people.resident(708).name
    later.send(resumed.form("/daftar/"), aksi="daftar")
    assert drafts(later) == before


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing_that_was_typed(clerk: Pages) -> None:
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    clerk.session.cookies.clear()
    asked = clerk.send(form, status=403, aksi="daftar", **licence(709))
    assert "Isian Anda tetap" in asked.words or "isian Anda tidak hilang" in asked.words
    again = clerk.send(asked.form("/masuk"), nama="petugas.sukodono", sandi="rahasia-demo")
    receipt = clerk.send(again.form("/daftar/"))
    assert "/tanda-terima" in receipt.answer.url


def test_the_search_by_nik_finds_only_ones_own_cases(clerk: Pages) -> None:
    code, _secret = codes_of(registered(clerk, 790))
    who = people.resident(790)
    page = clerk.send(clerk.open("/cari").form("/cari"), nik=who.nik)
    assert code in page.words
    assert who.nik not in page.answer.url
