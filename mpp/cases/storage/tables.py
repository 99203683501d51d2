"""The tables of casework (made by `mpp.cases.migrations`; a test compares the two)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from mpp.persistence.tables import metadata, restores

_at = DateTime(timezone=True)
_uuid = UUID(as_uuid=False)
_code = Text(collation="C")

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
    Column("tracking_code", _code, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("service_version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
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
    Column("number", _code),
    Column("submitted_at", _at, nullable=False),
    Column("finished_at", _at),
    Column("since", _at, nullable=False),
    Column("alarm_at", _at),
    Column("reported", Integer, nullable=False),
    Column("escalated", Text),
    Column("calendar", _code, nullable=False),
    Column("papers", JSONB, nullable=False, server_default=text("'{}'")),
    Column("signing", JSONB(none_as_null=True)),  # the decision that waits for its paper (mpp.casework.case.signing)
    Column("own_secret", Boolean, nullable=False, server_default=false()),  # false: one made with the former key
    Column("secret_issue", Integer, nullable=False, server_default=text("0")),  # how many were given after the first
    Index("cases_open_of_person", "person", "id", postgresql_where=text("person IS NOT NULL AND finished_at IS NULL")),
    # a search by NIK; one by the beginning of the name, as long as names from before have no words (case_names)
    Index("cases_person", "person", "id", postgresql_where=text("person IS NOT NULL")),
    Index(
        "cases_applicant",
        text("(lower(applicant ->> 'name') COLLATE \"C\")"),
        "id",
        postgresql_where=text("applicant ->> 'name' IS NOT NULL"),
    ),
    # read by the version before this one only, which did not look into the books (`numbers`)
    Index("cases_number", "number", postgresql_where=text("number IS NOT NULL")),
    Index("cases_due", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
    # what the timer reads: thresholds that lie behind, and open cases counted with another calendar
    Index("cases_alarm", "alarm_at", "id", postgresql_where=text("alarm_at IS NOT NULL")),
    Index("cases_calendar", "calendar", "id", postgresql_where=text("finished_at IS NULL")),
    Index("cases_escalated", "id", postgresql_where=text("escalated IS NOT NULL AND finished_at IS NULL")),
)

# The words of the applicant's name, by which a case is found (mpp.cases.storage.names).
case_names = Table(
    "case_names",
    metadata,
    Column("case_id", _uuid, ForeignKey("cases.id"), primary_key=True),
    Column("word", _code, primary_key=True),
    Index("case_names_word", "word", "case_id"),
)

# How far names from before their table of words was there have got theirs: all up to the row `after`, or all.
name_fillings = Table(
    "name_fillings",
    metadata,
    Column("words", _code, primary_key=True),
    Column("after", _uuid),
    Column("done", Boolean, nullable=False),
)

# Who must hear of a paper that the mall issues: `source` is the case that it comes from, `document` its record. Of
# another service's case only the tracking code is known.
named_papers = Table(
    "named_papers",
    metadata,
    Column("case_id", _uuid, ForeignKey("cases.id"), primary_key=True),
    Column("requirement", _code, primary_key=True),
    Column("source", _uuid),
    Column("document", _uuid),
    Column("tracking_code", _code),
    Index("named_papers_source", "source", "case_id"),
    Index("named_papers_document", "document", "case_id", postgresql_where=text("document IS NOT NULL")),
    Index("named_papers_awaited", "tracking_code", "case_id", postgresql_where=text("tracking_code IS NOT NULL")),
)

case_offices = Table(
    "case_offices",
    metadata,
    Column("office", _code, primary_key=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), primary_key=True),
)

# A window of the citizen that waits until the citizen was told: its clock has not run yet.
UNTOLD = "outcome IS NULL AND clock -> 'periods' = '[]'::jsonb"

tasks = Table(
    "tasks",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("office", _code, nullable=False),
    Column("role", _code, nullable=False),
    Column("opened_at", _at, nullable=False),
    Column("due_at", _at),
    Column("outcome", Text),
    Column("closed_at", _at),
    Column("claimed_by", Text),
    Column("clock", JSONB, nullable=False),
    Column("alarm_at", _at),
    Column("reported", Integer, nullable=False),
    UniqueConstraint("case_id", "position"),
    Index("tasks_alarm", "alarm_at", "case_id", postgresql_where=text("alarm_at IS NOT NULL")),
    Index("tasks_untold", "opened_at", "id", postgresql_where=text(UNTOLD)),
    Index(
        "tasks_worklist",
        "office",
        "role",
        text("coalesce(due_at, 'infinity')"),
        "id",
        postgresql_where=text("outcome IS NULL"),
    ),
)

timeline = Table(
    "timeline",
    metadata,
    Column("case_id", _uuid, ForeignKey("cases.id"), primary_key=True),
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
    Column("number", _code, nullable=False, unique=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("issued_at", _at, nullable=False),
    Column("voided", Text),
    Column("voided_at", _at),
    Column("voided_by", Text),
)

# Numbers that somebody asked to void, until an official of the office has decided.
void_requests = Table(
    "void_requests",
    metadata,
    Column("office", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("asked_at", _at, nullable=False),
    Column("asked_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["office", "series", "year", "seq"], [numbers.c.office, numbers.c.series, numbers.c.year, numbers.c.seq]
    ),
)

# Numbers that a restore has passed over: from `first` to `last` none is the mall's any more.
number_gaps = Table(
    "number_gaps",
    metadata,
    Column("office", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("restore", Text(collation="C"), ForeignKey(restores.c.stamp), nullable=False),
    CheckConstraint("first <= last"),
)

levies = Table(
    "levies",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("number", _code, nullable=False, unique=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("amount", BigInteger, CheckConstraint("amount > 0"), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, CheckConstraint("state IN ('open', 'paid', 'void')"), nullable=False),
    Column("assessed_at", _at, nullable=False),
    Column("paid_at", _at, CheckConstraint("(paid_at IS NOT NULL) = (state = 'paid')")),
    Column("how", Text, CheckConstraint("how IN ('bank', 'proof')")),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False, server_default=text("1")),
    Column("overdue_at", _at),
    Column("void_reason", Text, CheckConstraint("(void_reason IS NOT NULL) = (state = 'void')")),
    # a case has one assessment in force
    Index("levies_case", "case_id", unique=True, postgresql_where=text("state <> 'void'")),
    # all assessments of a case, the void ones too: whoever opens the case reads them
    Index("levies_of_case", "case_id"),
    # what the timer reads: unpaid, and not told yet that the last day is over
    Index("levies_due", "due_on", "id", postgresql_where=text("state = 'open' AND overdue_at IS NULL")),
)

# Money that was reported or proved. `status`: applied; waiting (the case cannot go on yet); unapplied (a person has to
# see to it); settled (a person has). `version` counts its own events.
payments = Table(
    "payments",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("levy_id", _uuid, ForeignKey("levies.id"), nullable=False),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("amount", BigInteger, CheckConstraint("amount > 0"), nullable=False),
    Column("paid_at", _at, nullable=False),
    Column("how", Text, CheckConstraint("how IN ('bank', 'proof')"), nullable=False),
    Column("reference", _code, CheckConstraint("how = 'proof' OR reference IS NOT NULL"), unique=True),
    Column("late", Boolean, nullable=False),
    Column("status", Text, CheckConstraint("status IN ('applied', 'waiting', 'unapplied', 'settled')"), nullable=False),
    Column("reason", Text, CheckConstraint("(reason IS NULL) = (status = 'applied')")),
    Column("note", Text),
    Column("version", Integer, CheckConstraint("version >= 0"), nullable=False),
    Column("recorded_at", _at, nullable=False),
    Index("payments_case", "case_id", "id"),
    Index("payments_levy", "levy_id"),
    # money that was recorded and is not applied: what the timer and an official look for
    Index("payments_open", "id", "case_id", postgresql_where=text("status IN ('waiting', 'unapplied')")),
)

calendar_tables = Table(
    "calendar_tables",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
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
    Column("status", Text, CheckConstraint("status IN ('alive', 'deceased')"), nullable=False),
    Column("region", Text),
    Column("since", Date),
    Column("version", Integer, nullable=False),
)

# The content of a document is the gateway's; the name is what a person called it (ADR 0007).
documents = Table(
    "documents",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("requirement", Text, nullable=False),
    Column("sha256", _code, CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'"), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, CheckConstraint("size > 0"), nullable=False),
    Column("uploaded_at", _at, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    UniqueConstraint("case_id", "requirement", "sha256"),
    # what the gateway asks before it removes a content: does any case refer to it?
    Index("documents_content", "sha256"),
)
