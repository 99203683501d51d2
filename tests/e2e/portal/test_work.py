"""The worklist, the call list, the search and the nine questions."""

from __future__ import annotations

import re

import pytest

from mpp.identity import demo as people
from tests.e2e.portal.filing import NASTY, code_of, found, issued, registered, steps, submitted
from tests.e2e.portal.pages import Form, Page, Pages
from tests.support.mall import Mall


@pytest.fixture(scope="module")
def verifier(shop: Mall) -> Pages:
    return Pages(shop.url).sign_in("verifikator.dpmptsp")


# ------------------------------------------------------------------ the list


def row_of(page: Page, code: str) -> str:
    return next(row for row in page.text.split("<tr>") if f">{code}</a>" in row)


def deed_on(page: Page, code: str, step: str) -> Form:
    """The button of one case of the list."""
    href = re.findall(r'href="(/kasus/[^"]+)">' + code, page.text)[0]
    return next(
        form for form in page.parsed.forms if form.action.startswith(href) and form.values.get("tindakan") == step
    )


def test_a_task_is_claimed_and_released_in_the_list_and_the_filter_stays(clerk: Pages, verifier: Pages) -> None:
    code = submitted(clerk, 740)
    address = "/kerja?service=PRZ-SIP-DR&sort=changed"
    page = verifier.open(address)
    assert "Belum diambil" in row_of(page, code)
    claimed = verifier.send(deed_on(page, code, "claim"))
    assert claimed.answer.url.endswith(address)
    assert f"Ambil tugas: tercatat pada berkas {code}" in claimed.words
    assert "Anda" in row_of(claimed, code)
    again = verifier.send(deed_on(page, code, "claim"))  # a second click
    assert "Anda" in row_of(again, code)
    released = verifier.send(deed_on(again, code, "release"))
    assert "Belum diambil" in row_of(released, code)


def test_a_task_that_is_not_ones_own_is_not_taken(clerk: Pages, verifier: Pages) -> None:
    code = submitted(clerk, 741)
    form = deed_on(verifier.open("/kerja?sort=changed"), code, "claim")
    own = clerk.open("/kerja").form("/keluar").values["csrf_token"]
    theirs = Form(form.action, form.method, {**form.values, "csrf_token": own})
    assert "tidak dapat diambil lagi" in clerk.send(theirs, status=409).words


def test_a_filter_that_cannot_be_is_told_at_its_field(verifier: Pages) -> None:
    page = verifier.open("/kerja?due_from=kemarin&due_to=2026-11-30")
    assert "#due_from" in page.parsed.anchors
    empty = verifier.open("/kerja?due_to=2020-01-01")
    assert "Tidak ada yang menunggu" in empty.words
    assert "Hapus saringan" in empty.words


# ------------------------------------------------------------------ the call list


def test_who_could_not_be_written_to_is_called_and_ticked_off_once(clerk: Pages, shop: Mall) -> None:
    code = code_of(registered(clerk, 742))  # without a telephone number
    page = clerk.open("/panggilan")
    assert "dicatat" in page.words
    lines = [form for form in page.parsed.forms if form.action.startswith("/panggilan/")]
    assert lines, page.words
    before = page.text.count("/panggilan/P")
    done = clerk.send(lines[0], hasil="reached")
    assert "Tercatat: sudah dikabari" in done.words
    assert done.text.count("/panggilan/P") <= before
    gone = clerk.send(lines[0], status=409, hasil="not_reached")
    assert gone.parsed.title.startswith("Perbaiki")
    assert "Pilih hasil" in clerk.send(lines[0], status=422).words
    assert code


def test_who_calls_nobody_has_no_such_list(verifier: Pages) -> None:
    assert "/panggilan" not in verifier.open("/kerja").parsed.anchors
    verifier.open("/panggilan", status=403)


# ------------------------------------------------------------------ the search


def test_a_case_is_found_by_code_name_and_nik_and_the_page_says_that_it_is_put_on_record(clerk: Pages) -> None:
    code, who = submitted(clerk, 743), people.resident(743)
    form = clerk.open("/cari").form("/cari")
    assert clerk.open("/cari").words.count("Pencarian ini dicatat") == 2
    assert code in clerk.send(form, q=code.lower()).parsed.headings[0]
    for typed in ({"nik": who.nik}, {"name": who.name}, {"nik": f"{who.nik[:6]} {who.nik[6:]}"}):
        page = clerk.send(form, **typed)
        assert code in page.words, typed
        assert page.answer.url.endswith("/cari")


def test_what_nobody_has_and_what_cannot_be_is_told_apart(clerk: Pages) -> None:
    form = clerk.open("/cari").form("/cari")
    assert "Tidak ada berkas yang cocok" in clerk.send(form, q="P0123456789V").words
    wrong = clerk.send(form, status=422, nik="35151")
    assert "#nik" in wrong.parsed.anchors
    assert "cocok" not in wrong.words
    nasty = clerk.send(form, name=NASTY)
    assert "<script>alert" not in nasty.text
    assert "Isi salah satu kotak" in clerk.send(form, status=422).words


# ------------------------------------------------------------------ the hand-over


def handed(clerk: Pages, page: Page) -> Page:
    return clerk.send(
        steps(page)["hand_over"], hand_over__data__recipient="Warga Contoh 44", hand_over__data__relation="proxy",
        hand_over__data__proof="thumbprint",
    )  # fmt: skip


def test_a_paper_is_handed_over_to_a_name_against_a_proof(clerk: Pages) -> None:
    page = found(clerk, issued(clerk, 745))
    (address,) = [anchor for anchor in page.parsed.anchors if anchor.endswith("/serah-terima")]
    slip = clerk.open(address)
    assert 'class="qr"' in slip.text
    assert "503/" in slip.words, "the number of what is handed over"
    refused = clerk.send(steps(page)["hand_over"], status=422)
    for control in ("recipient", "relation", "proof"):
        assert f"#hand_over-data-{control}" in refused.parsed.anchors
    done = handed(clerk, page)
    assert "Warga Contoh 44" in done.words
    assert "Kuasa, dengan surat kuasa" in done.words
    assert "Cap jempol" in done.words


# ------------------------------------------------------------------ the nine questions


def test_after_its_end_a_case_has_nine_questions_for_a_screen_and_a_phone(clerk: Pages, anybody: Pages) -> None:
    code = issued(clerk, 744)
    page = found(clerk, code)
    assert "/penilaian" not in page.text, "it goes on until the hand-over"
    page = handed(clerk, page)
    asked = clerk.send(page.form("/penilaian"))
    assert 'class="qr"' in asked.text
    (address,) = [anchor for anchor in asked.parsed.anchors if "/s/" in anchor]
    assert 'target="_blank" rel="noopener noreferrer"' in asked.text
    assert address not in asked.answer.url
    answer = anybody.session.get(address, timeout=30)
    assert answer.status_code == 200
    assert code not in answer.text
    assert "Penilaian layanan" in clerk.send(page.form("/penilaian")).words, "the same again is the same"


def test_of_a_complaint_there_is_no_money_and_its_page_stands(clerk: Pages) -> None:
    form = clerk.open("/daftar/PGD-LPR").form("/daftar/")
    page = clerk.send(
        form, aksi="daftar", data__title="Jalan berlubang", data__text="Lubang besar di depan pasar.",
        data__classification="complaint", anonymous="1",
    )  # fmt: skip
    assert "Retribusi" not in found(clerk, code_of(page)).words
