"""Personal data leaves the mall masked: in lists, logs and events."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mpp.identity.folding import fold
from mpp.identity.masking import mask_name, mask_names, mask_nik, mask_phone, mask_text

NIK = "3515140508689990"


def test_a_masked_nik_shows_its_last_four_digits_only() -> None:
    assert mask_nik(NIK) == "************9990"
    assert mask_nik("999") == "***"
    assert mask_nik("") == ""


def test_a_masked_name_shows_initials() -> None:
    assert mask_name("Warga Contoh 01") == "W**** C***** 0*"
    assert mask_name("  I  Wayan ") == "* W****"
    assert mask_name("") == ""


def test_a_masked_phone_shows_its_last_four_digits_only() -> None:
    assert mask_phone("+62 812-3456-7890") == "*********7890"


@pytest.mark.parametrize(
    "text",
    [
        NIK,
        f"nik={NIK}&x=1",
        f"NIK{NIK}:",
        f"{NIK}{NIK}",
        "3515 1405 0868 9990",
        "3515-1405-0868-9990",
        "351514.050868.9990",
        "NPWP 01.312.166.0-091.000",
        "NPWP 013121660091000",
        "NIP 197403242006041015",
        "081234567890",
        "hp 0812-3456-7890.",
        "HP081234567890",
        "Telp.0812 3456 7890",
        "wa:+62 812 3456 7890",
        "+62 (0) 812 3456 7890",
        "phone=%2B6281234567890",
        "6281234567890",
        "(031) 8921234",
        "call +65 8123 4567 now",
        '{"phone": "+6281234567890"}',
    ],
)
def test_free_text_loses_numbers_of_people(text: str) -> None:
    masked = mask_text(text)
    assert len(masked) == len(text)
    assert "*" in masked
    digits = "".join(c for c in masked.replace("%2B", "") if c.isdigit())
    assert digits in ("", "1")  # only the x=1 of the query is left


@pytest.mark.parametrize(
    "text",
    [
        "hp 0812 - 3456 - 7890",
        "0812  3456\n7890",
        "0 8 1 2 3 4 5 6 7 8 9 0",
        "(0812) / 3456 / 7890",
        "0812–3456—7890",
        "0812·3456・7890",
        "0812\u00a03456\u20097890",
        "08\u200b12\u200d3456\ufeff7890",
        "081\u00ad234567890",
        "0812%203456%207890",
        "０８１２－３４５６－７８９０",
        "+６２ ８１２ ３４５６ ７８９０",
        "٠٨١٢٣٤٥٦٧٨٩٠",
        "𝟎𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎",
        "NIK 35 15 14 05 08 68 99 90",
        "351514 - 050868 - 9990",
        "3515 . 1405 . 0868 . 9990",
        "3515_1405_0868_9990",
        "３５１５１４０５０８６８９９９０",
        "3515\u200c1405\u200c0868\u200c9990",
        "3\ufe0f515140508689990",
        "NPWP 01 312 166 0 091 000",
        "NIP 19740324 200604 1 015",
        "3515 1405 0868 9990 - 0812 - 3456 - 7890",
    ],
)
def test_a_number_is_found_however_it_is_spelled(text: str) -> None:
    masked = mask_text(text)
    assert len(masked) == len(text)
    assert digits_of(masked.replace("%20", "")) == ""


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T21:13:50.123456Z INFO done in 12.5 ms",
        "02-11-2026 12:30",
        "05.11.2026",
        "cuti 21-11-2026 - 28-11-2026",
        "2026-11-21 - 2026-11-28",
        "02 / 11 / 2026 12.30",
        "6-2-2026 08.30",
        "Rp １.２５０.０００",
        "019a1234-5678-7abc-8def-081234567890",
        "trace 4bf92f3577b34da6a3ce929d0e081234",
        "503/0038/SIP/438.5.18/XI/2026",
        "35.15.14.2013",
        "PKM3T9V4W2XA",
        "Rp 1.250.000,00",
        "127.0.0.1:8000",
        "",
    ],
)
def test_free_text_keeps_what_names_nobody(text: str) -> None:
    assert mask_text(text) == text


@given(
    st.text(alphabet="aZ .,:/=\"'-\n", max_size=12),
    st.text(alphabet="aZ .,:/=\"'-\n", max_size=12),
    st.from_regex(r"[1-9][0-9]{15}", fullmatch=True),
)
def test_no_nik_survives_in_any_text(before: str, after: str, nik: str) -> None:
    assert nik not in mask_text(before + nik + after)
    assert mask_text(mask_text(before + nik + after)) == mask_text(before + nik + after)


BETWEEN = st.text(alphabet=" .-_/\\()~\t\n\u00a0\u2009\u2013\u200b\u200d\u00ad\ufeff\u00b7", max_size=4)


@st.composite
def spelled(draw: st.DrawFn, number: str) -> str:
    """The number in digits of any kind, with any run of separators and invisible characters between them."""
    digits = "".join(chr(draw(st.sampled_from((0x30, 0xFF10, 0x660, 0x1D7CE))) + int(digit)) for digit in number)
    return digits[0] + "".join(draw(BETWEEN) + digit for digit in digits[1:])


# Without 19 and 20 in it no part of a number reads as a date.
@given(st.from_regex(r"(?:[1-9][0-9]{15}|08[3-9]{8,10}|62[3-9]{9,11})", fullmatch=True), st.data())
def test_no_number_survives_in_any_spelling(number: str, data: st.DataObject) -> None:
    assume("19" not in number and "20" not in number)
    text = "hubungi " + data.draw(spelled(number)) + " segera"
    masked = mask_text(text)
    assert digits_of(masked) == ""
    assert masked.startswith("hubungi ")
    assert masked.endswith(" segera")
    assert mask_text(masked) == masked


@given(st.text())
def test_a_mask_changes_no_length_and_a_second_one_nothing(text: str) -> None:
    masked = mask_text(text)
    assert len(masked) == len(text)
    assert mask_text(masked) == masked


def digits_of(text: str) -> str:
    return "".join(c for c in fold(text).text if c.isdigit())


def test_a_name_is_found_in_any_spelling() -> None:
    note = "Ｓｉｔｉ Ami\u200bnah dan José, Jose\u0301"
    assert mask_names(note, ["Siti Aminah", "Jose"]) == "Ｓ*** A****** dan J***, J***\u0301"


def test_a_note_does_not_repeat_who_is_named_in_the_case() -> None:
    note = "Ibu AMINAH (istri Dr. Budi-Santoso) minta dihubungi; aminahan bukan nama."
    assert mask_names(note, ["Siti Aminah", "Budi Santoso", "Al"]) == (
        "Ibu A***** (istri Dr. B***-S******) minta dihubungi; aminahan bukan nama."
    )
    assert mask_names(note, []) == note
