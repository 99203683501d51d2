"""A password that is guessed in few tries is refused, in words that say what would be right."""

from __future__ import annotations

from typing import Any

import pytest
from zxcvbn import matching

from mpp import regions
from mpp.web.texts.fields import FIELDS
from services.gateway.accounts.strength import weakness, words_of

ACCOUNT = "pejabat.dukcapil"
WORDS = words_of(regions.load("35.15").offices)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("aaaaaaaaaa", "password_repeats"),
        ("abcabcabcabc", "password_repeats"),
        ("----------", "password_repeats"),
        ("x" * 256, "password_repeats"),
        ("abcdefghij", "password_in_order"),
        ("1234567890", "password_common"),
        ("qwertyuiop", "password_common"),
        ("password12", "password_common"),
        ("1111-2222-3333", "password_common"),
        ("17081945ab", "password_date"),
        ("rahasia-demo", "password_names"),
        ("r4h@si4-d3m0", "password_names"),
        ("5!d04rj0|2026", "password_names"),
        ("|33tl33tl33t", "password_repeats"),
        ("Rahasia_Demo", "password_names"),
        ("pejabat.dukcapil", "password_names"),
        (ACCOUNT[::-1], "password_names"),
        ("dukcapil2026", "password_names"),
        ("Sidoarjo2026", "password_names"),
        ("sukodono-buduran", "password_names"),
        ("mppsidoarjo", "password_names"),
        ("Pelayanan Publik", "password_names"),
        ("indonesia2026", "password_names"),
        ("merdeka1945", "password_names"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, why: str) -> None:
    assert weakness(password, ACCOUNT, WORDS) == why
    assert "Pakai" in FIELDS[why][0]
    assert "Use" in FIELDS[why][1]


@pytest.mark.parametrize(
    "password", ["kopi-hujan-sepeda-ungu", "Kopi hujan sepeda ungu", "zK4!vq9#Lm2$", "anak gembala pulang sore"]
)
def test_what_nobody_guesses_is_taken(password: str) -> None:
    assert weakness(password, ACCOUNT, WORDS) is None


def test_a_password_of_many_signs_costs_no_more_than_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Managers of passwords make such ones. Read with every letter for every sign they took five seconds."""
    looked_up, look_up = [], matching.dictionary_match

    def count(written: str, _ranked_dictionaries: dict[str, dict[str, int]]) -> list[Any]:
        looked_up.append(written)
        return list(look_up(written, _ranked_dictionaries))

    monkeypatch.setattr(matching, "dictionary_match", count)
    assert weakness("4@8({[<369&#!1|0$5+7%2" * 2, ACCOUNT, WORDS) is None
    assert len(looked_up) < 100


def test_the_name_of_one_account_is_no_secret_of_another() -> None:
    assert weakness("zulkifli.kertapati", "zulkifli.kertapati") == "password_names"
    assert weakness("zulkifli.kertapati", "siti") is None
