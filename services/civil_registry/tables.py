"""The register: residents, family cards, vital events, marriages, what people hold, and the facts behind all of them.

Facts are the register; the other tables are what the facts say today, where locks and constraints can stand on it.
Only `services.civil_registry.register` writes these tables.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from mpp.persistence.tables import metadata

_uuid = UUID(as_uuid=False)
_code = Text(collation="C")
_instant = DateTime(timezone=True)


def _one_of(column: str, *values: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})")


_SEXES = _one_of("sex", "male", "female")
_MARITAL = _one_of("marital_status", "single", "married", "divorced", "widowed")
_CITIZENSHIP = _one_of("citizenship", "citizen", "foreigner")
_PERSON = _one_of("status", "alive", "deceased", "moved_out", "merged")
_EVENT = _one_of("status", "in_force", "superseded", "cancelled")
_HELD = _one_of("status", "in_force", "superseded", "cancelled", "lost", "withdrawn")


register_facts = Table(
    "register_facts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, _one_of("kind", "person", "card", "marriage", "document"), nullable=False),
    Column("subject", _code, nullable=False),
    Column("elements", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, CheckConstraint("valid_until > valid_from")),
    Column("recorded_at", _instant, nullable=False),
    Column("cause", Text, nullable=False),
    Column("document", Text),
    Column("recorded_by", Text, nullable=False),
    Index("register_facts_of", "kind", "subject", "id"),
)

family_cards = Table(
    "family_cards",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("number", _code, nullable=False, unique=True),
    Column("region", Text, nullable=False),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    Column("status", Text, _one_of("status", "active", "closed"), nullable=False, server_default="active"),
    Column("address", Text),
    Column("rt", Text),
    Column("rw", Text),
    Column("source", Text, nullable=False, server_default="mall"),
    Column("known_at", _instant),
)

RELATIONS = (
    "head",
    "husband",
    "wife",
    "child",
    "child_in_law",
    "grandchild",
    "parent",
    "parent_in_law",
    "family",
    "helper",
    "other",
)

residents = Table(
    "residents",
    metadata,
    Column("nik", _code, primary_key=True),
    Column("person", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("sex", Text, _SEXES, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("birth_place", Text, nullable=False),
    Column("family_card", _uuid, ForeignKey("family_cards.id")),
    Column("status", Text, _PERSON, nullable=False),
    Column("died_on", Date),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    Column("relation", Text, _one_of("relation", *RELATIONS)),
    Column("marital_status", Text, _MARITAL),
    Column("citizenship", Text, _CITIZENSHIP, nullable=False, server_default="citizen"),
    Column("religion", Text),
    Column("education", Text),
    Column("occupation", Text),
    Column("blood_type", Text),
    Column("mother_nik", Text),
    Column("mother_name", Text),
    Column("father_nik", Text),
    Column("father_name", Text),
    Column("merged_into", Text, ForeignKey("residents.nik")),
    Column("source", Text, nullable=False, server_default="mall"),
    Column("known_at", _instant),
    Index("residents_by_birth", "birth_date"),
    Index("residents_of_card", "family_card", postgresql_where=text("status = 'alive'")),
    Index(
        "residents_head",
        "family_card",
        unique=True,
        postgresql_where=text("relation = 'head' AND status = 'alive'"),
    ),
    Index("residents_of_mother", "mother_nik", postgresql_where=text("mother_nik IS NOT NULL")),
    Index("residents_of_father", "father_nik", postgresql_where=text("father_nik IS NOT NULL")),
)

certificates = Table(
    "certificates",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", _code, nullable=False, unique=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("nik", Text, ForeignKey("residents.nik")),
    Column("late", Boolean, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("other_nik", Text, ForeignKey("residents.nik")),
    Column("family_card", _uuid, ForeignKey("family_cards.id")),
    Column("happened_on", Date),
    Column(
        "status",
        Text,
        _EVENT,
        nullable=False,
        server_default="in_force",
    ),
    Column("supersedes", _uuid, ForeignKey("certificates.id")),
    Index(
        "certificates_once",
        "nik",
        "kind",
        unique=True,
        postgresql_where=text("status = 'in_force' AND kind IN ('birth', 'death')"),
    ),
    Index("certificates_of_case", "case_id"),
    Index("certificates_of_other", "other_nik", postgresql_where=text("other_nik IS NOT NULL")),
)

marriages = Table(
    "marriages",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("husband", Text, ForeignKey("residents.nik")),
    Column("wife", Text, ForeignKey("residents.nik")),
    Column("husband_name", Text),
    Column("wife_name", Text),
    Column("married_on", Date, nullable=False),
    Column("certificate", Text),
    Column("court_permit", Text),
    Column("ended_on", Date),
    Column("ended_by", Text, _one_of("ended_by", "death", "divorce", "annulment")),
    CheckConstraint("husband IS NOT NULL OR wife IS NOT NULL"),
    CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)"),
    Index("marriages_of_wife", "wife", unique=True, postgresql_where=text("ended_on IS NULL")),
    Index(
        "marriages_of_husband",
        "husband",
        unique=True,
        postgresql_where=text("ended_on IS NULL AND court_permit IS NULL"),
    ),
    Index("marriages_once_of_husband", "husband"),
    Index("marriages_once_of_wife", "wife"),
)

documents_held = Table(
    "documents_held",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", _code),
    Column("nik", Text, ForeignKey("residents.nik")),
    Column("family_card", _uuid, ForeignKey("family_cards.id")),
    Column("case_id", _uuid, ForeignKey("cases.id")),
    Column("valid_from", Date, nullable=False),
    Column("until", Date),
    Column("status", Text, _HELD, nullable=False),
    Column("superseded_by", _uuid, ForeignKey("documents_held.id")),
    CheckConstraint("nik IS NOT NULL OR family_card IS NOT NULL"),
    Index("documents_held_of_person", "nik", "kind"),
    Index("documents_held_of_card", "family_card", "kind"),
    Index("documents_held_number", "kind", "number", unique=True, postgresql_where=text("number IS NOT NULL")),
)

nik_sequences = Table(
    "nik_sequences",
    metadata,
    Column("prefix", _code, primary_key=True),
    Column("last", Integer, nullable=False),
)
