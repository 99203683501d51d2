"""What an applicant must show: which papers a case needs, and what may stand in the place of one. Pure values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mpp.json_values import JsonObject

Text = Mapping[str, str]  # {"id": ..., "en": ...}


@dataclass(frozen=True)
class Condition:
    """Holds when the form's field has one of the values."""

    field: str
    values: tuple[str | int | bool, ...]

    def holds(self, data: JsonObject) -> bool:
        """Whether the data have the field with one of the values."""
        return self.field in data and data[self.field] in self.values


@dataclass(frozen=True)
class Requirement:
    """What the applicant must show, always or only `when` a condition holds. `produced_by` is the code of the service
    type that issues it, where the mall itself does; `public` says that anybody will see its photos, so that they may
    not tell where and by whom they were taken; `form` is the code of the form that is printed for it and comes back
    signed by hand.

    `instead_of` makes it a lawful substitute: nobody has to bring it, and where it is there the requirement of that
    code is fulfilled. `beside` are requirements of which one must be there before this one is asked for, such as the
    witnesses of a statement.
    """

    code: str
    name: Text
    required: bool = True
    when: Condition | None = None
    produced_by: str | None = None
    public: bool = False
    form: str | None = None
    instead_of: str | None = None
    beside: tuple[str, ...] = ()

    def fits(self, data: JsonObject) -> bool:
        """Whether it has to do with a case of this form data at all."""
        return self.when is None or self.when.holds(data)

    def needed(self, ticked: Mapping[str, bool], data: JsonObject) -> bool:
        """Whether a case with this form data, in which these are fulfilled, must have it or a substitute of it."""
        if not self.required or self.instead_of is not None or not self.fits(data):
            return False
        return not self.beside or any(ticked.get(code) for code in self.beside)


def missing(
    requirements: Sequence[Requirement], ticked: Mapping[str, bool], data: JsonObject
) -> tuple[Requirement, ...]:
    """Those that are needed and for which neither they themselves nor a substitute is there."""
    stood_in = {r.instead_of for r in requirements if r.instead_of and r.fits(data) and ticked.get(r.code)}
    return tuple(
        r for r in requirements if r.needed(ticked, data) and not ticked.get(r.code) and r.code not in stood_in
    )
