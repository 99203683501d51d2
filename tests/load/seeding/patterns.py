"""A case as a pattern: all of its rows as text for COPY, with a hole where each copy has something of its own.

Rows are found along the foreign keys that lead to the case, whatever tables a service has. Holes are ids, codes, legal
numbers, and who the applicant is: ids and codes are drawn, numbers continue their books, applicants are a crowd of
demo people (`tests.load.seeding.crowd`) and companies.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from operator import itemgetter
from typing import Any

from mpp.audit import chain
from mpp.casework.codes import tracking
from mpp.identity.person import person_key
from tests.load.seeding.crowd import CROWD, stranger

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
AUDIT = ("at", "case_id", "actor", "office", "counter", "action", "reason", "details", "correlation_id")
_PUBLISHED_AFTER = timedelta(milliseconds=80)
Code = Callable[[Callable[[str], str]], str]
Write = Callable[[str, datetime, int], str]  # a number by its office, moment of issue and place in the book


@dataclass(frozen=True)
class Text:
    """Text with holes; `pick` takes what goes into them out of a copy's values."""

    form: str
    pick: Callable[[Sequence[str]], Any]

    def filled(self, values: Sequence[str]) -> str:
        """The text of one copy."""
        text: str = self.form % self.pick(values)
        return text


@dataclass(frozen=True)
class Issued:
    """A legal number that a case was given: its book, and the slots of the number and of its place in the book."""

    book: tuple[str, str, int]
    write: Callable[[int], str]
    number: int
    seq: int


