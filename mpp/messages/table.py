"""Messages to citizens, and what people have said about being told (made by `mpp.cases.migrations`)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from mpp.persistence.tables import metadata

_at = DateTime(timezone=True)
_uuid = UUID(as_uuid=False)
_code = Text(collation="C")

WAITING, SENDING, SENT, DELIVERED = "waiting", "sending", "sent", "delivered"
CALL_LIST, REACHED, NOT_REACHED = "call_list", "reached", "not_reached"
MERGED, WITHHELD = "merged", "withheld"
STATES = (WAITING, SENDING, SENT, DELIVERED, CALL_LIST, REACHED, NOT_REACHED, MERGED, WITHHELD)

# One row for each step that a citizen is told of. It has no name, number or address: they are read from the case when
# a try begins. `attempts` counts tries that have begun, `unsure`: one of them may have gone out, `maybe_twice`: it was
# sent again all the same. `refused` are the channels that do not take it. `merged_into` tells in its place.
# `settled_at` is when it first had arrived, stood on the call list, or was withheld: what depends on the telling
# begins then.
messages = Table(
    "messages",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("case_version", Integer, nullable=False),
    Column("moment", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("office", _code, nullable=False),
    Column("state", Text, CheckConstraint(f"state IN ({', '.join(repr(s) for s in STATES)})"), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=sql("0")),
    Column("unsure", Boolean, nullable=False, server_default=false()),
    Column("maybe_twice", Boolean, nullable=False, server_default=false()),
    Column("refused", ARRAY(Text), nullable=False, server_default=sql("'{}'")),
    Column("recipient", Text, CheckConstraint("recipient IN ('applicant', 'proxy')")),
    Column("channel", Text),
    Column("language", Text),
    Column("text_version", Integer),
    Column("reason", Text),
    Column("provider_id", Text),
    Column(
        "merged_into",
        _uuid,
        ForeignKey("messages.id"),
        CheckConstraint("(merged_into IS NULL) = (state <> 'merged')"),
    ),
    Column("created_at", _at, nullable=False),
    Column("due_at", _at, nullable=False),
    Column("begun_at", _at),
    Column("sent_at", _at),
    Column("delivered_at", _at),
    Column("on_call_list_at", _at),
    Column("settled_at", _at),
    Column("ticked_at", _at),
    Column("ticked_by", Text),
    UniqueConstraint("case_id", "case_version", "moment"),
    # what is under way: looked at by the operator, and counted
    Index("messages_open", "state", "due_at", "id", postgresql_where=sql("state IN ('waiting', 'sending', 'sent')")),
    Index("messages_call_list", "on_call_list_at", "id", postgresql_where=sql("state = 'call_list'")),
    Index("messages_merged", "merged_into", postgresql_where=sql("merged_into IS NOT NULL")),
)

# What a person has said, by the pseudonym; who has none is known by the case (`case:<id>`).
contact_preferences = Table(
    "contact_preferences",
    metadata,
    Column("holder", _code, primary_key=True),
    Column("do_not_contact", Boolean, nullable=False),
    Column("language", Text, CheckConstraint("language IN ('id', 'en')")),
    Column("changed_at", _at, nullable=False),
    Column("changed_by", Text, nullable=False),
)
