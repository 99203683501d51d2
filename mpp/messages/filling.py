"""The words of one message: a text of the region with what the catalogue says of the step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mpp.casework.rules.moments import MOMENTS
from mpp.casework.rules.service_type import Text
from mpp.casework.time.days_in_words import in_words
from mpp.json_values import JsonObject, mapping, objects, optional_text, optional_whole, text
from mpp.messages.book import EMAIL, MessageText, fields_in

NOTHING = "-"
SHOWN_MISSING = 3  # papers that a message names; of more it says how many
_MORE = {"id": "dan {} lagi", "en": "and {} more"}
RATE = {"id": "Nilai layanan ini: {}", "en": "Rate this service: {}"}  # while the one-time address holds, else nothing
_ALSO = {"id": "Juga: {}.", "en": "Also: {}."}


@dataclass(frozen=True)
class Facts:
    """What a message says of a step: words of the catalogue, a day and an amount. Nothing of a person."""

    state: Text
    next: Text
    day: date | None = None
    missing: Sequence[Text] = ()
    amount: int | None = None

    def to_json(self) -> JsonObject:
        """As it stands in the row."""
        return {
            "state": dict(self.state),
            "next": dict(self.next),
            "day": None if self.day is None else self.day.isoformat(),
            "missing": [dict(each) for each in self.missing],
            "amount": self.amount,
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> Facts:
        """The inverse."""
        day = optional_text(stored, "day")
        return cls(
            _both(mapping(stored, "state")),
            _both(mapping(stored, "next")),
            None if day is None else date.fromisoformat(day),
            [_both(each) for each in objects(stored, "missing")],
            optional_whole(stored, "amount"),
        )


@dataclass(frozen=True)
class Words:
    """What is sent: `subject` is of an e-mail only; `values` fill the text that the provider knows by name."""

    text: str
    subject: str | None = None
    approved: str | None = None
    values: Mapping[str, str] | None = None


def fill(
    text: MessageText,
    channel: str,
    language: str,
    code: str,
    link: str,
    facts: Facts,
    also: Sequence[str] = (),
    rate: str | None = None,
) -> Words:
    """The words of a message; `also` are earlier moments of the case that it tells of as well, and `rate` is where the
    nine questions are answered."""
    said = text.said(channel)[language]
    values = _values(facts, language, code, link, rate)
    words = said.format_map(values).strip()
    if also:
        words = f"{words} {_ALSO[language].format(', '.join(MOMENTS[each][language] for each in also))}"
    if channel == EMAIL:
        return Words(words, text.subject[language].format_map(values))
    return Words(words, None, text.approved, {name: values[name] or NOTHING for name in sorted(fields_in(said))})


def _values(facts: Facts, language: str, code: str, link: str, rate: str | None) -> Mapping[str, str]:
    return {
        "code": code,
        "link": link,
        "state": facts.state[language],
        "next": facts.next[language],
        "date": NOTHING if facts.day is None else in_words(facts.day)[language],
        "missing": _listed(facts.missing, language),
        "rate": "" if rate is None else RATE[language].format(rate),
        "amount": NOTHING if facts.amount is None else f"{facts.amount:,}".replace(",", "."),
    }


def _listed(missing: Sequence[Text], language: str) -> str:
    if not missing:
        return NOTHING
    shown = [each[language] for each in missing[:SHOWN_MISSING]]
    left = len(missing) - len(shown)
    return ", ".join(shown) + (f" {_MORE[language].format(left)}" if left else "")


def _both(words: JsonObject) -> Text:
    return {"id": text(words, "id"), "en": text(words, "en")}
