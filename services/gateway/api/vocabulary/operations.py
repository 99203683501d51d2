"""What operators, officials of an office and partners ask and read."""

from __future__ import annotations

from mpp.web.schemas.words import Word, Words

_LETTER = "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e12"

WORDS: Words = {
    "{collection}": Word("Which collection of cases: permits, registrations or complaints", "permits"),
    "{asked}": Word("The name of a comparison, or `last`", "last"),
    "{service}": Word("The name of a service of the mall", "complaints"),
    "{subscription}": Word("The second part of the id of a dead letter", "persons"),
    "after": Word("The `next` of the page before; left out: from the beginning"),
    "pairs": Word("Each producer with each subscription"),
    "reason": Word("Why, for the record", "salah cetak"),
    "reference": Word("The bank's own name of the payment", "BJ-20261123-0001"),
    "seq": Word("The number in its book, without its template", 1),
    "series": Word("The series of legal numbers", "sip-dr"),
    "since": Word("From this instant on", "2026-11-23T09:00:00+07:00"),
    "unavailable": Word("Services that did not answer: ask again", "complaints"),
    "until": Word("Before this instant; left out: now", "2026-11-24T09:00:00+07:00"),
    "year": Word("The year of the book", 2026),
}
