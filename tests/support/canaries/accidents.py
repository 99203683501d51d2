"""Every way in which a value could reach a log, provoked: the database refuses, waits, quotes and dies; messages are
garbled, clients go away."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol
from urllib.parse import urlsplit

import requests

from tests.support.canaries.office import BIRTH, REPORT, Counter
from tests.support.canaries.people import APPLICANT, GARBLED, NIKS, WORDS
from tests.support.wait import until

FILING = {"service": "PGD-LPR", "applicant": APPLICANT, "data": REPORT}
CLERK, COMPLAINTS = "petugas.mpp", "/api/v1/complaints"


class Session(Protocol):
    """An administrator's transaction in one database."""

    def also(self, statement: str) -> None:
        """One more statement; its failure is none of this one's."""


class Machinery(Protocol):
    """The databases and the broker under a mall, as whoever runs the machine sees them."""

    def execute(self, database: str, *statements: str) -> None:
        """Each statement on its own."""

    def count(self, database: str, query: str) -> int:
        """The number that the query answers."""

    def within(self, database: str, statement: str) -> AbstractContextManager[Session]:
        """A transaction that has run the statement, rolled back at the end."""

    def send(self, queue: str, body: bytes) -> None:
        """A message of nobody, straight into a queue of the broker."""


def everything(counter: Counter, machinery: Machinery, *, broker: bool) -> None:
    """All of it, one after the other; the mall is well again afterwards."""
    refused_rows(counter, machinery)
    waiting_too_long(counter, machinery)
    deadlock(counter, machinery)
    away(counter, machinery)
    clients_that_go_away(counter)
    if broker:
        garbled_messages(machinery)
    failing_event(counter, machinery)
    until(lambda: counter.send(CLERK, COMPLAINTS, FILING).ok, what="the mall")


def file_badly(counter: Counter) -> int:
    """The status of the answer to a complaint."""
    return counter.send(CLERK, COMPLAINTS, FILING).status_code


def refused_rows(counter: Counter, machinery: Machinery) -> None:
    """Errors that quote the row: a trigger's own words, a warning, a constraint."""
    with trigger(machinery, "complaints", "cases", "RAISE WARNING 'strange: %', NEW; RAISE EXCEPTION 'no: %', NEW;"):
        assert file_badly(counter) == 500
    machinery.execute("complaints", "ALTER TABLE cases ADD CONSTRAINT canary CHECK (id IS NULL) NOT VALID")
    assert file_badly(counter) == 500
    machinery.execute("complaints", "ALTER TABLE cases DROP CONSTRAINT canary")


def waiting_too_long(counter: Counter, machinery: Machinery) -> None:
    """A lock that somebody holds, and a statement that takes too long."""
    with machinery.within("complaints", "LOCK TABLE cases IN EXCLUSIVE MODE"):
        assert file_badly(counter) == 503
    with trigger(machinery, "complaints", "cases", "PERFORM pg_sleep(60);"):
        assert file_badly(counter) == 503


def deadlock(counter: Counter, machinery: Machinery) -> None:
    """The command has its key and wants the trail; somebody has the trail and wants the keys."""
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'complaints'"
    before = machinery.count("complaints", deadlocks)
    clerk = threading.Thread(target=lambda: file_badly(counter))
    writes = "relation = 'audit'::regclass AND mode = 'RowExclusiveLock' AND NOT granted"
    waiting = f"SELECT count(*) FROM pg_locks WHERE {writes}"
    with machinery.within("complaints", "LOCK TABLE audit IN EXCLUSIVE MODE") as session:
        clerk.start()
        until(lambda: machinery.count("complaints", waiting), what="the command at the trail")
        session.also("LOCK TABLE idempotency IN EXCLUSIVE MODE")
    clerk.join()
    until(
        lambda: machinery.count("complaints", deadlocks) > before, what="the deadlock, which one of the two is told of"
    )


def away(counter: Counter, machinery: Machinery) -> None:
    """Databases that let nobody in any more."""
    with shut(machinery, "complaints"):
        assert file_badly(counter) == 503
    with shut(machinery, "gateway"):
        counter.log_in(NIKS[4], counter.password)


def clients_that_go_away(counter: Counter) -> None:
    """In the middle of the body, before the answer, and with a body that is no JSON."""
    address = urlsplit(counter.url)
    body = json.dumps(FILING).encode()
    for declared, sent in ((len(body) + 500, body), (len(body), body), (len(body), body[:-40])):
        head = (
            f"POST {COMPLAINTS}?q={WORDS[0]}&nik={NIKS[0]} HTTP/1.1\r\nHost: x\r\n"
            f"Content-Type: application/json\r\nContent-Length: {declared}\r\n"
            f"Authorization: Bearer {counter.tokens[CLERK]}\r\nIdempotency-Key: gone-{declared}-{len(sent)}\r\n\r\n"
        )
        with socket.create_connection((address.hostname or "", address.port or 80), timeout=20) as client:
            client.sendall(head.encode() + sent)
    assert counter.send(CLERK, COMPLAINTS, f"{{{WORDS[0]} {NIKS[0]}".encode()).status_code == 400
    assert requests.get(f"{counter.url}/livez", timeout=20).ok


def garbled_messages(machinery: Machinery) -> None:
    """What nobody can read, as an event and as a call."""
    for queue in ("permits.events.v1", "permits.rpc"):
        machinery.send(queue, " ".join(GARBLED).encode())
        machinery.send(queue, json.dumps(dict(zip(("name", "nik"), GARBLED, strict=True))).encode())
    dead = "SELECT count(*) FROM inbox WHERE status = 'dead'"
    until(lambda: machinery.count("permits", dead), what="the dead letters")


def failing_event(counter: Counter, machinery: Machinery) -> None:
    """A subscriber whose database quotes the event's row, again and again, until the event is a dead letter."""
    with trigger(machinery, "permits", "persons", "RAISE EXCEPTION 'no: %', NEW;"):
        case = counter.file("registrations", "ADM-LHR-01", BIRTH)
        case = counter.act("verifikator.dukcapil", case, "verify")
        counter.act("pejabat.dukcapil", case, "sign")
        # what was garbled is dead, too, and of no type
        failed = "SELECT count(*) FROM inbox WHERE status IN ('retry', 'dead') AND type IS NOT NULL"
        until(lambda: machinery.count("permits", failed), what="a failure")


@contextmanager
def trigger(machinery: Machinery, database: str, table: str, body: str) -> Iterator[None]:
    """While this lasts every new row of the table meets this."""
    made = f"CREATE FUNCTION canary() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$"
    machinery.execute(
        database, made, f"CREATE TRIGGER canary BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION canary()"
    )
    yield
    machinery.execute(database, "DROP FUNCTION canary CASCADE")


@contextmanager
def shut(machinery: Machinery, database: str) -> Iterator[None]:
    """While this lasts nobody gets into the database."""
    machinery.execute(
        "postgres",
        f"ALTER DATABASE {database} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",
    )
    yield
    machinery.execute("postgres", f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
