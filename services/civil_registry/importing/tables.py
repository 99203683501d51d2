"""Imports, and the rows that wait to be taken (migration 0020 says why those are unlogged)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Date, DateTime, Index, Integer, Table, Text, false
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import UUID

from mpp.persistence.tables import metadata

_code = Text(collation="C")

resident_imports = Table(
    "resident_imports",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("sha256", _code, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("status", Text, CheckConstraint("status IN ('reading', 'taking', 'done')"), nullable=False),
    Column("position", _code, nullable=False),  # the last key that was taken
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Index("resident_imports_open", sql("(1)"), unique=True, postgresql_where=sql("status <> 'done'")),
)

# What a row says of a person, in the order of the file that goes to the database.
TOLD = (
    "as_of",
    "nik",
    "person",
    "card",
    "name",
    "sex",
    "birth_place",
    "birth_date",
    "relation",
    "region",
    "address",
    "rt",
    "rw",
    "status",
    "died_on",
    "religion",
    "marital_status",
    "blood_type",
    "education",
    "occupation",
    "citizenship",
    "mother_nik",
    "mother_name",
    "father_nik",
    "father_name",
)
OF_CARD = ("region", "address", "rt", "rw")
# What a file may change of somebody; an empty cell says nothing.
CHANGING = tuple(name for name in TOLD if name not in ("as_of", "nik", "person", "card", "sex", "birth_date", *OF_CARD))
_OTHERS: dict[str, Any] = {"as_of": Date, "birth_date": Date, "died_on": Date, "nik": _code, "card": _code}

# `key` is the family card, else the person: what is taken together. `faults` are those of the row by itself
# (`refused:reason:column`), `held` is why it is not taken, `moves`: it goes with others from card to card.
resident_import_rows = Table(
    "resident_import_rows",
    metadata,
    Column("file", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("key", _code, nullable=False),
    Column("faults", ARRAY(Text)),
    Column("held", Text),
    Column("moves", Boolean, nullable=False, server_default=false()),
    *(Column(name, _OTHERS.get(name, Text)) for name in TOLD),
    Index("resident_import_rows_key", "key"),
    Index("resident_import_rows_nik", "nik"),
    prefixes=["UNLOGGED"],
)
