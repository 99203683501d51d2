"""Papers of a case, seen, named or scanned: files are passed on while they arrive, and one that fails loses nothing."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import pytest
import requests

from tests.e2e.portal.filing import licence, registered
from tests.e2e.portal.pages import Page, Pages
from tests.e2e.portal.test_apart import apart
from tests.support.documents import jpeg, pdf, png
from tests.support.mall import Mall

__all__ = ["apart"]


def papers_of(clerk: Pages, index: int) -> Page:
    """A licence that was registered, and its papers."""
    form = clerk.open("/daftar/PRZ-SIP-DR").form("/daftar/")
    page = clerk.send(form, aksi="pindai", **licence(index))
    assert page.answer.url.endswith("/berkas"), page.words
    return page


def send(clerk: Pages, page: Page, content: bytes, name: str, media: str, *, status: int = 200) -> Page:
    form = next(form for form in page.parsed.forms if form.action.endswith("/practice_place"))
    return clerk.upload(form, content, name, media, status=status)


def test_whoever_registers_goes_on_to_scan_and_from_there_to_the_receipt(clerk: Pages) -> None:
    page = papers_of(clerk, 730)
    assert re.search("Surat keterangan tempat praktik +belum ada", page.words)
    done = send(clerk, page, pdf("satu"), "tempat praktik.pdf", "application/pdf")
    assert "tempat praktik.pdf" in done.words
    assert re.search("Surat keterangan tempat praktik +sudah ada", done.words)
    more = send(clerk, done, jpeg(), "foto.jpg", "image/jpeg")  # several files for one requirement
    assert "tempat praktik.pdf" in more.words
    assert "foto.jpg" in more.words
    assert "/tanda-terima" in more.parsed.anchors
    assert clerk.open("/tanda-terima").status == 200


def test_the_same_file_sent_twice_by_back_is_one_document(clerk: Pages) -> None:
    page = papers_of(clerk, 2731)
    for _ in range(2):
        done = send(clerk, page, pdf("dua"), "dua.pdf", "application/pdf")
    assert done.text.count(">dua.pdf</bdi></a>") == 1


@pytest.mark.parametrize(
    ("content", "media", "told"),
    [
        (png()[:40], "image/png", "rusak"),
        (b"halo", "application/pdf", "PDF"),
        (b"halo", "text/plain", "application/pdf"),
        (b"", "application/octet-stream", "kosong"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_beside_its_field(
    clerk: Pages, content: bytes, media: str, told: str
) -> None:
    page = papers_of(clerk, 745 + len(content) + len(media))
    refused = send(clerk, page, content, "salah", media, status=415 if media == "text/plain" else 422)
    assert "#berkas-practice_place" in refused.parsed.anchors
    assert told.lower() in refused.words.lower()
    assert "salah</a>" not in refused.text
    assert "benar.pdf" in send(clerk, refused, pdf("benar"), "benar.pdf", "application/pdf").words  # and once more


def test_a_file_that_is_too_large_is_told_on_the_page_and_the_case_stands(clerk: Pages) -> None:
    page = papers_of(clerk, 733)
    large = send(clerk, page, b"%PDF" + b"x" * (11 * 2**20), "besar.pdf", "application/pdf", status=413)
    assert "lebih besar dari 10 MB" in large.words
    assert "#berkas-practice_place" in large.parsed.anchors


def test_a_script_is_answered_in_short(clerk: Pages) -> None:
    page = papers_of(clerk, 734)
    form = next(form for form in page.parsed.forms if form.action.endswith("/practice_place"))
    fields = {name: value for name, value in form.values.items() if name != "file"}

    def sent(content: bytes, fields: dict[str, str]) -> requests.Response:
        files = {"file": ("a.pdf", content, "application/pdf")}
        return clerk.session.post(
            clerk.url + form.action, data=fields, files=files, headers={"Accept": "application/json"}, timeout=60
        )

    assert sent(pdf("tiga"), fields).json() == {"notes": []}
    wrong = sent(b"halo", fields | {"kunci": fields["kunci"] + "-1"})
    assert wrong.status_code == 422
    assert wrong.json().keys() == {"error"}
    assert (
        clerk.session.get(clerk.url + page.answer.url.removeprefix(clerk.url), timeout=20).text.count(
            ">a.pdf</bdi></a>"
        )
        == 1
    )


def test_a_form_that_no_page_of_ours_has_shown_hands_in_nothing(clerk: Pages) -> None:
    page = papers_of(clerk, 735)
    form = next(form for form in page.parsed.forms if form.action.endswith("/practice_place"))
    form.values["csrf_token"] = "bukan"
    assert "terlalu lama" in clerk.upload(form, pdf("empat"), "empat.pdf", "application/pdf", status=400).words
    del form.values["csrf_token"]
    clerk.upload(form, pdf("empat"), "empat.pdf", "application/pdf", status=400)
    assert "empat.pdf" not in clerk.open(urlsplit(page.answer.url).path).words


def test_who_is_signed_out_is_asked_to_sign_in_and_comes_back_to_the_papers(clerk: Pages) -> None:
    page = papers_of(clerk, 736)
    clerk.session.cookies.clear()
    asked = send(clerk, page, pdf("lima"), "lima.pdf", "application/pdf")
    back = clerk.send(asked.form("/masuk"), nama="petugas.sukodono", sandi="rahasia-demo")
    assert back.answer.url == page.answer.url
    assert "lima.pdf" not in back.words


def test_a_line_that_breaks_in_the_middle_of_a_file_leaves_no_document(clerk: Pages) -> None:
    page = papers_of(clerk, 737)
    form = next(form for form in page.parsed.forms if form.action.endswith("/practice_place"))
    made = requests.Request(
        "POST", clerk.url + form.action, data={n: v for n, v in form.values.items() if n != "file"},
        files={"file": ("putus.pdf", pdf("enam") * 300, "application/pdf")},
    )  # fmt: skip
    ready = clerk.session.prepare_request(made)
    assert isinstance(ready.body, bytes)
    where = urlsplit(clerk.url)
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=20) as line:
        head = "".join(f"{name}: {value}\r\n" for name, value in ready.headers.items())
        line.sendall(f"POST {form.action} HTTP/1.1\r\nHost: {where.netloc}\r\n{head}\r\n".encode())
        line.sendall(ready.body[: len(ready.body) // 2])
    again = clerk.open(urlsplit(page.answer.url).path)
    assert "putus.pdf" not in again.words
    assert "utuh.pdf" in send(clerk, again, pdf("utuh"), "utuh.pdf", "application/pdf").words


def test_pages_that_stand_apart_pass_files_on_with_the_same_limits(apart: str, shop: Mall) -> None:
    clerk = Pages(apart).sign_in("petugas.sukodono")
    page = papers_of(clerk, 738)
    done = send(clerk, page, png() + b"\n", "ktp.png", "image/png")
    assert "ktp.png" in done.words
    large = send(clerk, done, b"%PDF" + b"x" * (10 * 2**20 + 70_000), "besar.pdf", "application/pdf", status=413)
    assert "lebih besar dari 10 MB" in large.words


def test_a_name_of_a_file_is_shown_and_runs_nothing(clerk: Pages) -> None:
    page = papers_of(clerk, 739)
    done = send(clerk, page, pdf("tujuh"), "<img src=x onerror=alert(1)>.pdf", "application/pdf")
    assert "<img" not in done.text


def test_a_case_leads_to_its_papers(clerk: Pages) -> None:
    registered(clerk, 746)
    (link,) = [each for each in clerk.open("/tanda-terima").parsed.anchors if each.endswith("/berkas")]
    assert "Persyaratan berkas" in clerk.open(link).parsed.headings[0]
    assert link in clerk.open(link.removesuffix("/berkas")).parsed.anchors


def test_a_wrong_scan_is_taken_out_with_a_reason_that_the_case_tells(clerk: Pages) -> None:
    page = send(clerk, papers_of(clerk, 747), pdf("orang lain"), "orang lain.pdf", "application/pdf")
    silent = clerk.send(page.form("/keluarkan"), status=422)
    assert [each for each in silent.parsed.anchors if each.startswith("#alasan-")]
    assert "orang lain.pdf" in silent.words
    gone = clerk.send(silent.form("/keluarkan"), alasan="Pindaian orang <b>lain</b>.")
    assert "orang lain.pdf" not in gone.words
    case = clerk.open(urlsplit(page.answer.url).path.removesuffix("/berkas"))
    assert "Pindaian orang &lt;b&gt;lain&lt;/b&gt;." in case.text


@pytest.fixture
def building(clerk: Pages) -> Page:
    return clerk.open("/daftar/PRZ-PBG")


def test_a_paper_of_the_mall_is_named_by_its_number_and_a_wrong_one_is_told_at_its_field(
    clerk: Pages, building: Page
) -> None:
    form = building.form("/daftar/")
    named = [name for name in form.names if re.fullmatch(r"requirements\.\w+\.paper", name)]
    assert named == ["requirements.krk.paper"]
    page = clerk.send(form, status=422, aksi="daftar", requirements__krk__paper="x" * 130)
    assert "#requirements-krk-paper" in page.parsed.anchors


def test_documents_are_looked_at_one_after_the_other_and_nothing_of_them_runs(clerk: Pages) -> None:
    page = papers_of(clerk, 748)
    case = urlsplit(page.answer.url).path.removesuffix("/berkas")
    page = send(clerk, page, jpeg(), "foto.jpg", "image/jpeg")
    send(clerk, page, pdf("delapan"), "surat.pdf", "application/pdf")
    first, second = [each for each in clerk.open(case).parsed.anchors if each.endswith("/lihat")]
    photo = clerk.open(first)
    assert "Surat keterangan tempat praktik" in photo.parsed.headings[0]
    assert f'<img class="scan" src="{first.removesuffix("/lihat")}"' in photo.text
    assert second in photo.parsed.anchors
    assert "foto.jpg" in photo.words
    paper = clerk.open(second)
    assert first in paper.parsed.anchors
    assert second.removesuffix("/lihat") in paper.parsed.anchors
    for link, kind in ((first, "image/jpeg"), (second, "application/pdf")):
        answer = clerk.session.get(clerk.url + link.removesuffix("/lihat"), timeout=20)
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    clerk.open(first.replace(first.split("/")[-2], "01890a5d-ac96-774b-bcce-b302099a8057"), status=404)
