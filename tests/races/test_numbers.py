"""The book of legal numbers, and the tables of the calendar: one hand at a time writes in them."""

from __future__ import annotations

from typing import Any

from mpp.persistence.database import Database
from tests.integration.cases.test_operating import TUESDAY_OFF, audited, calendar, issue, numbers
from tests.integration.cases.test_voiding import replaced
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_numbers_by_district import SUKODONO, WARU, ready
from tests.races.conftest import count
from tests.races.sessions import ADVISORY, KEY, meet, row_of, standing
from tests.support.desks import Desks


def test_two_signatures_at_once_get_two_numbers_one_after_the_other(
    desks: Desks, office: Office, permits: Database
) -> None:
    issue(desks, 5)
    cases = [office.ready(0), office.ready(1)]
    first, second = meet(permits, *(lambda case=case: desks.act(SIGNER, case, "sign") for case in cases))
    assert [one.answer["document_number"][4:8] for one in (first, second)] == ["0002", "0003"]
    assert second.waited == KEY


def test_the_number_of_a_signature_that_comes_to_nothing_goes_to_the_next(
    desks: Desks, office: Office, permits: Database
) -> None:
    issue(desks, 5)
    cases = [office.ready(0), office.ready(1)]
    with standing(permits, lambda: desks.act(SIGNER, cases[0], "sign")) as stage:
        second = stage.comes(lambda: desks.act(SIGNER, cases[1], "sign"))
        stage.first.kill()
    assert second.answer["document_number"][4:8] == "0002"
    assert second.waited == KEY


def test_the_first_two_numbers_of_a_year_are_not_the_same(desks: Desks, office: Office, permits: Database) -> None:
    cases = [office.ready(0), office.ready(1)]
    first, second = meet(permits, *(lambda case=case: desks.act(SIGNER, case, "sign") for case in cases))
    assert [one.answer["document_number"][4:8] for one in (first, second)] == ["0001", "0002"]
    assert second.waited == KEY


def test_two_building_approvals_of_a_kecamatan_are_numbered_one_after_the_other_and_no_other_kecamatan_waits(
    desks: Desks, permits: Database
) -> None:
    sukodono = [ready(desks, SUKODONO, index) for index in range(2)]
    waru = ready(desks, WARU, 2)
    with standing(permits, lambda: desks.act(SIGNER, sukodono[0], "sign")) as stage:
        elsewhere = stage.comes(lambda: desks.act(SIGNER, waru, "sign"))
        second = stage.comes(lambda: desks.act(SIGNER, sukodono[1], "sign"))
    given = [one.answer["document_number"] for one in (stage.first, second, elsewhere)]
    assert given == ["SK-PBG-351514-23112026-001", "SK-PBG-351514-23112026-002", "SK-PBG-351518-23112026-001"]
    assert (elsewhere.waited, second.waited) == (None, KEY)


def test_a_paper_book_is_not_continued_over_a_number_that_is_being_given(
    desks: Desks, office: Office, permits: Database
) -> None:
    case = office.ready(0)
    _, started = meet(permits, lambda: desks.act(SIGNER, case, "sign"), lambda: numbers(desks, "start", last=38))
    assert started.refused == (409, "number_series_started")
    assert numbers(desks, "list")["first"] == 1
    assert started.waited == KEY


def test_a_number_is_asked_for_once_and_by_the_one_whom_the_book_names(desks: Desks, permits: Database) -> None:
    replaced(desks)
    desks.staff["operator.lain"] = ("mpp-sidoarjo", "operator")

    def void(account: str) -> Any:
        return numbers(desks, "void", account, seq=1, reason=f"salah cetak, kata {account}")

    _, second = meet(permits, lambda: void("operator"), lambda: void("operator.lain"))
    assert second.refused == (409, "void_asked")
    assert numbers(desks, "list")["items"][0]["voiding"]["by"] == "operator"
    assert [entry["actor"] for entry in audited(desks, "numbers.void_asked")] == ["operator"]
    assert second.waited == row_of("numbers")


def test_of_two_officials_who_decide_at_once_one_decides(desks: Desks, permits: Database) -> None:
    replaced(desks)
    numbers(desks, "void", seq=1, reason="salah cetak")
    _, second = meet(
        permits,
        lambda: numbers(desks, "confirm_void", SIGNER, seq=1),
        lambda: numbers(desks, "refuse_void", "penyelia.dpmptsp", seq=1),
    )
    assert second.refused == (409, "number_voided")
    assert numbers(desks, "list")["items"][0]["voided"]["by"] == SIGNER
    assert second.waited == row_of("numbers")


def test_the_same_table_of_the_calendar_loaded_twice_at_once_is_one_table(desks: Desks, permits: Database) -> None:
    def load() -> dict[str, Any]:
        return calendar(desks, "load", name="pilkades.yaml", source=TUESDAY_OFF)

    first, second = meet(permits, load, load)
    assert (first.answer["loaded"], second.answer["loaded"]) == (True, False)
    assert count(permits, "calendar_tables") == 1
    assert second.waited == ADVISORY
