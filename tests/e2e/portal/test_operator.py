"""An operator's pages, without JavaScript: what the mall says of itself, and what failed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from mpp.clock import new_id
from tests.e2e.portal.filing import registered
from tests.e2e.portal.pages import Form, Page, Pages
from tests.support.mall import Mall, embedded_urls
from tests.support.wait import until

NASTY = "<script>alert(1)</script>\u202e" + "x" * 5_000


@pytest.fixture
def operator(shop: Mall) -> Pages:
    return Pages(shop.url).sign_in("operator")


@pytest.fixture
def failed(shop: Mall) -> Iterator[list[str]]:
    """Two jobs of the complaints that were given up, of a kind that nobody does any more."""
    ids = [new_id(), new_id()]
    engine = create_engine(embedded_urls(shop.folder)["complaints"])
    add = text(
        "INSERT INTO jobs (id, kind, key, lane, payload, status, attempts, reason, enqueued_at, due_at, settled_at)"
        " VALUES (:id, 'tests.nobody', :id, '', '{\"nik\": \"3515\"}', 'dead', 5, :reason, now(), now(), now())"
    )
    with engine.begin() as tx:
        for id_ in ids:
            tx.execute(add, {"id": id_, "reason": f"Broken {NASTY}"[:1000]})
    yield ids
    with engine.begin() as tx:
        tx.execute(text("DELETE FROM jobs WHERE kind = 'tests.nobody'"))
    engine.dispose()


def test_an_operator_begins_at_the_state_of_the_mall(operator: Pages) -> None:
    page = operator.open("/masuk")
    assert page.answer.url.endswith("/kelola")
    assert "Perizinan" in page.words
    assert "Isi MPP_SCANNER" in page.words  # what is not well says what to do
    assert "/daftar" not in page.parsed.anchors  # an operator has no counter


def test_who_is_no_operator_sees_none_of_it(clerk: Pages, anybody: Pages) -> None:
    for address in ("/kelola", "/kelola/gagal"):
        refused = clerk.open(address, status=403)
        assert "operator" in refused.words.lower()
        assert anybody.open(address).answer.url.endswith(f"/masuk?lanjut={address}")
    assert "/kelola" not in clerk.open("/kerja").parsed.anchors


def test_what_failed_is_told_in_words_without_what_it_holds(operator: Pages, failed: list[str]) -> None:
    page = operator.open("/kelola/gagal")
    assert "Pengaduan: 2 pekerjaan" in page.words
    assert "5 kali" in page.words
    assert "3515" not in page.words
    assert "<script>alert" not in page.text
    assert "Ada yang gagal" in operator.open("/kelola").words


def test_one_that_failed_is_tried_again_or_all_that_failed_alike(
    operator: Pages, failed: list[str], shop: Mall
) -> None:
    engine = create_engine(embedded_urls(shop.folder)["complaints"])

    def dead() -> int:
        with engine.begin() as tx:
            found = tx.execute(text("SELECT count(*) FROM jobs WHERE kind = 'tests.nobody' AND status = 'dead'"))
            return int(found.scalar_one())

    page = operator.open("/kelola/gagal")
    one = next(form for form in page.parsed.forms if form.values.get("id") == failed[0] + ":tests.nobody")
    done = operator.send(one)
    assert "Sudah dicoba lagi" in done.words
    assert dead() == 1
    assert "Sudah dicoba lagi" not in operator.open("/kelola/gagal").words  # it is said once
    rest = next(form for form in operator.open("/kelola/gagal").parsed.forms if form.values.get("layanan"))
    assert dead() == 1
    operator.send(rest)
    assert dead() == 0
    assert "Tidak ada yang gagal" in operator.open("/kelola/gagal").words
    engine.dispose()


def test_news_between_services_is_sent_again_and_messages_wait_on_their_list(operator: Pages) -> None:
    page = operator.open("/kelola/ulang")
    assert "di daftar panggil" in page.words
    wrong = operator.send(page.form("/ulang/kabar"), status=422, layanan="", jam="6")
    assert "Pilih layanannya" in wrong.words
    assert (
        "Pilih sejak kapan" in operator.send(wrong.form("/ulang/kabar"), status=422, layanan="permits", jam="7").words
    )
    done = operator.send(page.form("/ulang/kabar"), layanan="permits", jam="6")
    assert re.search(r"\d+ kabar akan dikirim lagi", done.words)
    refused = operator.send(page.form("/ulang/kabar"), status=404, layanan="nobody", jam="6")
    assert refused.form("/ulang/kabar")  # what was asked for can be put right


def test_messages_that_a_provider_kept_from_arriving_are_sent_again(operator: Pages, clerk: Pages) -> None:
    registered(clerk, 731)

    def lists() -> list[Form]:
        return [form for form in operator.open("/kelola/ulang").parsed.forms if form.values.get("koleksi") == "permits"]

    until(lambda: bool(lists()), what="the message is on the call list, as this mall has no provider")
    assert re.search(r"\d+ pesan akan dikirim lagi", operator.send(lists()[0]).words)
    assert lists()  # it was not the provider's fault: who has no channel is called


def once(page: Page) -> str:
    (password,) = re.findall(r'<p class="code"><bdi>([a-z0-9-]{23})</bdi></p>', page.text)
    return str(password)


def finding(operator: Pages) -> Form:
    return next(form for form in operator.open("/kelola/akun").parsed.forms if "cari" in form.names)


def opened(operator: Pages, name: str) -> Page:
    found = operator.send(finding(operator), cari=name)
    row = next(form for form in found.parsed.forms if form.values.get("akun") == name)
    return operator.send(row)


def changing(page: Page, wish: str) -> Form:
    return next(form for form in page.parsed.forms if form.values.get("ubah") == wish)


def test_an_account_is_made_with_a_password_that_is_shown_once(operator: Pages, shop: Mall) -> None:
    form = operator.open("/kelola/akun/baru").form("/kelola/akun/baru")
    typed = {"account": "baru.satu", "full_name": "Contoh Baru", "role__0": "clerk"}
    wrong = operator.send(form, status=422, **typed, office__0="tidak-ada")
    assert "#office-0" in wrong.parsed.anchors
    assert wrong.form("/kelola/akun/baru").values["full_name"] == "Contoh Baru"
    again = operator.open("/kelola/akun/baru").form("/kelola/akun/baru")
    made = operator.send(again, **typed, office__0="Desa Sukodono (35.15.14.2013)")
    password = once(made)
    assert "/kelola/akun/satu" in made.answer.url
    assert "baru.satu" not in made.answer.url
    assert password not in operator.open("/kelola/akun/satu").text
    twice = operator.send(again, **typed, office__0="Desa Sukodono (35.15.14.2013)")
    assert once(twice) == password, "a double click shows the password that counts"
    newcomer = Pages(shop.url)
    page = newcomer.send(newcomer.open("/masuk").form("/masuk"), nama="baru.satu", sandi=password)
    assert "Orang lain tahu kata sandi ini" in page.words


def test_an_account_is_locked_and_opened_again_and_its_sessions_end(operator: Pages, shop: Mall) -> None:
    name = "petugas.kecamatan"
    somebody = Pages(shop.url).sign_in(name)
    done = operator.send(changing(opened(operator, name), "sessions"))
    assert "Semua sesi petugas.kecamatan berakhir" in done.words
    assert "/masuk" in somebody.open("/kerja").answer.url
    done = operator.send(changing(opened(operator, name), "lock"))
    assert "Dikunci" in done.words
    refused = Pages(shop.url)
    refused.send(refused.open("/masuk").form("/masuk"), status=401, nama=name, sandi="rahasia-demo")
    done = operator.send(changing(opened(operator, name), "unlock"))
    assert "Aktif" in done.words
    Pages(shop.url).sign_in(name)


def test_an_operator_cannot_lock_himself_out(operator: Pages) -> None:
    page = opened(operator, "operator")
    refused = operator.send(changing(page, "lock"), status=409)
    assert refused.parsed.title.startswith("Perbaiki")


def test_an_important_role_waits_for_a_second_person_who_confirms_on_the_page(operator: Pages, shop: Mall) -> None:
    name = "teknis.dinkes"
    form = changing(opened(operator, name), "roles")
    done = operator.send(form, tetap="officer|dinkes", role__0="signer", office__0="dinkes")
    assert "menunggu persetujuan" in done.words
    waiting = operator.open("/kelola/persetujuan")
    assert "Tarik kembali" in waiting.words
    assert not re.search(r">Setujui<", waiting.text)
    second = Pages(shop.url).sign_in("inspektorat")
    page = second.open("/kelola/persetujuan")
    grant = next(form for form in page.parsed.forms if "id" in form.values)
    assert "Disetujui" in second.send(grant, putusan="setuju").words
    assert "Penandatangan" in opened(operator, name).words


def test_what_an_account_is_called_may_be_anything_and_runs_nothing(operator: Pages) -> None:
    page = operator.send(finding(operator), status=400, cari=NASTY[:60])
    assert "#cari" in page.parsed.anchors
    assert "<script>alert" not in page.text
    done = operator.send(changing(opened(operator, "petugas.mpp"), "person"), full_name="<script>alert(1)</script>")
    assert "<script>alert" not in done.text
    operator.send(changing(opened(operator, "petugas.mpp"), "person"), full_name="Contoh Petugas")
