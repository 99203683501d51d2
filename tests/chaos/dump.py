"""Reads from the databases what the check needs, and counts effects where asked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text

from tests.chaos.facts import (
    Act,
    CaseRow,
    Database,
    InboxRow,
    NumberRow,
    OutboxRow,
    PaperRow,
    PermitRow,
    PersonRow,
    StepRow,
)

# Where the load writes its key: one field of each form.
MARK = "coalesce(data->>'practice_name', data->'child'->>'birth_place', data->>'place', data->>'title')"

# What is said with a decision that makes a paper stands in the entry that begins its signing, and is its note later.
_STEPS = """
SELECT case_id, version, actor, action, coalesce(note, jsonb_path_query_first(changes, '$[*].signing.note') #>> '{}'),
       jsonb_path_query_first(changes, '$[*].signing.paper') #>> '{}',
       jsonb_path_query_first(changes, '$[*].signing_ended ? (@.signed == true).paper') #>> '{}',
       extract(epoch FROM at)::float
FROM timeline
"""

# BEFORE INSERT fires for every attempt of a handler, also one that ends in ON CONFLICT: a second act is seen, although
# the product's own statements would absorb it. It is rolled back with the transaction that did it.
_COUNTER = """
CREATE TABLE IF NOT EXISTS chaos_acts (subject text NOT NULL, version integer NOT NULL);
CREATE OR REPLACE FUNCTION chaos_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO chaos_acts VALUES ({subject}, {version});
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER chaos_act BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION chaos_act();
"""


def owned_by_the_service(table: str) -> str:
    """The statement for it: `mpp prepare` runs again under the storm, and its owner gives rights on every table."""
    return f"""
    DO $$ BEGIN
        EXECUTE format('ALTER TABLE {table} OWNER TO %I', (SELECT tableowner FROM pg_tables WHERE tablename = 'inbox'));
    END $$;
    """


# A full disk, as PostgreSQL tells of it; `on`: ENABLE ALWAYS or DISABLE.
FULL_TABLES = ("outbox", "inbox", "audit")
_FULL = """
CREATE OR REPLACE FUNCTION chaos_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$;
"""
FULL = ";".join(f"ALTER TABLE {table} {{on}} TRIGGER a_chaos_full" for table in FULL_TABLES)


def can_be_full(admin_urls: Mapping[str, str]) -> None:
    """Let the disk of each database be full when `FULL` is switched on."""
    for url in admin_urls.values():
        triggers = [
            f"CREATE TRIGGER a_chaos_full BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION chaos_full();"
            f"ALTER TABLE {table} DISABLE TRIGGER a_chaos_full"
            for table in FULL_TABLES
        ]
        execute(url, _FULL + ";".join(triggers))


def count_acts(admin_urls: Mapping[str, str]) -> None:
    """Let every effect of a subscriber leave a row; `admin_urls` by service, as a role that may make triggers."""
    for service, table, subject, version in (
        ("permits", "persons", "NEW.person", "NEW.version"),
        ("complaints", "persons", "NEW.person", "NEW.version"),
        ("gateway", "feed_events", "NEW.event_id", "1"),
    ):
        counter = _COUNTER.format(table=table, subject=subject, version=version)
        execute(admin_urls[service], counter + owned_by_the_service("chaos_acts"))


def execute(url: str, statement: str, *, alone: bool = False) -> None:
    """Run a statement in a transaction of its own; `alone`: in none, as one about a whole database must be."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT" if alone else None)
    with engine.begin() as tx:
        tx.execute(text(statement))
    engine.dispose()


