"""Telling the other services of many persons: lists in the outbox of the transaction that changed them (ADR 0033)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from mpp.cases.recording.events import emit
from mpp.clock import new_id
from mpp.contracts.persons import MOST, Told
from mpp.persistence.restores import versions_after

LISTED = "civil_registry.person.listed.v1"


def tell(
    tx: Connection, people: Sequence[tuple[str, int, str | None, date | None]], now: datetime, correlation_id: str
) -> int:
    """Write the lists of these people (pseudonym, version, region, day of death); how many lists."""
    added = versions_after(tx)  # as each event of a person would have it
    told = [str(Told(person, version + added, region, died_on)) for person, version, region, died_on in people]
    pieces = [told[begin : begin + MOST] for begin in range(0, len(told), MOST)]
    for piece in pieces:
        region = _around([each.split(" ")[2] for each in piece])
        emit(
            tx,
            type_=LISTED,
            source="civil_registry",
            subject=new_id(),
            version=1,
            region=region,
            data={"persons": piece},
            now=now,
            correlation_id=correlation_id,
        )
    return len(pieces)


def _around(regions: Sequence[str]) -> str:
    """The kabupaten/kota of the list, for its routing key."""
    return next((region[:5] for region in regions if region != "-"), "00")
