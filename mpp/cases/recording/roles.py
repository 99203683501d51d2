"""The one check of who is named in a case: what cannot be is refused, what is unlikely is a warning.

Applicant and proxy are in every case; the other roles are declared by the form (`role` at a field of type `nik`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from mpp.cases.recording.hooks import Register, in_no_register_of_persons
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import persons
from mpp.cases.storage.case_rows import Record
from mpp.casework.refusals import FieldError
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.people import APPLICANT, HOLDER, ROLES, STAND_IN
from mpp.casework.rules.role_words import warning_text
from mpp.casework.rules.roles import FormRole, day_at, value_at, with_roles
from mpp.casework.rules.service_type import FormField, Text
from mpp.identity import roles
from mpp.identity.names import names_agree
from mpp.identity.nik import Nik, parse_nik
from mpp.identity.person import person_key
from mpp.identity.roles import Finding, InRole, Known, Role
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import JsonObject

_OF_CASE = {code: FormRole(Role(code, card_age=True), name) for code, name in ROLES.items()}


@dataclass(frozen=True)
class Naming:
    """Who is named: `people` beside the form by their role, others by the form's roles and its data. `register` is what
    the service itself knows of persons, `filed_on` the day on which a role without a day of its own counts."""

    people: Mapping[str, JsonObject | None]
    form: Sequence[FormField] = ()
    data: JsonObject = field(default_factory=dict)
    register: Register = in_no_register_of_persons
    filed_on: date | None = None


def impossible(
    tx: Connection, naming: Naming, key: bytes, today: date, corrected: Collection[str] | None = None
) -> list[FieldError]:
    """The roles that these people cannot have, by the field of the NIK.

    With `corrected` (roles, and fields of the form) only what a correction brings with it. A proxy who died since does
    not keep the applicant's details from being corrected.
    """
    found = [each for each in _findings(tx, naming, key, today) if each.finding.impossible]
    if corrected is None:
        return [FieldError(each.path, each.finding.code) for each in found]
    brought = [each for each in found if each.depends_on & set(corrected) or each.finding.code == roles.SAME_PERSON]
    return [FieldError(each.path_amended, each.finding.code) for each in brought]


def warnings(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    """What whoever decides must answer: somebody unlikely in a role, and what cannot be but was not seen at the filing
    (a stranger's filing is checked against no register, and a register learns of a death later). An applicant's death
    holds the case, so nothing is decided then."""
    today = host.today(host.clock.now())
    people = {APPLICANT: record.applicant, STAND_IN: record.proxy}
    filed_on = record.submitted_at.astimezone(host.runtime.calendar.zone).date()
    form = host.service_type_of(tx, record.case).form
    naming = Naming(people, form, record.case.data, host.hooks.known, filed_on)
    return [
        CaseWarning(
            each.finding.code,
            f"{each.finding.who.role.code}-{each.finding.who.person[:16]}",
            each.path,
            warning_text(each.finding, each.called),
        )
        for each in _findings(tx, naming, host.runtime.person_key, today)
        if each.warns
    ]


@dataclass(frozen=True)
class _Found:
    """A finding, the field that names the person, and what the role is called there."""

    finding: Finding
    path: str
    called: Text
    depends_on: frozenset[str]

    @property
    def path_amended(self) -> str:
        """An amendment has the applicant within `data`, a filing beside it."""
        return self.path if self.path.startswith("data.") else f"data.{self.path}"

    @property
    def warns(self) -> bool:
        """Whether it is a warning; of the applicant and the proxy what was refused at the filing is none."""
        role, code = self.finding.who.role.code, self.finding.code
        beside_the_form = role in ROLES
        return not (beside_the_form and self.finding.impossible) or (role == STAND_IN and code == roles.DECEASED)


@dataclass(frozen=True)
class _Person:
    """Somebody who is named, before anything is looked up."""

    path: str
    nik: Nik
    form_role: FormRole
    day: date | None
    told: Mapping[str, object]
    depends_on: frozenset[str]


def _findings(tx: Connection, naming: Naming, key: bytes, today: date) -> list[_Found]:
    named = [*_beside_the_form(naming.people, today), *_in_the_form(naming, today)]
    if not named:
        return []
    keys = [person_key(each.nik.number, key) for each in named]
    died = persons.deaths_of(tx, sorted(set(keys)))
    known = naming.register(tx, sorted({each.nik.number for each in named}))
    people = [_in_role(who, person, died, known) for who, person in zip(named, keys, strict=True)]
    of = {id(person): who for person, who in zip(people, named, strict=True)}
    return [
        _Found(each, of[id(each.who)].path, of[id(each.who)].form_role.name, of[id(each.who)].depends_on)
        for each in roles.findings(people, today)
    ]


def _in_role(who: _Person, person: str, died: Mapping[str, date], known: Mapping[str, Known]) -> InRole:
    nik = who.nik
    registered = known.get(nik.number, Known())
    told = dict(who.told)
    name = told.get("name")
    if isinstance(name, str) and registered.name is not None and names_agree(name, registered.name):
        told["name"] = registered.name
    return InRole(who.form_role.role, person, nik.birth_date, nik.sex, died.get(person), who.day, registered, told)


def _beside_the_form(people: Mapping[str, JsonObject | None], today: date) -> Iterator[_Person]:
    for role, who in people.items():
        # a proxy is a person without saying so
        nik = None if who is None or who.get("kind", "person") != "person" else _nik(who.get("nik"), today)
        if who is not None and nik is not None:
            path, told = ("data.holder.nik" if role == HOLDER else f"{role}.nik"), {"name": who.get("name")}
            yield _Person(path, nik, _OF_CASE[role], None, _said(told), frozenset([role]))


def _in_the_form(naming: Naming, today: date) -> Iterator[_Person]:
    data = naming.data
    for path, form_role in with_roles(naming.form):
        nik = _nik(value_at(data, path), today)
        if nik is not None:
            day = naming.filed_on if form_role.day is None else day_at(data, form_role.day)
            told = {name: value_at(data, there) for name, there in form_role.told.items()}
            if "birth_date" in told:
                told["birth_date"] = day_at(data, form_role.told["birth_date"])
            sources = {path, *form_role.told.values(), *([] if form_role.day is None else [form_role.day])}
            fields = frozenset(each.partition(".")[0] for each in sources)
            yield _Person(f"data.{path}", nik, form_role, day, _said(told), fields)


def _said(told: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in told.items() if value is not None}


def _nik(given: object, today: date) -> Nik | None:
    """What the NIK says; None where there is none, or one that an earlier version read in another way: who corrects it
    is told."""
    try:
        return parse_nik(given, today) if isinstance(given, str) else None
    except InvalidIdentity:
        return None
