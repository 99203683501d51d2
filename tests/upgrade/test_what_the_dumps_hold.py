"""The dumps have an example of whatever the earlier version could store: else the other tests would prove little."""

from __future__ import annotations

from typing import Any

import yaml
from sqlalchemy import text

from mpp.cases.storage.tables import cases, levies, numbers, payments, service_types, timeline
from mpp.persistence.tables import inbox, outbox
from services.permits.tables import permits
from tests.support.desks import Desks
from tests.upgrade.cases import CASE_SERVICES, changes_of, rows_of

COMPLAINTS = {"deferred", "handed_back"}
OUTCOMES = {"approved", "asked", "cancelled", "counter", "dismissed", "done", "download", "objected", "post", "proof",
            "refused", "returned", "upheld", *COMPLAINTS}  # fmt: skip


def test_every_state_of_every_service_type_has_a_case(kept: Desks) -> None:
    for service in CASE_SERVICES:
        there = {(row["service"], row["state"]) for row in rows_of(kept, service, cases)}
        for kind in rows_of(kept, service, service_types):
            states = yaml.safe_load(kind["source"])["workflow"]["states"]
            assert {(kind["code"], state) for state in (*states, "withdrawn")} <= there


def test_every_kind_of_change_has_an_example_in_each_of_its_shapes(kept: Desks) -> None:
    assert {_shape(change) for change in changes_of(kept)} == {
        *(("opened",), ("office",), ("number",)),
        *(("data", kept, gone) for kept, gone in (("set", "kept"), ("set", "empty"), ("none", "unset"))),
        *(("ticks", how) for how in ("shown", "document", "removed, another left", "removed")),
        *(("clock", *rest) for rest in (("running", "certain"), ("running", "estimated"), ("stopped", "certain"),
                                        ("ended", "certain"), ("ended", "estimated"), ("extended", "certain"))),
        *(("task_clock", state) for state in ("running", "stopped")),
        *(("reported", whose, step) for whose, step in (*(("task", n) for n in (1, 2, 3, 4, 5)),
                                                        *(("case", n) for n in (1, 3, 4, 5)))),
        *(("escalated", to) for to in ("supervisor", "head", "inspectorate")),
        *(("task_opened", how) for how in ("with a clock", "without")),
        *(("task_closed", outcome) for outcome in OUTCOMES),
        *(("task_claimed", whose) for whose in ("by somebody", "by nobody")),
        *(("paper", status) for status in ("awaited", "there", "failed", "lost")),
        *(("held", reason) for reason in ("applicant_deceased", None)),
    }  # fmt: skip


def test_time_people_bank_and_other_services_have_acted(kept: Desks) -> None:
    actions = {row["action"] for service in CASE_SERVICES for row in rows_of(kept, service, timeline)}
    assert actions >= {
        *("due_soon", "overdue", "escalated", "recount", "deemed_granted", "close_refusal", "levy_overdue"),
        *("note", "claim", "release", "assign", "extend", "amend", "withdraw", "resume", "cite", "attach", "detach"),
        *("pay", "payment_recorded", "payment_settled", "hold", "paper_arrived", "paper_failed", "paper_lost"),
    }


def test_registers_money_and_messages_are_there_in_every_status(kept: Desks) -> None:
    status = {row["status"] for row in rows_of(kept, "permits", permits)}
    assert status == {"valid", "suspended", "revoked", "superseded", "expired", "lapsed"}
    assessed = {(row["state"], row["overdue_at"] is not None) for row in rows_of(kept, "permits", levies)}
    assert assessed == {("open", False), ("open", True), ("paid", False), ("paid", True), ("void", False)}
    paid = rows_of(kept, "permits", payments)
    assert {row["status"] for row in paid} == {"applied", "waiting", "unapplied", "settled"}
    assert {(row["how"], row["late"]) for row in paid} == {("bank", False), ("bank", True), ("proof", False)}
    for service in ("permits", "civil_registry"):
        assert {row["voided"] is None for row in rows_of(kept, service, numbers)} == {True, False}
    for service in CASE_SERVICES:
        assert {row["published_at"] is None for row in rows_of(kept, service, outbox)} == {True, False}
    for service in ("permits", "complaints"):
        heard = {row["status"] for row in rows_of(kept, service, inbox)}
        assert heard == {"done", "ignored", "retry", "parked", "dead"}


def test_nobody_in_the_dumps_is_real(kept: Desks) -> None:
    niks: set[str] = set()
    with kept.databases["civil_registry"].transaction() as tx:
        niks |= set(tx.execute(text("SELECT nik FROM residents")).scalars())
        niks |= set(tx.execute(text("SELECT number FROM family_cards")).scalars())
    for service in CASE_SERVICES:
        for row in rows_of(kept, service, cases):
            niks |= {person["nik"] for person in (row["applicant"], row["proxy"]) if person and "nik" in person}
    assert all(nik.startswith("351599") for nik in niks)


def _shape(change: dict[str, Any]) -> tuple[Any, ...]:
    kind = change["kind"]
    match kind:
        case "data":
            shape = ("set" if change["set"] else "none", _unset(change.get("unset")))
        case "ticks":
            shape = (_ticked(change),)
        case "clock":
            shape = (_standing(change["clock"]), "certain" if change["calendar_complete"] else "estimated")
        case "task_clock":
            shape = (_standing(change["clock"]),)
        case "reported":
            shape = ("case" if change["task"] is None else "task", change["threshold"])
        case "escalated":
            shape = (change["to"],)
        case "task_opened":
            shape = ("with a clock" if change["clock"] else "without",)
        case "task_closed":
            shape = (change["outcome"],)
        case "task_claimed":
            shape = ("by nobody" if change["by"] is None else "by somebody",)
        case "paper":
            shape = (change["paper"]["status"],)
        case "held":
            shape = (change["reason"],)
        case _:
            shape = ()
    return (kind, *shape)


def _unset(names: list[str] | None) -> str:
    return "kept" if names is None else "unset" if names else "empty"


def _ticked(change: dict[str, Any]) -> str:
    if "removed" in change:
        return "removed, another left" if all(change["set"].values()) else "removed"
    return "document" if "sha256" in change else "shown"


def _standing(clock: dict[str, Any]) -> str:
    if clock["ended_at"] is not None:
        return "ended"
    if clock["periods"][-1][1] is not None:
        return "stopped"
    return "running" if clock["extension"] is None else "extended"
