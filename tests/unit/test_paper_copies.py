"""What the paper of another service says to a case (ADR 0025)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mpp.cases.prerequisites.copies import Copy, news
from mpp.casework.case.papers import THERE, Paper

TODAY = date(2026, 11, 23)
REVOKED = Copy("registry", "paper-1", "A", "R0123456789V", "1/2026", None, None, "revoked", None, 2)
KNOWN = Paper("A", THERE, None, "R0123456789V", "paper-1", "1/2026")


def test_the_end_of_the_paper_that_a_case_has_is_told() -> None:
    told = news(REVOKED, KNOWN, None, TODAY, mine=True)
    assert told is not None
    assert (told.status, told.reason) == ("lost", "revoked")


@pytest.mark.parametrize("status", ["revoked", "valid", "rejected"])
def test_what_is_told_under_the_id_of_a_paper_of_another_service_type_says_nothing(status: str) -> None:
    foreign = replace(REVOKED, service="B", status=status)
    assert news(foreign, KNOWN, None, TODAY, mine=True) is None
    assert news(foreign, replace(KNOWN, document=None, status="awaited"), None, TODAY, mine=True) is None
