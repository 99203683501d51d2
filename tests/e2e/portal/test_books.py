"""Books of legal numbers: an operator continues paper ones and asks to void, an official of the office decides."""

from __future__ import annotations

import re

import pytest

from tests.e2e.portal.pages import Page, Pages
from tests.support.mall import Mall

NASTY = "<script>alert(1)</script>"
NEXT_YEAR = "2027"  # in which no test issues


@pytest.fixture
def operator(shop: Mall) -> Pages:
    return Pages(shop.url).sign_in("operator")


def book(operator: Pages, series: str, office: str = "dpmptsp", year: str = NEXT_YEAR) -> Page:
    return operator.open(f"/kelola/nomor/buku?office={office}&series={series}&year={year}")


def test_every_series_is_listed_with_its_office_and_services(operator: Pages) -> None:
    page = operator.open("/kelola/nomor")
    assert "sip-dr" in page.words
    assert "DPMPTSP" in page.words
    divided = operator.open("/kelola/nomor/seri?office=dpmptsp&series=pbg&year=2026")
    assert "pbg.351514.2026-11-27" in divided.words


def test_a_paper_book_goes_on_here(operator: Pages) -> None:
    page = book(operator, "krk")
    assert "belum menerbitkan" in page.words
    wrong = operator.send(page.form("/nomor/mulai"), status=422, last="dua belas")
    assert "#last" in wrong.parsed.anchors
    done = operator.send(page.form("/nomor/mulai"), last="1.012")
    assert "setelah nomor 1.012" in done.words
    assert "terakhir 1012" in done.words


def test_a_number_that_was_not_given_cannot_be_void(operator: Pages) -> None:
    page = book(operator, "krk")
    if "belum menerbitkan" in page.words:
        page = operator.send(page.form("/nomor/mulai"), last="1012")
    refused = operator.send(page.form("/nomor/batalkan"), status=404, seq="5", reason="salah cetak")
    assert refused.parsed.title.startswith("Perbaiki")
    assert refused.form("/nomor/batalkan").values["reason"] == "salah cetak"
    empty = operator.send(page.form("/nomor/batalkan"), status=422, seq="5", reason="")
    assert "#reason" in empty.parsed.anchors


def test_who_is_no_operator_starts_no_book(shop: Mall) -> None:
    official = Pages(shop.url).sign_in("penandatangan.dpmptsp")
    page = book(official, "sip-dr")
    assert not re.search("/nomor/(mulai|batalkan)", page.text)
    assert "/kelola/akun" not in page.parsed.anchors
    assert "Tidak ada yang diminta" in official.open("/kelola/nomor/batal").words


def test_a_book_that_cannot_be_is_told_in_words(operator: Pages) -> None:
    page = operator.open("/kelola/nomor/buku?office=tidak-ada&series=sip-dr&year=2026", status=422)
    assert page.parsed.title.startswith("Perbaiki")
    operator.open("/kelola/nomor/buku?office=x&series=%3Cscript%3E&year=x", status=422)
    assert operator.open("/kelola/nomor/buku").answer.url.endswith("/kelola/nomor")
    assert operator.open("/kelola/nomor/seri?office=x").answer.url.endswith("/kelola/nomor")


# ------------------------------------------------------------------ offices, to look at


def test_offices_stand_below_their_superiors_with_who_works_there(operator: Pages) -> None:
    page = operator.open("/kelola/kantor")
    assert "Kecamatan Sukodono" in page.words
    village = operator.open("/kelola/kantor/35.15.14.2013")
    assert "petugas.sukodono" in village.words
    assert "/kelola/kantor/35.15.14" in village.parsed.anchors
    superior = operator.open("/kelola/kantor/35.15.14")
    assert "/kelola/kantor/35.15.14.2013" in superior.parsed.anchors
    found = operator.open("/kelola/kantor?cari=suko&jenis=kecamatan")
    assert "35.15.14" in found.words
    assert "Tidak ada kantor" in operator.open("/kelola/kantor?cari=%3Cscript%3E").words
    operator.open("/kelola/kantor/tidak-ada", status=404)


# ------------------------------------------------------------------ days off


def test_a_day_is_changed_after_its_effect_was_shown(operator: Pages) -> None:
    page = operator.open("/kelola/libur?tahun=2027")
    assert "Libur nasional" in page.words
    assert "08:00" in page.text
    form = page.form("/libur/periksa")
    empty = operator.send(form, status=422)
    assert {"#date", "#kind", "#name", "#source"} <= set(empty.parsed.anchors)
    day = {"date": "2027-07-20", "kind": "regional_holiday", "name": f"Pilkades {NASTY}"[:60], "source": "SE 1/2027"}
    shown = operator.send(form, **day)
    assert "Hari kerja → Libur daerah" in shown.words
    assert "<script>alert" not in shown.text
    assert "20 Juli 2027" not in operator.open("/kelola/libur?tahun=2027").words, "nothing was stored yet"
    done = operator.send(shown.form("/libur/muat"))
    assert "berlaku di seluruh mal" in done.words
    assert "20 Juli 2027" in done.words
    back = operator.send(form, **{**day, "kind": "working_day"})
    assert "Libur daerah → Hari kerja" in back.words
    operator.send(back.form("/libur/muat"))
    assert "20 Juli 2027" not in operator.open("/kelola/libur?tahun=2027").words.split("Ubah satu hari")[0]


def test_half_a_day_needs_its_hours(operator: Pages) -> None:
    form = operator.open("/kelola/libur").form("/libur/periksa")
    day = {"date": "2027-07-21", "kind": "half_day", "name": "Setengah hari", "source": "SE 2/2027"}
    assert "#open" in operator.send(form, status=422, **day).parsed.anchors
    assert "Setengah hari" in operator.send(form, **day, open="08.00-12.00").words
