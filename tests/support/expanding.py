"""Whether a schema only grew: what the version before names, writes and leaves out still works (ADR 0017)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COLUMN = re.compile(
    r"(?P<table>\w+): column (?P<name>\w+) (?P<type>.+?)(?P<required> not null)?"
    r"(?P<given> identity [a-z ]+?)?(?: default (?P<default>.*))?"
)
_RULE = re.compile(r"(?P<table>\w+): (?P<kind>constraint|index) (?P<what>.*)")
_WIDER = {("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint")}


@dataclass(frozen=True)
class Column:
    """What a column wants of who writes a row."""

    type: str
    required: bool
    default: str | None


@dataclass(frozen=True)
class Schema:
    """The lines of `tests.support.schema.schema_of`, apart."""

    columns: dict[tuple[str, str], Column]
    rules: frozenset[tuple[str, str]]  # (table, constraint or index)

    @classmethod
    def of(cls, lines: Sequence[str]) -> Schema:
        """Read the lines."""
        columns, rules = {}, set()
        for line in lines:
            if found := _COLUMN.fullmatch(line):
                default = found["given"] or found["default"]
                columns[found["table"], found["name"]] = Column(found["type"], found["required"] is not None, default)
            elif found := _RULE.fullmatch(line):
                rules.add((found["table"], found["what"]))
        return cls(columns, frozenset(rules))

    @property
    def tables(self) -> set[str]:
        """Their names."""
        return {table for table, _ in self.columns}


def contracted(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What a version written for the schema before would stumble over in the one after; empty where it only grew."""
    was, is_now = Schema.of(before), Schema.of(after)
    return sorted([*_columns(was, is_now), *_new_columns(was, is_now), *_rules(was, is_now)])


def _columns(was: Schema, is_now: Schema) -> Iterator[str]:
    for (table, name), old in was.columns.items():
        new = is_now.columns.get((table, name))
        if new is None:
            yield f"{table}.{name} is gone"
            continue
        if new.type != old.type and not _is_wider(old.type, new.type):
            yield f"{table}.{name} is {new.type} and was {old.type}"
        if new.required and not old.required:
            yield f"{table}.{name} may not be left empty any more"
        if old.default is not None and new.default is None:
            yield f"{table}.{name} has no default any more"


def _is_wider(old: str, new: str) -> bool:
    return (old, new) in _WIDER or (old.startswith("character varying") and new == "text")


def _new_columns(was: Schema, is_now: Schema) -> Iterator[str]:
    for (table, name), new in is_now.columns.items():
        fresh = table in was.tables and (table, name) not in was.columns
        if fresh and new.required and new.default is None:
            yield f"{table}.{name} is new and must be filled"


def _rules(was: Schema, is_now: Schema) -> Iterator[str]:
    for table, what in is_now.rules - was.rules:
        bears = not what.startswith("CREATE INDEX")
        if bears and any(re.search(rf"\b{name}\b", what) for of, name in was.columns if of == table):
            yield f"{table} has a new rule for what was there: {what}"
    for table, what in was.rules - is_now.rules:
        if table in is_now.tables and what.startswith(("CREATE UNIQUE", "UNIQUE", "PRIMARY KEY")):
            yield f"{table} has lost what makes its rows unique: {what}"
