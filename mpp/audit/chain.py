"""Entries in canonical JSON, the chain of each case, and the one chain of the service. Pure.

An entry is digested as RFC 8785 writes it, so that anybody with the columns can compute the same hash again, in any
language. Its hash covers its id and its place, so that a copy of it elsewhere does not fit.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import rfc8785

from mpp.json_values import Json

GENESIS = bytes(32)  # what the first entry of a chain follows on
ALONE = 0  # the place of an entry that belongs to no chain
ENTRY_PREFIX, SEAL_PREFIX = b"\x00", b"\x01"  # a hash of one kind can never stand for one of the other


@dataclass(frozen=True)
class Content:
    """What an entry says. `at` is a `moment`, `details` plain JSON (`mpp.audit.plain`); nothing is personal data."""

    at: str
    case_id: str | None
    actor: str
    office: str | None
    counter: str | None
    action: str
    reason: str | None
    details: Json
    correlation_id: str | None


def moment(at: datetime) -> str:
    """A moment in UTC with microseconds, all that PostgreSQL keeps of it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical(content: Content) -> bytes:
    """The entry as RFC 8785 writes it. Raises ValueError for what has no canonical form."""
    return rfc8785.dumps(
        {
            "action": content.action,
            "actor": content.actor,
            "at": content.at,
            "case": content.case_id,
            "correlation": content.correlation_id,
            "counter": content.counter,
            "details": content.details,
            "office": content.office,
            "reason": content.reason,
        }
    )


def digest(content: Content) -> bytes:
    """SHA-256 of the canonical entry."""
    return hashlib.sha256(canonical(content)).digest()


def entry_hash(previous: bytes, id_: int, seq: int, content_digest: bytes) -> bytes:
    """The hash of entry `id_` at place `seq` (1.., or ALONE) of its case, after the entry with hash `previous`.

    `audit_append` (`mpp.persistence.migrations`) computes the same in the statement that inserts the entry.
    """
    return hashlib.sha256(ENTRY_PREFIX + previous + _int8(id_) + _int8(seq) + content_digest).digest()


def head(previous: bytes, position: int, id_: int, hash_: bytes) -> bytes:
    """The head of the service's chain when entry `id_` with hash `hash_` is sealed at `position` (1..)."""
    return hashlib.sha256(SEAL_PREFIX + previous + _int8(position) + _int8(id_) + hash_).digest()


def _int8(number: int) -> bytes:
    """As PostgreSQL's int8send writes it."""
    return number.to_bytes(8, "big", signed=True)
