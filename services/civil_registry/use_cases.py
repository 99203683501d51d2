"""What civil registration adds to the common casework: the register changes when an official signs, or when the word of
an outside register is brought in."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.recording.hooks import Effect, Hooks, Recalled
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Work
from mpp.cases.storage.case_rows import Record
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.registers import OUTSIDE, side_of
from mpp.json_values import JsonObject
from services.civil_registry import (
    domain,
    outside,
    own_cards,
    printed,
    queries,
    reported_births,
    reported_deaths,
    reporting,
    spouses,
)
from services.civil_registry.register import reported
from services.civil_registry.warnings import warnings


def _recall(work: Work) -> Recalled | None:
    """The certificate of the case, for a paper that is printed later."""
    found = queries.certificate(work.tx, work.record.case.id)
    if found is None:
        return None
    said = printed.of_birth(work) if found.kind == domain.BIRTH else printed.of_death(work)
    facts: JsonObject = {"nik": found.nik, "registered_on": found.registered_on.isoformat(), "late": found.late}
    return Recalled(found.number, None, {**said, **facts})


def _warnings(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    """What whoever decides must answer: unlikely roles, doubles, and whom our copy of an outside register lacks."""
    found, data = warnings(tx, host, record), record.case.data
    return found if side_of(data) != OUTSIDE else [*found, *reporting.not_in_copy(queries.unknown(tx, data))]


HOOKS = Hooks(
    entity="registration",
    effects={
        "register_birth": Effect(
            reported_births.register, reported_births.lock, reported_births.prepare, recall=_recall
        ),
        "register_death": Effect(
            reported_deaths.register,
            reported_deaths.lock,
            reported_deaths.prepare,
            reported_deaths.claim,
            recall=_recall,
        ),
        **outside.EFFECTS,
        "witnesses_named": reporting.WITNESSES_NAMED,
        **spouses.EFFECTS,
        **own_cards.EFFECTS,
    },
    check_open=reporting.check_open,
    extra=queries.certificate_of_case,
    in_force=queries.in_force,
    warnings=_warnings,
    keep=reported.keep,
    known=queries.known,
)