@dataclass
class Pattern:
    """The rows of one case. A copy is a list of values, one for each slot; `slots` are the texts that they replace."""

    submitted_at: datetime
    limited: bool  # how many such documents one person holds is limited
    slots: dict[str, int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    codes: list[tuple[int, Code]] = field(default_factory=list)
    who: dict[str, int] = field(default_factory=dict)  # nik, name, key (the name in small letters), person, nib
    numbers: list[Issued] = field(default_factory=list)
    tables: dict[str, Text] = field(default_factory=dict)
    audit: list[tuple[Text, Text]] = field(default_factory=list)  # row, canonical form

    def slot(self, text: str) -> int:
        """The slot of a text, a new one where it has none."""
        return self.slots.setdefault(text, len(self.slots))

    def cut(self, text: str) -> Text:
        """The holes of a text: whatever has a slot already, and every id."""
        known = sorted((re.escape(each) for each in self.slots if not re.fullmatch(_UUID, each)), key=len, reverse=True)
        slots: list[int] = []

        def hole(match: re.Match[str]) -> str:
            found = match.group()
            if found not in self.slots:
                self.ids.append(self.slot(found))
            slots.append(self.slots[found])
            return "%s"

        form = re.sub("|".join([*known, _UUID]), hole, text.replace("%", "%%"))
        return Text(form, _picker(slots))

    def fresh(self, choice: Callable[[str], str], who: Mapping[str, str]) -> list[str]:
        """The values of a copy but for its legal numbers: ids as if made on the day of filing, in the same order."""
        values = [""] * len(self.slots)
        moment = f"{int(self.submitted_at.timestamp() * 1000):012x}"
        begin = f"{moment[:8]}-{moment[8:]}-7"
        bits = os.urandom(8 * len(self.ids)).hex()
        for n, slot in enumerate(self.ids):
            at = 16 * n
            values[slot] = f"{begin}{n:03x}-8{bits[at : at + 3]}-{bits[at + 3 : at + 15]}"
        for slot, code in self.codes:
            values[slot] = code(choice)
        for name, slot in self.who.items():
            values[slot] = who[name]
        return values


def _picker(slots: list[int]) -> Callable[[Sequence[str]], Any]:
    if len(slots) > 1:
        return itemgetter(*slots)
    return (lambda values: (values[slots[0]],)) if slots else (lambda values: ())


# ------------------------------------------------------------------------- reading


class Reader:
    """Reads patterns. `writes` says how the numbers of a service are written in a book; `codes` which columns ("table
    .column") hold codes; `limited` of which services a person may hold only some documents."""

    def __init__(
        self,
        cursor: Any,
        codes: Mapping[str, Code],
        writes: Callable[[str, str], Write | None],
        limited: Callable[[str], bool],
        kept: datetime,
    ) -> None:
        self._cursor = cursor
        self._codes = {tuple(name.split(".")): code for name, code in codes.items()}
        self._writes = writes
        self._limited = limited
        self._kept = kept
        self._conditions = _conditions(cursor)
        self.tables = list(self._conditions)
        self._columns = {table: _columns(cursor, table) for table in [*self.tables, "outbox"]}

    def read(self, case_id: str) -> Pattern:
        """The pattern of a case. Raises RuntimeError for a number that no book writes."""
        cursor, given = self._cursor, {"id": case_id}
        cursor.execute("SELECT submitted_at, service, applicant, person FROM cases WHERE id = %(id)s", given)
        submitted_at, service, applicant, person = cursor.fetchone()
        pattern = Pattern(submitted_at, self._limited(service))
        self._applicant(pattern, applicant or {}, person)
        conditions = self._conditions
        for (table, column), code in self._codes.items():
            cursor.execute(f"SELECT {column} FROM {table} WHERE {conditions[table]}", given)  # noqa: S608
            pattern.codes += [(pattern.slot(found), code) for (found,) in cursor.fetchall()]
        self._numbers(pattern, conditions["numbers"], given, service)
        for table, condition in conditions.items():
            self._table(pattern, table, cursor.mogrify(condition, given).decode())
        ids = set(pattern.ids)
        subjects = [text for text, slot in pattern.slots.items() if slot in ids]
        cursor.execute(
            "UPDATE outbox SET published_at = created_at + %s, signed = true"
            " WHERE subject = ANY(%s) AND published_at IS NULL",
            (_PUBLISHED_AFTER, subjects),
        )
        mine = cursor.mogrify("subject = ANY(%s) AND created_at > %s", (subjects, self._kept)).decode()
        self._table(pattern, "outbox", mine)
        self._audit(pattern, given)
        return pattern

    def _applicant(self, pattern: Pattern, applicant: Mapping[str, Any], person: str | None) -> None:
        named = {name: str(applicant[name]) for name in ("nik", "nib", "name") if applicant.get(name)}
        if "name" in named and named["name"].lower() != named["name"]:
            named["key"] = named["name"].lower()
        if person is not None:
            named["person"] = person
        pattern.who = {name: pattern.slot(text) for name, text in named.items()}

    def _numbers(self, pattern: Pattern, condition: str, given: Any, service: str) -> None:
        query = f"SELECT office, series, year, seq, number, issued_at FROM numbers WHERE {condition} ORDER BY seq"  # noqa: S608
        self._cursor.execute(query, given)
        for office, series, year, seq, number, issued_at in self._cursor.fetchall():
            known = self._writes(service, series)
            if known is None or known(office, issued_at, seq) != number:
                raise RuntimeError(f"nobody knows how {number!r} was written")
            write = partial(known, office, issued_at)
            slots = pattern.slot(number), pattern.slot(_place(number))
            pattern.numbers.append(Issued((office, series, year), write, *slots))

    def _table(self, pattern: Pattern, table: str, condition: str) -> None:
        names, read = self._columns[table]
        rows = StringIO()
        self._cursor.copy_expert(f"COPY (SELECT {read} FROM {table} WHERE {condition}) TO STDOUT", rows)  # noqa: S608
        text = rows.getvalue()
        if table == "numbers":
            text = "".join(_with_place(line, names) for line in text.splitlines(keepends=True))
        if text:
            pattern.tables[f"{table} ({', '.join(names)})"] = pattern.cut(text)

    def _audit(self, pattern: Pattern, given: Any) -> None:
        query = f"SELECT {', '.join(AUDIT)} FROM audit WHERE case_id = %(id)s ORDER BY seq"  # noqa: S608
        query = self._cursor.mogrify(query, given).decode()
        rows = StringIO()
        self._cursor.copy_expert(f"COPY ({query}) TO STDOUT", rows)
        self._cursor.execute(query)
        for line, row in zip(rows.getvalue().splitlines(), self._cursor.fetchall(), strict=True):
            values = dict(zip(AUDIT, row, strict=True))
            values |= {"at": chain.moment(values["at"]), "case_id": str(values["case_id"])}
            canonical = chain.canonical(chain.Content(**values)).decode()
            pattern.audit.append((pattern.cut(line), pattern.cut(canonical)))


def _place(number: str) -> str:
    """What stands for the place of a number in its book, where a row of the book is cut."""
    return f"@place of {number}@"


def _with_place(line: str, names: Sequence[str]) -> str:
    columns = line.split("\t")
    columns[names.index("seq")] = _place(columns[names.index("number")])
    return "\t".join(columns)


def _conditions(cursor: Any) -> dict[str, str]:
    """The tables whose rows belong to a case, each with the condition that selects them; in the order in which foreign
    keys want them. Rows belong by an id: who points to a number asks for it to be voided, which is not multiplied."""
    cursor.execute(
        "SELECT f.conrelid::regclass::text, a.attname, f.confrelid::regclass::text FROM pg_constraint f"
        " JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]"
        " WHERE f.contype = 'f' AND cardinality(f.conkey) = 1 ORDER BY 1, 2"
    )
    keys = cursor.fetchall()
    found, todo = {"cases": "id = %(id)s"}, ["cases"]
    while todo:
        parent = todo.pop(0)
        for table, column, target in keys:
            if target == parent and table not in found:
                rows = f"SELECT id FROM {parent} WHERE {found[parent]}"  # noqa: S608
                found[table] = f"{column} IN ({rows})"
                todo.append(table)
    return found


def _columns(cursor: Any, table: str) -> tuple[list[str], str]:
    """All columns but those that number themselves, and how they are read: bytes as text, so that ids show."""
    cursor.execute(
        "SELECT attname, CASE WHEN atttypid = 'bytea'::regtype THEN format('encode(%%I, ''escape'')', attname)"
        " ELSE quote_ident(attname) END FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attidentity = '' ORDER BY attnum",
        (table,),
    )
    rows = cursor.fetchall()
    return [name for name, _ in rows], ", ".join(read for _, read in rows)


# ------------------------------------------------------------------------- who it is


class Crowd:
    """Applicants for `count` cases: each person has a handful of them, each company more.

    Those of a service with a limit go round on their own, so that nobody holds more than the catalogue allows.
    """

    def __init__(self, count: int, key: bytes) -> None:
        size = max(500, min(CROWD, count // 5))
        self._people = [self._person(index * CROWD // size, key) for index in range(size)]
        self._companies = [self._company(number) for number in range(max(50, size // 10))]
        self._next = {True: 0, False: size // 2}
        self._next_company = 0

    def one(self, pattern: Pattern) -> Mapping[str, str]:
        """The next applicant for a copy of the pattern."""
        if "nik" in pattern.who:
            found = self._people[self._next[pattern.limited] % len(self._people)]
            self._next[pattern.limited] += 1
            return found
        self._next_company += 1
        return self._companies[self._next_company % len(self._companies)]

    @staticmethod
    def _person(index: int, key: bytes) -> Mapping[str, str]:
        who = stranger(index)
        return {"nik": who.nik, "name": who.name, "key": who.name.lower(), "person": person_key(who.nik, key)}

    @staticmethod
    def _company(number: int) -> Mapping[str, str]:
        name = f"PT Contoh {number + 1}"
        return {"name": name, "key": name.lower(), "nib": f"999{number:010d}"}


def copies(patterns: Sequence[Pattern], count: int) -> Iterator[tuple[Pattern, int]]:
    """How many copies of which pattern make `count`, the oldest first: rows then come in the order of their ids."""
    for n, pattern in enumerate(sorted(patterns, key=lambda each: each.submitted_at)):
        wanted = count // len(patterns) + (n < count % len(patterns))
        if wanted:
            yield pattern, wanted


def tracking_code(letter: str) -> Code:
    """How a fresh tracking code is drawn."""
    return lambda choice: tracking.new_code(letter, choice)
