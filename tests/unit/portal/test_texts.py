"""What the pages say: in both languages, in few words, and nothing that no page shows."""

from __future__ import annotations

import re
from pathlib import Path

from services.portal.texts import LANGUAGES, all_texts

ROOT = Path(__file__).parents[3] / "services" / "portal"
SOURCES = "\n".join(file.read_text() for kind in ("*.py", "*.html") for file in sorted(ROOT.rglob(kind)))
MOST_WORDS = 14


def test_each_text_is_there_in_both_languages_with_the_same_places() -> None:
    assert len(all_texts()) > 100
    for key, said in all_texts().items():
        assert set(said) == set(LANGUAGES), key
        assert all(text.strip() for text in said.values()), key
        places = [sorted(re.findall(r"\{\w*\}", said[language])) for language in LANGUAGES]
        assert places[0] == places[1], key


def test_its_sentences_are_short() -> None:
    for text in [text for said in all_texts().values() for text in said.values()]:
        for sentence in re.split(r"(?<=[.?!:;])\s", text):
            assert len(sentence.split()) <= MOST_WORDS, sentence


def test_whatever_a_page_asks_for_was_written() -> None:
    asked = set(re.findall(r"""(?:\bt|text)\(f?["'](\w+\.\w+)["']""", SOURCES))
    wanted = {key for key in asked if not key.endswith("_")}  # t("work.sort_" ~ each) is looked at below
    assert wanted - set(all_texts()) == set()


def test_nothing_was_written_that_no_page_shows() -> None:
    named = set(re.findall(r"""["'](\w+\.\w+)["']""", SOURCES))
    built = set(
        re.findall(r"""["'](\w+\.\w*?)(?:["'] ~|\{)""", SOURCES)
    )  # t("work.sort_" ~ each), text(f"track.{code}")
    lost = [key for key in all_texts() if key not in named and not any(key.startswith(start) for start in built)]
    assert lost == []
