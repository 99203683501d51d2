"""What each step of the shipped service types is told as."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mpp.casework.case.case import Entry
from mpp.casework.rules.moments import MOMENTS, moment_of
from mpp.casework.rules.service_type import ServiceType
from mpp.operations import region_files

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def types() -> dict[str, ServiceType]:
    return {kind.code: kind for kind in region_files.read("35.15", printing=False).catalogue}


def step(action: str, before: str | None, after: str) -> Entry:
    return Entry(2, NOW, "a", None, action, before, after, None, ())


@pytest.mark.parametrize(
    ("service", "action", "before", "after", "told"),
    [
        ("PRZ-PBG", "open", None, "submitted", "received"),
        ("PRZ-PBG", "open", None, "incomplete", "incomplete"),
        ("PRZ-PBG", "complete", "incomplete", "submitted", "received"),
        ("PRZ-PBG", "complete", "returned", "submitted", None),
        ("PRZ-PBG", "verify", "submitted", "visit_planning", None),
        ("PRZ-PBG", "return", "submitted", "returned", "asked"),
        ("PRZ-PBG", "ask", "recommendation", "clarification", "asked"),
        ("PRZ-PBG", "assess", "assessment", "payment", "levy"),
        ("PRZ-PBG", "refuse_proof", "payment_check", "payment", "levy"),
        ("PRZ-PBG", "pay", "payment", "initials_section", None),
        ("PRZ-PBG", "sign", "signing", "issued", "paper_ready"),
        ("PRZ-PBG", "hand_over", "issued", "handed_over", "closed"),
        ("PRZ-PBG", "reject", "rejection", "rejected", "objection"),
        ("PRZ-PBG", "object", "rejected", "objection", None),
        ("PRZ-PBG", "dismiss_objection", "objection", "dismissed", "objection"),
        ("PRZ-PBG", "uphold_objection", "objection", "objection_granted", "decided"),
        ("PRZ-PBG", "grant_appeal", "appeal", "objection_granted", "decided"),
        ("PRZ-PBG", "close_refusal", "rejected", "refused", "closed"),
        ("PRZ-PBG", "withdraw", "submitted", "withdrawn", "closed"),
        ("PRZ-PBG", "note", "submitted", "submitted", None),
        ("PRZ-PBG", "signing", "signing", "signing", None),
        ("ADM-LHR-01", "sign", "signing", "recorded", "paper_ready"),
        ("ADM-LHR-01", "reject", "signing", "rejected", "decided"),
        ("PGD-LPR", "open", None, "received", "received"),
        ("PGD-LPR", "defer", "received", "deferred", "asked"),
        ("PGD-LPR", "refer", "verified", "referred", None),
        ("PGD-LPR", "answer", "referred", "answered", "decided"),
        ("PGD-LPR", "close", "answered", "closed", "closed"),
    ],
)
def test_a_step(
    types: dict[str, ServiceType], service: str, action: str, before: str | None, after: str, told: str | None
) -> None:
    assert moment_of(types[service], step(action, before, after)) == told


def test_every_way_that_a_shipped_case_can_go_is_told_or_goes_on_at_an_office(types: dict[str, ServiceType]) -> None:
    """No case ends, and none begins to wait for its citizen, without a word."""
    for kind in types.values():
        for action in kind.actions.values():
            for before in action.from_states:
                if action.to is None or action.to == before:
                    continue
                state, told = kind.states[action.to], moment_of(kind, step(action.code, before, action.to))
                assert told is None or told in MOMENTS
                if state.final or state.waiting_on == "applicant":
                    assert told is not None, f"{kind.code} {action.code}"
