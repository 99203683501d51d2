"""Whether two applicants are one and the same: a person by its pseudonym, an organisation by its NIB, else by name."""

from __future__ import annotations

from dataclasses import dataclass

from mpp.identity.names import name_key
from mpp.identity.person import organisation_key
from mpp.json_values import JsonObject


@dataclass(frozen=True)
class Holder:
    """Who applies or holds: a person by its pseudonym, or an organisation."""

    person: str | None
    organisation: JsonObject | None

    @classmethod
    def of(cls, applicant: JsonObject | None, person: str | None) -> Holder:
        """The holder that an applicant is, or would be."""
        organised = applicant is not None and applicant.get("kind") == "organisation"
        return cls(person, applicant if organised else None)

    def same(self, other: Holder) -> bool:
        """Whether it is the same one; never so where somebody is not known."""
        if self.person is not None:
            return other.person == self.person
        mine, its = self.organisation, other.organisation
        if mine is None or its is None:
            return False
        if mine.get("nib") or its.get("nib"):
            return bool(mine.get("nib") == its.get("nib"))
        name = name_key(str(mine.get("name", "")))
        return name is not None and name == name_key(str(its.get("name", "")))

    def key(self, secret: bytes) -> str | None:
        """What another service knows the holder by: two have the same key where `same` says that they are one, and
        none where somebody is not known."""
        if self.person is not None or self.organisation is None:
            return self.person
        nib, name = self.organisation.get("nib"), name_key(str(self.organisation.get("name", "")))
        if not nib and name is None:
            return None
        return organisation_key(str(nib) if nib else None, name, secret)


def former_key(name: str) -> str:
    """A name as the version before looks it up, and as it is still written for that version: without case and doubled
    blanks."""
    return " ".join(name.lower().split())
