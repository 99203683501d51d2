"""How texts and names are kept and looked up, and which name a child may be given (Permendagri 73/2022)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp.identity.names import civil_name, name_key, name_words, tidy_name
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def refusal(read: Callable[[str], str], text: str) -> str:
    with pytest.raises(InvalidIdentity) as error:
        read(text)
    assert str(error.value) == f"invalid: {error.value.code}"  # and never what was written
    return error.value.code


# ------------------------------------------------------------------------------------------------ texts


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Klinik Contoh", "Klinik Contoh"),
        ("  Klinik   Contoh ", "Klinik Contoh"),
        ("Klinik\u00a0Contoh", "Klinik Contoh"),
        ("Klinik\tContoh", "Klinik Contoh"),
        ("Cafe\u0301", "Caf\u00e9"),
        (f"Terima kasih {FAMILY}", f"Terima kasih {FAMILY}"),
    ],
)
def test_a_text_has_one_form(written: str, kept: str) -> None:
    assert tidy(written) == kept


def test_lines_stay_where_a_text_may_have_them() -> None:
    assert tidy("Yth. Bapak,\r\n\r\n  jalan  rusak. \u2028Terima kasih\n", lines=True) == (
        "Yth. Bapak,\n\njalan rusak.\nTerima kasih"
    )
    assert refusal(tidy, "Jalan\nrusak") == "control_character"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("a\u0007b", "control_character"),
        ("a\u001bb", "control_character"),
        ("\u200b", "invisible_character"),
        ("Budi\u200bSantoso", "invisible_character"),
        ("\u202eidub", "invisible_character"),
        ("Bu\u00addi", "invisible_character"),
        ("\ufeffBudi", "invisible_character"),
        ("a\u200db", "invisible_character"),  # joins no pictures
        ("\u3164", "invisible_character"),
        ("", "nothing_visible"),
        (" \u3000 ", "nothing_visible"),
        ("\u0301", "nothing_visible"),
    ],
)
def test_what_cannot_be_seen_is_refused(written: str, code: str) -> None:
    assert refusal(lambda text: tidy(text, lines=True), written) == code


@given(st.text())
def test_a_kept_text_stays_as_it_is_and_holds_nothing_unseen(text: str) -> None:
    try:
        kept = tidy(text, lines=True)
    except InvalidIdentity:
        return
    assert tidy(kept, lines=True) == kept == unicodedata.normalize("NFC", kept)
    assert not {"Cc"} & {unicodedata.category(letter) for letter in kept if letter != "\n"}
    assert kept.strip() == kept != ""


# ------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize("written", ["Nur\u2019aini", "Nur\u02bcaini", "Nur`aini", "Nur\u00b4aini", " Nur'aini "])
def test_a_name_is_kept_with_one_apostrophe(written: str) -> None:
    assert tidy_name(written) == "Nur'aini"


@pytest.mark.parametrize("nobody", ["\U0001f600", "123", "..."])
def test_a_name_has_a_letter_in_it(nobody: str) -> None:
    assert refusal(tidy_name, nobody) == "name_without_letters"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Siti Aminah", ("siti", "aminah")),
        ("SITI\u00a0 AMINAH", ("siti", "aminah")),
        ("Siti\u200bne\u0301", ("sitine",)),  # as an old name may be written
        ("H. Ahmad Dahlan", ("h", "ahmad", "dahlan")),
        ("dr.Budi Santoso,Sp.PD", ("dr", "budi", "santoso", "sp", "pd")),
        ("Nur\u2019aini", ("nuraini",)),
        ("Abdul-Rahman Abdul", ("abdul", "rahman")),
        ("PT. Maju_Jaya", ("pt", "maju", "jaya")),
        ("\u200b", ()),
    ],
)
def test_a_name_is_looked_up_by_its_words(written: str, words: tuple[str, ...]) -> None:
    assert name_words(written) == words


@given(st.text())
def test_the_kept_name_has_the_words_of_the_written_one(text: str) -> None:
    try:
        kept = tidy_name(text)
    except InvalidIdentity:
        return
    assert name_words(kept) == name_words(text)
    assert name_key(kept) == (" ".join(name_words(text)) or None)


# ------------------------------------------------------------------------------------------------ Permendagri 73/2022


@pytest.mark.parametrize("name", ["Siti Aminah", "Suharto", "Ren\u00e9 Descartes", "Lim Se", "x" * 60, "Haji"])
def test_a_child_may_be_called(name: str) -> None:
    assert civil_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u200b", "invisible_character"),
        ("Siti\nAminah", "control_character"),
        ("\u202eSiti", "invisible_character"),
        ("\U0001f600", "name_without_letters"),
        ("Siti \U0001f600", "name_not_latin"),
        ("Siti 2", "name_not_latin"),
        ("Nur'aini", "name_not_latin"),
        ("M. Rizki", "name_not_latin"),
        ("\u0421iti", "name_not_latin"),  # a Cyrillic letter that looks like ours
        ("Siti" + " a" * 29, "name_too_long"),
        ("dr Siti", "name_with_title"),
        ("Hj Siti", "name_with_title"),
        ("Siti Aminah SH", "name_with_title"),
    ],
)
def test_a_child_may_not_be_called(name: str, code: str) -> None:
    assert refusal(civil_name, name) == code
