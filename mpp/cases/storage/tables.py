"""The tables of casework (DDL: `mpp.cases.storage.ddl`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from mpp.persistence.tables import metadata

_at = DateTime(timezone=True)
_uuid = UUID(as_uuid=False)

service_types = Table(
    "service_types",
    metadata,
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("first_met_at", _at, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("tracking_code", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("service_version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("office_of_origin", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("applicant", JSONB(none_as_null=True)),
    Column("proxy", JSONB(none_as_null=True)),
    Column("person", Text),
    Column("data", JSONB, nullable=False),
    Column("ticks", JSONB, nullable=False),
    Column("clock", JSONB, nullable=False),
    Column("due_at", _at),
    Column("calendar_complete", Boolean, nullable=False),
    Column("held", Text),
    Column("number", Text),
    Column("submitted_at", _at, nullable=False),
    Column("finished_at", _at),
    Column("since", _at, nullable=False),
    Column("alarm_at", _at),
    Column("reported", Integer, nullable=False),
    Column("escalated", Text),
    Column("calendar", Text, nullable=False),
    Column("papers", JSONB, nullable=False, server_default="{}"),
)

# Who must hear of a paper that the mall issues: `source` is the case that it comes from, `document` its record.
named_papers = Table(
    "named_papers",
    metadata,
    Column("case_id", _uuid, primary_key=True),
    Column("requirement", Text, primary_key=True),
    Column("source", _uuid, nullable=False),
    Column("document", _uuid),
)

case_offices = Table(
    "case_offices",
    metadata,
    Column("office", Text, primary_key=True),
    Column("case_id", _uuid, primary_key=True),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("case_id", _uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("opened_at", _at, nullable=False),
    Column("due_at", _at),
    Column("outcome", Text),
    Column("closed_at", _at),
    Column("claimed_by", Text),
    Column("clock", JSONB, nullable=False),
    Column("alarm_at", _at),
    Column("reported", Integer, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("case_id", _uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", _at, nullable=False),
    Column("actor", Text, nullable=False),
    Column("office", Text),
    Column("action", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("note", Text),
    Column("changes", JSONB, nullable=False),
)

number_series = Table(
    "number_series",
    metadata,
    Column("office", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)

numbers = Table(
    "numbers",
    metadata,
    Column("office", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("number", Text, nullable=False),
    Column("case_id", _uuid, nullable=False),
    Column("issued_at", _at, nullable=False),
    Column("voided", Text),
    Column("voided_at", _at),
    Column("voided_by", Text),
)

levies = Table(
    "levies",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("case_id", _uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("assessed_at", _at, nullable=False),
    Column("paid_at", _at),
    Column("how", Text),
    Column("version", Integer, nullable=False),
    Column("overdue_at", _at),
    Column("void_reason", Text),
)

# Money that was reported or proved. `status`: applied; waiting (the case cannot go on yet); unapplied (a person has to
# see to it); settled (a person has). `version` counts its own events.
payments = Table(
    "payments",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("levy_id", _uuid, nullable=False),
    Column("case_id", _uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("paid_at", _at, nullable=False),
    Column("how", Text, nullable=False),
    Column("reference", Text),
    Column("late", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("note", Text),
    Column("version", Integer, nullable=False),
    Column("recorded_at", _at, nullable=False),
)

calendar_tables = Table(
    "calendar_tables",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("loaded_at", _at, nullable=False),
    Column("loaded_by", Text, nullable=False),
)

persons = Table(
    "persons",
    metadata,
    Column("person", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("region", Text),
    Column("since", Date),
    Column("version", Integer, nullable=False),
)

# The content of a document is the gateway's; the name is what a person called it (ADR 0007).
documents = Table(
    "documents",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("case_id", _uuid, nullable=False),
    Column("requirement", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("uploaded_at", _at, nullable=False),
    Column("uploaded_by", Text, nullable=False),
)