def ask(url: str, query: str) -> list[Any]:
    """The rows of a query."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as tx:
        rows = list(tx.execute(text(query)).all())
    engine.dispose()
    return rows


def read(urls: Mapping[str, str]) -> dict[str, Database]:
    """The databases of all services, by name."""
    return {service: _read(url, service) for service, url in urls.items()}


def _read(url: str, service: str) -> Database:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as tx:
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        found = Database(outbox=_outbox(tx), inbox=_inbox(tx))
        if service == "gateway":
            found.feed = [(str(r[0]), r[1]) for r in _rows(tx, "SELECT event_id, position FROM feed_events")]
        else:
            _casework(tx, found)
        if service == "permits":
            query = "SELECT id, case_id, person, status, version FROM permits"
            found.permits = [PermitRow(str(r[0]), str(r[1]), *r[2:]) for r in _rows(tx, query)]
        if service == "civil_registry":
            found.residents = [PersonRow(*r) for r in _rows(tx, "SELECT person, status, version FROM residents")]
            found.cards = {str(r[0]): r[1] for r in _rows(tx, "SELECT id, version FROM family_cards")}
        if _rows(tx, "SELECT to_regclass('chaos_acts')")[0][0] is not None:
            found.acts = [Act(*r) for r in _rows(tx, "SELECT subject, version FROM chaos_acts")]
    engine.dispose()
    return found


def _casework(tx: Connection, found: Database) -> None:
    cases = f"SELECT id, {MARK}, version, person, held, number, finished_at IS NOT NULL FROM cases"  # noqa: S608
    found.cases = [CaseRow(str(r[0]), *r[1:]) for r in _rows(tx, cases)]
    found.steps = [StepRow(str(r[0]), *r[1:]) for r in _rows(tx, _STEPS)]
    numbers = "SELECT office || '/' || series || '/' || year, seq, number, case_id, voided IS NOT NULL FROM numbers"
    found.numbers = [NumberRow(r[0], r[1], r[2], str(r[3]), r[4]) for r in _rows(tx, numbers)]
    papers = "SELECT id, case_id, action, number, status, adapter, sha256, size, failure FROM papers"
    found.papers = [PaperRow(str(r[0]), str(r[1]), *r[2:]) for r in _rows(tx, papers)]
    series = "SELECT office || '/' || series || '/' || year, first, last FROM number_series"
    found.series = {r[0]: (r[1], r[2]) for r in _rows(tx, series)}
    found.persons = [PersonRow(*r) for r in _rows(tx, "SELECT person, status, version FROM persons")]


def _outbox(tx: Connection) -> list[OutboxRow]:
    query = """
    SELECT event_id, type, routing_key, subject, subject_version, published_at IS NOT NULL,
           headers->>'ce-dataclassification' = 'public', headers->>'ce-causationid'
    FROM outbox ORDER BY id
    """
    return [OutboxRow(str(r[0]), *r[1:]) for r in _rows(tx, query)]


def _inbox(tx: Connection) -> list[InboxRow]:
    query = "SELECT event_id, subscription, subject, subject_version, status FROM inbox"
    return [InboxRow(str(r[0]), *r[1:]) for r in _rows(tx, query)]


def _rows(tx: Connection, query: str) -> list[Any]:
    return list(tx.execute(text(query)).all())


def unfinished_messages(urls: Mapping[str, str]) -> dict[str, int]:
    """What is still under way, by name: outboxes and retries."""
    left: dict[str, int] = {}
    query = """
    SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL),
           (SELECT count(*) FROM inbox WHERE status IN ('retry', 'parked'))
    """
    for service, url in urls.items():
        left[f"{service} outbox"], left[f"{service} retries"] = ask(url, query)[0]
    return left


def unfinished(urls: Mapping[str, str]) -> dict[str, int]:
    """The same, the events that the feed has not numbered yet, and the papers that wait for their signature."""
    unnumbered = "SELECT count(*) FROM feed_events WHERE position IS NULL"
    left = unfinished_messages(urls) | {"feed without position": int(ask(urls["gateway"], unnumbered)[0][0])}
    waiting = "SELECT count(*) FROM papers WHERE status = 'awaiting'"
    return left | {f"{s} papers": int(ask(url, waiting)[0][0]) for s, url in urls.items() if s != "gateway"}
