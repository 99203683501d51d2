"""Tracking codes survive being read over the phone, and the secret beside them is not guessed from them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp.casework.codes.tracking import ALPHABET, LENGTH, new_code, normalise, secret_matches, secret_of

KEY = b"a key of the tests"
letters = st.sampled_from("PRC")
bodies = st.text(ALPHABET, min_size=LENGTH - 2, max_size=LENGTH - 2)


def code_of(letter: str, body: str) -> str:
    """The code with these random characters."""
    characters = iter(body)
    return new_code(letter, lambda _: next(characters))


codes = st.builds(code_of, letters, bodies)


def test_a_code_is_the_letter_ten_random_characters_and_a_check() -> None:
    code = new_code("P")
    assert len(code) == 12
    assert code[0] == "P"
    assert set(code) <= set(ALPHABET)
    assert normalise(code) == code


def test_no_character_can_be_mistaken_for_another() -> None:
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_a_letter_outside_the_alphabet_names_no_collection() -> None:
    for letter in "ILOUp":
        with pytest.raises(ValueError, match="alphabet"):
            new_code(letter)


def test_two_codes_are_not_alike() -> None:
    assert len({new_code("P") for _ in range(1000)}) == 1000


@given(codes)
def test_every_code_is_its_own_normal_form(code: str) -> None:
    assert normalise(code) == code


@given(codes)
def test_a_citizen_may_write_it_as_it_looks(code: str) -> None:
    assert normalise(f"  {code[:4]}-{code[4:8]} {code[8:]} ".lower()) == code
    assert normalise(code.replace("1", "I").replace("0", "O")) == code
    assert normalise(code.replace("1", "l").replace("0", "o")) == code


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_is_found(code: str, place: int, wrong: str) -> None:
    if code[place] != wrong:
        assert normalise(code[:place] + wrong + code[place + 1 :]) is None


@given(codes, st.integers(0, LENGTH - 2))
def test_swapped_neighbours_are_found(code: str, place: int) -> None:
    first, second = code[place], code[place + 1]
    swapped = code[:place] + second + first + code[place + 2 :]
    # the one pair that Luhn cannot tell apart: the first and the last value of the alphabet
    if first != second and {first, second} != {ALPHABET[0], ALPHABET[-1]}:
        assert normalise(swapped) is None


@given(st.text(string.printable, max_size=40))
def test_whatever_is_typed_is_a_code_or_nothing(text: str) -> None:
    found = normalise(text)
    assert found is None or (len(found) == LENGTH and normalise(found) == found)


@pytest.mark.parametrize("typed", ["", "P", "P" * 11, "P" * 13, "PÅ34567890AB", "P1234567890U", "P١234567890A"])  # noqa: RUF001
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


def test_the_secret_belongs_to_one_case_and_one_key() -> None:
    secret = secret_of("case-1", KEY)
    assert len(secret) == 10
    assert secret == secret_of("case-1", KEY)
    assert secret != secret_of("case-2", KEY)
    assert secret != secret_of("case-1", b"another key")


def test_the_secret_is_accepted_as_a_citizen_writes_it() -> None:
    secret = secret_of("case-1", KEY)
    assert secret_matches(secret, "case-1", KEY)
    assert secret_matches(f" {secret[:5].lower()}-{secret[5:]}\n", "case-1", KEY)


@pytest.mark.parametrize("given_secret", ["", "0000000000", "é", "\x00", "A" * 10_000])
def test_any_other_secret_is_refused(given_secret: str) -> None:
    assert not secret_matches(given_secret, "case-1", KEY)
    assert not secret_matches(secret_of("case-2", KEY), "case-1", KEY)
