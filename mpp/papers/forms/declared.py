"""A form as its file declares it: which services it belongs to, and where each of its fields comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mpp.casework.rules.service_type import ServiceType

Text = Mapping[str, str]  # {"id": ..., "en": ...}
Word = str | int | bool  # a value as the mall stores it

DATA, REGISTER, SERVICE, TODAY = "data", "register", "service", "today"
_PERSON = ("name", "nik", "phone", "email", "address")
SOURCES: Mapping[str, tuple[str, ...]] = {
    "applicant": (*_PERSON, "nib", "npwp"),
    "proxy": ("name", "nik", "phone", "relation"),
    REGISTER: ("name", "birth_date", "family_card"),  # what a counter is shown of a resident
    "office": ("name", "phone", "code", "village", "district", "regency", "province"),
    "case": ("tracking_code",),
}
BARE = (SERVICE, TODAY)


@dataclass(frozen=True)
class Source:
    """Where a value comes from: `kind` is `data` or one of `SOURCES` and `BARE`, `path` what is taken of it."""

    kind: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.kind, *self.path))


@dataclass(frozen=True)
class FormLine:
    """A field of a form. `sources`: the first that is there; without any it is left for the pen.

    `of`: whose entry in the register, by the source of a NIK. `codes`: what the form writes for a word that the mall
    stores; a word that is not among them leaves the line empty.
    """

    name: str
    sources: tuple[Source, ...] = ()
    of: Source | None = None
    codes: Mapping[Word, str] | None = None
    line: int = field(default=1, compare=False)


@dataclass(frozen=True)
class PrintedForm:
    """A form. `template` stands in `forms/` of the templates; `unverified`: what of it no source has confirmed."""

    code: str
    name: Text
    template: str
    services: tuple[str, ...]
    lines: tuple[FormLine, ...]
    unverified: Text | None = None
    path: Path = field(default=Path(), compare=False)
    services_line: int = field(default=1, compare=False)
    template_line: int = field(default=1, compare=False)

    @property
    def template_path(self) -> str:
        """The name by which the template is looked up."""
        return f"{FOLDER}/{self.template}"

    def belongs_to(self, service_type: ServiceType) -> bool:
        """Whether the service type has this form: by the form's file, or since one of its requirements names it."""
        return service_type.code in self.services or any(r.form == self.code for r in service_type.requirements)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that its template may ask for."""
        return tuple(line.name for line in self.lines)


FOLDER = "forms"  # beside the catalogue's files, and among the templates


class FormBook:
    """All forms of the mall, by code."""

    def __init__(self, forms: Iterable[PrintedForm] = ()) -> None:
        self._forms = {form.code: form for form in forms}

    def get(self, code: str) -> PrintedForm | None:
        """The form of this code, or None."""
        return self._forms.get(code)

    def of_service(self, service_type: ServiceType) -> list[PrintedForm]:
        """The forms that a service type has, in the order of their codes."""
        return [form for form in self if form.belongs_to(service_type)]

    def __iter__(self) -> Iterator[PrintedForm]:
        return iter(sorted(self._forms.values(), key=lambda form: form.code))

    def __len__(self) -> int:
        return len(self._forms)
