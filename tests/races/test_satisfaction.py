"""The nine questions: of two answers at once about one case one is kept, and answers about two cases are both kept."""

from __future__ import annotations

from mpp.persistence.database import Database
from tests.integration.cases.test_satisfaction import address, answer, complaint, kept
from tests.races.sessions import ADVISORY, meet, row_of
from tests.support.desks import Desks


def test_of_two_answers_at_once_about_one_case_one_is_kept(desks: Desks) -> None:
    case = complaint(desks)
    code = address(desks, case)["code"]
    _, second = meet(
        desks.databases["complaints"],
        lambda: answer(desks, case, code, {"time": 4}),
        lambda: answer(desks, case, code, {"time": 1}),
    )
    assert second.refused == (409, "satisfaction_answered")
    assert second.waited == row_of("satisfaction_addresses")
    assert [row.answers for row in kept(desks, "complaints")] == [{"time": 4}]


def test_answers_about_two_cases_are_mixed_one_after_the_other_and_both_kept(desks: Desks) -> None:
    database: Database = desks.databases["complaints"]
    cases = [complaint(desks) for _ in range(3)]
    codes = [address(desks, case)["code"] for case in cases]
    answer(desks, cases[0], codes[0], {"time": 2})
    _, second = meet(
        database,
        lambda: answer(desks, cases[1], codes[1], {"time": 3}),
        lambda: answer(desks, cases[2], codes[2], {"time": 4}),
    )
    assert second.waited == ADVISORY
    assert sorted(row.answers["time"] for row in kept(desks, "complaints")) == [2, 3, 4]
