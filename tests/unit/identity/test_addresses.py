"""When two addresses are one place, however they are written."""

from __future__ import annotations

import pytest

from mpp.identity.addresses import address_key

PLACE = "Jl. Melati No. 5"


@pytest.mark.parametrize(
    "other",
    [
        "Jalan Melati Nomor 5",
        "jln melati 5",
        "JL.MELATI NO.05",
        "Jalan  Melati,\u00a05",
        "Jl. M\u00e9lati no 5.",
        "Jalan Melati\nNomor 5",
    ],
)
def test_one_place(other: str) -> None:
    assert address_key(other) == address_key(PLACE)


@pytest.mark.parametrize(
    "other", ["Jl. Melati No. 50", "Jl. Melati No. 5A", "Gang Melati No. 5", "Jl. Melati Raya No. 5", "Jl. Mawar No. 5"]
)
def test_another_place(other: str) -> None:
    assert address_key(other) != address_key(PLACE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Perum Puri Blok A-5 RT 01/RW 02", "Perumahan Puri Blk. A5 RT.1 RW.2"),
        ("Gg. Buntu 3, Kel. Celep", "Gang Buntu No. 3 Kelurahan Celep"),
        ("Ruko Kav. 7 Lt. 2", "Ruko Kavling 7 Lantai 2"),
        ("RS Contoh", "Rumah Sakit Contoh"),
    ],
)
def test_the_usual_abbreviations_do_not_count(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize("nowhere", ["", " ", "...", "\u200b"])
def test_nothing_is_no_place(nowhere: str) -> None:
    assert address_key(nowhere) == ""


def test_an_address_of_such_words_only_is_one_all_the_same() -> None:
    assert address_key("Jalan Nomor RT") == "jalan nomor rt"
