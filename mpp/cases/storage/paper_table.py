"""The papers of a case service: what the mall issues and somebody can hold (`mpp.cases.papers`); and what it knows of
those of the others (`mpp.cases.prerequisites`)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from mpp.persistence.tables import metadata

_at = DateTime(timezone=True)
_uuid = UUID(as_uuid=False)
_code = Text(collation="C")

# `snapshot` is what is printed, `facts` what the effects of the action settled, by their names; `claims` are what no
# other paper may take while this one is being signed. `failure` is the code of the last try, of `attempts`. `subject`
# is what other services know its holder by, `version` the last state that they were told (0: none). Of several papers
# of one decision each has a `name`, and all but the first one say which is the first (`main`); those that are `signed`
# wait for the others.
papers = Table(
    "papers",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("number", _code),
    Column("code", _code, nullable=False),
    Column("subject", Text),
    Column("snapshot", JSONB, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("claims", ARRAY(Text), nullable=False),
    Column("adapter", Text, CheckConstraint("adapter IN ('local', 'bsre', 'wet', 'none')"), nullable=False),
    Column("signer", Text),
    Column("office", Text, nullable=False),
    Column(
        "status",
        Text,
        CheckConstraint("status IN ('awaiting', 'signed', 'issued', 'abandoned', 'superseded')"),
        nullable=False,
    ),
    Column(
        "superseded_by",
        _uuid,
        ForeignKey("papers.id"),
        CheckConstraint("(superseded_by IS NOT NULL) = (status = 'superseded')"),
    ),
    Column("printed_later", Boolean, nullable=False),
    Column("prepared_at", _at, nullable=False),
    Column("signed_at", _at),
    Column("how", Text),
    Column("sha256", _code, CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'")),
    Column("size", BigInteger, CheckConstraint("size > 0")),
    Column("template_digest", _code),
    Column("failure", Text),
    Column("attempts", Integer, nullable=False),
    Column("version", Integer, nullable=False, server_default=sql("0")),
    Column("name", Text, nullable=False, server_default=sql("''")),
    Column("main", _uuid, ForeignKey("papers.id")),
    CheckConstraint("(sha256 IS NOT NULL) = (status IN ('signed', 'issued', 'superseded'))"),
    Index("papers_case", "case_id", "id"),
    # what a reconciler finishes, and what is taken meanwhile
    Index("papers_awaiting", "id", postgresql_where=sql("status = 'awaiting'")),
    Index("papers_claims", "claims", postgresql_using="gin", postgresql_where=sql("status = 'awaiting'")),
    # a paper that is printed later has the code of its permit again, where the first was given up
    Index("papers_code", "code", unique=True, postgresql_where=sql("status <> 'abandoned'")),
    Index("papers_code_given_up", "code", postgresql_where=sql("status = 'abandoned'")),
    Index("papers_number", "number", postgresql_where=sql("number IS NOT NULL")),
    # what the gateway asks before it removes a content
    Index("papers_content", "sha256", postgresql_where=sql("sha256 IS NOT NULL")),
)

# What other services told of their papers, as far as a service type here needs such: `paper` is its id there, or of the
# case where none will come; `holder` a keyed hash. The newest `version` stands.
known_papers = Table(
    "known_papers",
    metadata,
    Column("paper", _uuid, primary_key=True),
    Column("issuer", _code, primary_key=True),
    Column("service", _code, nullable=False),
    Column("tracking_code", _code, nullable=False),
    Column("number", _code),
    Column("code", _code),
    Column("holder", _code),
    Column("status", _code, nullable=False),
    Column("until", Date),
    Column("version", Integer, nullable=False),
    Index("known_papers_tracking", "tracking_code"),
    Index("known_papers_number", "number", postgresql_where=sql("number IS NOT NULL")),
    Index("known_papers_code", "code", postgresql_where=sql("code IS NOT NULL")),
    # what time ends
    Index("known_papers_until", "until", "paper", postgresql_where=sql("status = 'valid' AND until IS NOT NULL")),
)

# The service types whose papers are needed here, and whether who issues them has told all that were issued before.
# `added` is what a restore had added to versions then.
paper_needs = Table(
    "paper_needs",
    metadata,
    Column("service", _code, primary_key=True),
    Column("asked", Integer, nullable=False),
    Column("asked_at", _at, nullable=False),
    Column("answered_at", _at),
    Column("added", Integer, nullable=False),
)

# The other side: who asked for the papers of a service type, and how far they were told (up to the paper `after`).
paper_requests = Table(
    "paper_requests",
    metadata,
    Column("service", _code, primary_key=True),
    Column("asked_by", _code, primary_key=True),
    Column("after", _uuid),
    Column("done", Boolean, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("added", Integer, nullable=False),
)
