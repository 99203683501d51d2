"""Whom a search is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mpp.casework.bounds import NAME_MAX, NAME_MIN
from mpp.casework.refusals import FieldError, invalid
from mpp.identity.names import name_words
from mpp.identity.nik import parse_nik
from mpp.identity.person import person_key
from mpp.identity.validation import InvalidIdentity
from mpp.messaging.calls.common import PersonSearch


@dataclass(frozen=True)
class Wanted:
    """A person by pseudonym, or anybody whose name has words that begin as these, in any order."""

    person: str | None
    name: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for of the name."""
        return name_words(self.name)


def read_wanted(asked: PersonSearch, key: bytes, today: date) -> Wanted:
    """Raises Refused 422 naming a wrong field."""
    nik, name = asked.nik, asked.name
    if (nik is None) == (name is None):
        raise invalid(FieldError("nik", "nik_or_name"), FieldError("name", "nik_or_name"))
    if nik is not None:
        try:
            return Wanted(person_key(parse_nik(nik, today).number, key))
        except InvalidIdentity as error:
            raise invalid(FieldError("nik", error.code)) from error
    assert name is not None, "one of them is given"
    letters = " ".join(name_words(name))
    if len(letters) < NAME_MIN:
        raise invalid(FieldError("name", "too_short", {"min": NAME_MIN}))
    if len(name) > NAME_MAX:
        raise invalid(FieldError("name", "too_long", {"max": NAME_MAX}))
    return Wanted(None, name)
