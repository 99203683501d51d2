"""An operator's pages, without JavaScript: what the mall says of itself, and what failed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from mpp.clock import new_id
from tests.e2e.portal.pages import Pages
from tests.support.mall import Mall, embedded_urls

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
