"""What a person says anew of himself: name by a court's decision, citizenship, and biodata (form F-1.06)."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from services.civil_registry.register import people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.locks import take

BIODATA = frozenset({"religion", "education", "occupation", "blood_type"})


def rename(tx: Connection, nik: str, name: str, by: Recorded) -> None:
    """The person has another name from that day on; the NIK stays. `by.document` is the court's decision.

    Raises Refused: `document_missing`, and for whoever does not live here.
    """
    if by.document is None:
        raise Refused(409, "document_missing")
    take(tx, [nik]).alive(nik)
    people.change(tx, nik, by, name=name)


def change_citizenship(tx: Connection, nik: str, citizenship: str, by: Recorded) -> None:
    """`citizen` or `foreigner` from that day on. Raises Refused as `rename`, and `no_change`."""
    if by.document is None:
        raise Refused(409, "document_missing")
    if take(tx, [nik]).alive(nik).citizenship == citizenship:
        raise Refused(409, "no_change")
    people.change(tx, nik, by, citizenship=citizenship)


def change_biodata(tx: Connection, nik: str, by: Recorded, **said: str | None) -> None:
    """Elements of `BIODATA`, from that day on. Raises Refused for whoever does not live here."""
    if wrong := set(said) - BIODATA:
        raise ValueError(f"no biodata: {sorted(wrong)}")
    take(tx, [nik]).alive(nik)
    people.change(tx, nik, by, **said)
