"""Personal data leaves the mall masked: in lists, logs and events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        "2026-11-21T21:13:50.123456Z INFO done in 12.5 ms",
        "02-11-2026 12:30",
        "05.11.2026",
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


def test_a_note_does_not_repeat_who_is_named_in_the_case() -> None:
    note = "Ibu AMINAH (istri Dr. Budi-Santoso) minta dihubungi; aminahan bukan nama."
    assert mask_names(note, ["Siti Aminah", "Budi Santoso", "Al"]) == (
        "Ibu A***** (istri Dr. B***-S******) minta dihubungi; aminahan bukan nama."
    )
    assert mask_names(note, []) == note
