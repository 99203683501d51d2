"""Certificates of the register: one of each vital event."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection, insert

from mpp.persistence import pipelined
from mpp.persistence.values import SqlValues
from services.civil_registry.queries import Certificate
from services.civil_registry.tables import certificates

_NEW = insert(certificates)


def add(
    tx: Connection, made: Certificate, case: str, happened: date, *, card: str | None = None, other: str | None = None
) -> None:
    """A certificate about one or two people (`other`: the NIK of the second); it is queued behind its number."""
    of: SqlValues = {"case_id": case, "family_card": card, "other_nik": other}
    pipelined.later(tx, _NEW, {**asdict(made), **of, "happened_on": happened, "version": 1})
