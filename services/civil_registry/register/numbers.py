"""Numbers that the register gives where the mall keeps it: NIK and numbers of family cards. None is ever given twice.

A sequence belongs to its first twelve digits; its row is taken by who draws, until the transaction ends. A number
that was drawn for a paper which then was given up is not drawn again.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from mpp.casework.refusals import Refused
from services.civil_registry import domain
from services.civil_registry.register import families, people
from services.civil_registry.tables import nik_sequences


def next_nik(tx: Connection, district: str, birth_date: date, sex: str) -> str:
    """A NIK of this district. Raises Refused `nik_sequence_full`."""
    prefix = domain.nik_prefix(district, birth_date, sex)
    try:
        while people.find(tx, nik := domain.nik(prefix, _next(tx, prefix))) is not None:
            pass  # an imported resident bears it: the nation's register counts by itself
        return nik
    except domain.SequenceFull as error:
        raise Refused(409, "nik_sequence_full") from error


def next_card(tx: Connection, district: str, recorded_on: date) -> str:
    """A number of a family card. Raises Refused `card_sequence_full`."""
    prefix = domain.card_prefix(district, recorded_on)
    try:
        while families.find(tx, number=(number := domain.nik(prefix, _next(tx, f"kk:{prefix}")))) is not None:
            pass
        return number
    except domain.SequenceFull as error:
        raise Refused(409, "card_sequence_full") from error


def _next(tx: Connection, prefix: str) -> int:
    statement = (
        insert(nik_sequences)
        .values(prefix=prefix, last=1)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": nik_sequences.c.last + 1})
        .returning(nik_sequences.c.last)
    )
    return int(tx.execute(statement).scalar_one())
