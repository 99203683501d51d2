"""The page of a case: what it waits for comes first, nobody acts on what is over, and everything has a name."""

from __future__ import annotations

import pytest

from tests.e2e.portal.filing import NASTY, found, steps, submitted
from tests.e2e.portal.pages import Pages
from tests.support.mall import Mall


@pytest.fixture(scope="module")
def verifier(shop: Mall) -> Pages:
    return Pages(shop.url).sign_in("verifikator.dpmptsp")


def test_time_left_is_told_in_working_days_where_they_count(clerk: Pages, verifier: Pages) -> None:
    code = submitted(clerk, 712)
    assert "5 hari kerja lagi" in found(verifier, code).words
    assert "1 hari kerja lagi" in verifier.open("/kerja").words
    assert "5 hari kerja lagi" in verifier.open(f"/lacak/{code}").words


def test_what_the_case_waits_for_comes_first_and_the_rest_is_folded(clerk: Pages, verifier: Pages) -> None:
    page = found(verifier, submitted(clerk, 710))
    expected, _, rest = page.text.partition('<details class="others"')
    assert 'value="verify"' in expected
    assert 'value="return"' not in expected
    assert {"return", "note", "claim", "amend"} <= set(steps(page))
    assert 'value="return"' in rest


def test_a_mistake_leads_to_its_control_and_opens_what_was_folded(clerk: Pages, verifier: Pages) -> None:
    page = found(verifier, submitted(clerk, 711))
    refused = verifier.send(steps(page)["return"], status=422)
    assert "#return-note" in refused.parsed.anchors
    assert '<details class="others" open>' in refused.text
    assert refused.parsed.title.startswith("Perbaiki")


def test_what_is_sent_twice_is_done_once_and_told_as_done(clerk: Pages, verifier: Pages) -> None:
    verify = steps(found(verifier, submitted(clerk, 713)))["verify"]
    pages = [verifier.send(verify) for _ in range(2)]
    for page in pages:
        assert "Verifikasi: tercatat" in page.words
        assert page.words.count("Verifikasi → Menunggu pemeriksaan") == 1
        assert "verify" not in steps(page)


def test_who_comes_too_late_is_told_who_was_faster_and_loses_no_word(clerk: Pages, verifier: Pages) -> None:
    code = submitted(clerk, 714)
    mine = steps(found(clerk, code))
    verify = steps(found(verifier, code))["verify"]
    clerk.send(mine["note"], note__note="Pemohon menelepon.")
    stale = verifier.send(verify, status=412, verify__note="Sudah saya periksa.")
    assert "Sekarang: Diajukan. Terakhir: Catat, oleh petugas.sukodono" in stale.words
    assert "Sudah saya periksa." in stale.text
    done = verifier.send(steps(stale)["verify"])
    assert "Verifikasi: tercatat" in done.words
    gone = verifier.send(verify, status=409, versi="1", verify__note="Sekali lagi.")
    assert "tidak dapat diambil lagi" in gone.words
    assert "Terakhir: Verifikasi, oleh verifikator.dpmptsp" in gone.words
    assert "Sekali lagi." in gone.words


def test_places_offices_and_steps_have_names(clerk: Pages, verifier: Pages) -> None:
    page = found(verifier, submitted(clerk, 715))
    data = page.text[page.text.index("<h2>Isian</h2>") :]
    assert "Suko, Sukodono" in page.words or "Sukodono, Kabupaten Sidoarjo" in page.words
    assert "35.15.14.2013" not in data
    assert "Didaftarkan" in page.words
    assert "Desa Sukodono" in page.words


def test_a_note_shows_as_it_was_typed_and_runs_nothing(clerk: Pages) -> None:
    page = found(clerk, submitted(clerk, 716))
    noted = clerk.send(steps(page)["note"], note__note=f"Baris satu\nBaris dua {NASTY}")
    assert "&lt;script&gt;" in noted.text
    assert "<script>alert" not in noted.text
    long = clerk.send(steps(noted)["note"], status=422, note__note="x" * 5000)
    assert "#note-note" in long.parsed.anchors
    assert "x" * 5000 in long.text


def test_who_is_signed_out_in_the_middle_goes_on_with_what_was_typed(clerk: Pages) -> None:
    page = found(clerk, submitted(clerk, 717))
    clerk.session.cookies.clear()
    asked = clerk.send(steps(page)["note"], status=403, note__note="Masih ada.")
    again = clerk.send(asked.form("/masuk"), nama="petugas.sukodono", sandi="rahasia-demo")
    done = clerk.send(again.form("/tindakan"))
    assert "Masih ada." in done.words


def test_another_offices_case_is_not_there(clerk: Pages, shop: Mall) -> None:
    page = found(clerk, submitted(clerk, 718))
    other = Pages(shop.url).sign_in("petugas.dukcapil")
    assert "Halaman tidak ditemukan" in other.open(page.answer.url, status=404).words
