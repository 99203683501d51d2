"""One's own case by code and secret: a citizen answers, withdraws, and reads what a receipt means."""

from __future__ import annotations

import re

from tests.e2e.portal.filing import registered, steps
from tests.e2e.portal.pages import Page, Pages
from tests.support.documents import jpeg, pdf

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


def opened(citizen: Pages, clerk: Pages, index: int) -> str:
    """The code of a licence that lacks a paper, opened by its applicant."""
    code, secret = re.findall(r'<dd class="code">(\w+)</dd>', registered(clerk, index).text)
    page = citizen.send(citizen.open("/berkas").form("/berkas"), kode=code, rahasia=secret)
    assert f"Berkas saya {code}" in page.words
    return str(code)


def test_an_applicant_withdraws_in_own_words(anybody: Pages, clerk: Pages) -> None:
    opened(anybody, clerk, 30)
    page = anybody.open("/berkas/saya")
    form = next(form for form in page.parsed.forms if form.values.get("tindakan") == "withdraw")
    after = anybody.send(form, **{"withdraw.note": NASTY})
    assert "Ditarik" in after.words
    assert "<script>alert(1)" not in after.text
    again = anybody.send(form, status=409)
    assert "tidak dapat dilakukan lagi" in again.words


def test_what_the_office_does_not_take_is_said_and_nothing_typed_is_lost(anybody: Pages, clerk: Pages) -> None:
    opened(anybody, clerk, 31)
    page = anybody.open("/berkas/saya")
    form = next(form for form in page.parsed.forms if form.values.get("tindakan") == "complete")
    refused = anybody.send(form, status=422, **{"complete.note": "Berkas saya lengkap."})
    assert "Berkas saya lengkap." in refused.text


def test_a_receipt_is_explained_in_plain_words_from_where_it_is_read(anybody: Pages, clerk: Pages) -> None:
    code = opened(anybody, clerk, 32)
    for address in (f"/lacak/{code}", "/berkas/saya"):
        assert "/arti-tanda-terima" in anybody.open(address).parsed.anchors
    page = anybody.open("/arti-tanda-terima")
    assert "Kode rahasia" in page.words
    sentences = [each for each in re.split(r"[.?!]\s", page.words) if each]
    assert "promised date" in anybody.open("/arti-tanda-terima?bahasa=en").words.lower()
    assert len(sentences) > 10


def test_who_has_opened_no_case_acts_on_none(anybody: Pages) -> None:
    token = anybody.open("/berkas").form("/berkas").values["csrf_token"]
    answer = anybody.session.post(f"{anybody.url}/berkas/tindakan", data={"csrf_token": token}, timeout=20)
    assert answer.url.endswith("/berkas")


def missing_a_paper(citizen: Pages, clerk: Pages, index: int) -> Page:
    """The papers of one's own case, on a telephone."""
    opened(citizen, clerk, index)
    page = citizen.open("/berkas/saya")
    assert "/berkas/dokumen" in page.parsed.anchors
    return citizen.open("/berkas/dokumen")


def hand_in(citizen: Pages, page: Page, content: bytes, name: str, media: str, *, status: int = 200) -> Page:
    form = next(form for form in page.parsed.forms if form.action.endswith("/practice_place"))
    return citizen.upload(form, content, name, media, status=status)


def test_an_applicant_hands_in_photos_and_files_and_completes_the_case(anybody: Pages, clerk: Pages) -> None:
    page = missing_a_paper(anybody, clerk, 33)
    assert re.search("Surat keterangan tempat praktik +belum ada", page.words)
    done = hand_in(anybody, page, jpeg(), "IMG_0001.jpg", "image/jpeg")
    assert re.search("Surat keterangan tempat praktik +sudah ada", done.words)
    both = hand_in(anybody, done, pdf("denah"), "denah.pdf", "application/pdf")
    assert "IMG_0001.jpg" in both.words
    assert "denah.pdf" in both.words
    mine = anybody.open("/berkas/saya")
    (link,) = [each for each in mine.parsed.anchors if each.startswith("/berkas/dokumen/")][:1]
    assert anybody.session.get(anybody.url + link, timeout=20).content[:2] == b"\xff\xd8"
    form = next(form for form in mine.parsed.forms if form.values.get("tindakan") == "complete")
    assert "complete" not in steps(anybody.send(form))


def test_what_cannot_be_taken_says_why_at_its_field_and_the_next_one_is(anybody: Pages, clerk: Pages) -> None:
    page = missing_a_paper(anybody, clerk, 34)
    refused = hand_in(anybody, page, b"halo", "salah.pdf", "application/pdf", status=422)
    assert "#berkas-practice_place" in refused.parsed.anchors
    large = hand_in(anybody, refused, b"%PDF" + b"x" * (11 * 2**20), "besar.pdf", "application/pdf", status=413)
    assert "lebih besar dari 10 MB" in large.words
    assert "benar.pdf" in hand_in(anybody, large, pdf("benar"), "benar.pdf", "application/pdf").words


def test_a_photo_is_replaced_by_a_better_one(anybody: Pages, clerk: Pages) -> None:
    page = hand_in(anybody, missing_a_paper(anybody, clerk, 35), jpeg(), "buram.jpg", "image/jpeg")
    gone = anybody.send(page.form("/keluarkan"))
    assert "Berkas sudah dikeluarkan" in gone.words
    assert "buram.jpg" not in gone.words
    assert re.search("Surat keterangan tempat praktik +belum ada", gone.words)
    assert "jelas.jpg" in hand_in(anybody, gone, jpeg(), "jelas.jpg", "image/jpeg").words


def test_a_script_is_told_where_to_open_the_case_again(anybody: Pages, clerk: Pages) -> None:
    page = missing_a_paper(anybody, clerk, 36)
    form = next(form for form in page.parsed.forms if form.action.endswith("/practice_place"))
    fields = {name: value for name, value in form.values.items() if name != "file"}
    anybody.session.cookies.clear()
    answer = anybody.session.post(
        anybody.url + form.action, data=fields, files={"file": ("a.pdf", pdf("a"), "application/pdf")},
        headers={"Accept": "application/json"}, timeout=20,
    )  # fmt: skip
    assert (answer.status_code, answer.json()["to"]) == (401, "/berkas")
    assert "terlalu lama" in anybody.upload(form, pdf("a"), "a.pdf", "application/pdf", status=400).words


def test_a_form_that_no_page_of_ours_has_shown_hands_in_nothing(anybody: Pages, clerk: Pages) -> None:
    page = missing_a_paper(anybody, clerk, 37)
    form = next(form for form in page.parsed.forms if form.action.endswith("/practice_place"))
    form.values["csrf_token"] = "bukan"
    anybody.upload(form, pdf("b"), "b.pdf", "application/pdf", status=400)
    assert "b.pdf" not in anybody.open("/berkas/dokumen").words


def test_the_papers_of_a_case_that_nobody_opened_here_are_not_shown(anybody: Pages) -> None:
    for address in ("/berkas/dokumen", "/berkas/dokumen/01890a5d-ac96-774b-bcce-b302099a8057"):
        assert anybody.open(address).answer.url.endswith("/berkas")
