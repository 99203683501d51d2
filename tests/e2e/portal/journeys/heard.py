"""Filing and tracking by somebody who sees nothing: the accessibility tree, printed as text, suffices for both."""

from __future__ import annotations

from playwright.sync_api import Browser

from mpp.identity import demo as people
from tests.support.browsing import Visitor
from tests.support.heard import Listener


def test_a_case_is_filed_and_tracked_by_what_is_read_aloud(browser: Browser, visitor: Visitor) -> None:
    page = visitor.open("/masuk")
    clerk, who = Listener(page), people.resident(95)
    clerk.fill("Nama akun", "petugas.sukodono")
    clerk.fill("Kata sandi", "rahasia-demo")
    clerk.press("Masuk")
    clerk.press("Daftarkan berkas", "link")
    clerk.press("Surat Izin Praktik (SIP) dokter", "link")
    clerk.press("Daftarkan")  # nothing was typed: every mistake is told, and where
    wrong = {each.name: each.description for each in clerk.tree() if "invalid" in " ".join(each.states)}
    assert "Wajib diisi" in wrong["Nomor STR"], clerk.text()
    assert wrong["NIK pemohon"], clerk.text()
    clerk.fill("NIK pemohon", who.nik)
    clerk.fill("Nama lengkap pemohon", who.name)
    clerk.choose("Baru", "radio")
    clerk.fill("Nomor STR", "STR-95")
    clerk.fill("Nama tempat praktik", "Klinik 95")
    clerk.fill("Alamat tempat praktik", "Jalan Contoh 95")
    clerk.fill("Desa atau kelurahan tempat praktik", "35.15.14.2013")
    for paper in ("Surat Tanda Registrasi", "Surat keterangan tempat praktik", "KTP"):
        clerk.choose(paper)
    clerk.press("Daftarkan")
    code, secret = clerk.after("Kode pelacakan"), clerk.after("Kode rahasia")
    telephone = browser.new_context(locale="id-ID").new_page()
    telephone.goto(visitor.url + "/")
    citizen = Listener(telephone)
    citizen.press("Lacak berkas", "link")
    citizen.fill("Kode pelacakan", code)
    citizen.press("Lihat")
    assert "Diajukan" in citizen.text()
    assert who.name not in citizen.text()
    assert secret not in citizen.text()
    telephone.context.close()
