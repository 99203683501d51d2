"""The register is filled from files: what is taken, what is held back and why, and that nothing goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from mpp.calendars import load_calendar
from mpp.contracts.persons import Told
from mpp.identity.person import person_key
from mpp.persistence.database import Database
from services.civil_registry.importing import run as imports
from services.civil_registry.importing.run import Busy, Sums
from services.civil_registry.register import deaths, facts, families, people
from services.civil_registry.register.deaths import Death
from tests.integration.civil_registry.import_office import CARD, FIRST, GROWN, KEY, LATER, OTHER_CARD, Office, Row, at
from tests.unit.residents.files import CHILD, FAMILY, FATHER, MOTHER


@pytest.fixture
def office(registry_url: str, tmp_path: Path) -> Iterator[Office]:
    database = Database(registry_url, name="civil_registry")
    yield Office(database, tmp_path)
    database.dispose()


# -- what is taken ------------------------------------------------------------------------------------------------


def test_a_family_is_in_the_register_with_its_card_and_its_history(office: Office) -> None:
    sums, reasons = office.takes(FAMILY)
    assert (sums, reasons) == (Sums(rows=3, refused=0, held=0, added=3, changed=0), [])
    child, card = office.person(CHILD), office.card()
    assert (child.name, child.birth_date, child.relation) == (CHILD["NAMA_LGKP"], date(2010, 3, 3), "child")
    assert (child.family_card, child.mother_nik, child.source) == (card.id, MOTHER["NIK"], "siak")
    assert (card.region, card.rt, card.status) == ("35.15.14.2013", "001", "active")
    with office.tx() as tx:
        known = facts.as_of(tx, "person", CHILD["NIK"], FIRST)
        assert known == people.as_stored(child)
        assert facts.as_of(tx, "card", card.id, FIRST)["number"] == CARD
        assert facts.as_of(tx, "person", CHILD["NIK"], date(2026, 10, 31)) is None


def test_the_others_are_told_of_everybody_in_lists_and_by_pseudonym(office: Office) -> None:
    office.takes(FAMILY)
    expected = {Told(person_key(row["NIK"], KEY), 1, "35.15.14.2013") for row in FAMILY}
    assert set(office.told()) == expected
    assert len(office.told()) == 3


def test_the_same_file_again_changes_nothing_and_tells_nobody(office: Office) -> None:
    office.takes(FAMILY)
    before = office.everything()
    sums, reasons = office.takes(FAMILY)
    assert (sums.added, sums.changed, sums.held, reasons) == (0, 0, 0, [])
    assert office.everything() == before


def test_a_dry_run_says_what_would_be_held_back_and_changes_nothing(office: Office) -> None:
    office.takes(FAMILY)
    before = office.everything()
    sums, reasons = office.takes([{**FATHER, "JENIS_PKRJN": "Petani"}, MOTHER, CHILD, GROWN], dry=True)
    assert (sums.added, sums.changed, sums.held) == (0, 0, 3)
    assert reasons == ["family_held_back 2", "same_day_differs 1"]
    assert office.everything() == before


def test_a_newer_state_takes_the_place_of_the_older_and_leaves_a_fact_of_what_has_changed(office: Office) -> None:
    office.takes(FAMILY)
    sums, _ = office.takes([{**FATHER, "JENIS_PKRJN": "Petani", "NAMA_LGKP_IBU": ""}, MOTHER, CHILD], LATER)
    assert (sums.added, sums.changed) == (0, 1)
    assert office.person(FATHER).mother_name == FATHER["NAMA_LGKP_IBU"], "an empty cell says nothing"
    with office.tx() as tx:
        last = facts.history(tx, "person", FATHER["NIK"])[-1]
        assert (last.elements, last.valid_from, last.cause) == ({"occupation": "Petani"}, LATER, "imported")
        assert facts.as_of(tx, "person", FATHER["NIK"], FIRST)["occupation"] == FATHER["JENIS_PKRJN"]
    assert len(office.told()) == 3, "where somebody works is nobody else's business"


def test_an_older_state_never_takes_the_place_of_a_newer_one(office: Office) -> None:
    office.takes([{**FATHER, "JENIS_PKRJN": "Petani"}, MOTHER, CHILD], LATER)
    before = office.everything()
    _, reasons = office.takes(FAMILY, FIRST)
    assert reasons == ["family_held_back 2", "older_than_register 1"]
    assert office.everything() == before


def test_what_the_mall_has_registered_since_is_newer_than_the_file(office: Office) -> None:
    office.takes(FAMILY)
    with office.tx() as tx:
        deaths.register(tx, Death(FATHER["NIK"], date(2026, 11, 18)), at(LATER, "death"))
    _, reasons = office.takes([{**FATHER, "JENIS_PKRJN": "Petani"}, MOTHER, CHILD], date(2026, 11, 10))
    assert reasons == ["family_held_back 1", "older_than_register 2"], "the widow is the head since then"
    assert office.person(FATHER).status == "deceased"
    assert office.person(MOTHER).relation == "head"


def test_a_child_that_the_mall_has_registered_since_stays_on_its_card(office: Office) -> None:
    office.takes([FATHER, MOTHER])
    with office.tx() as tx:
        born = people.Person("3515990311260001", "p", "Bayi", "male", date(2026, 11, 3), "Sidoarjo", office.card().id)
        people.add(tx, born, at(LATER, "birth"))
    sums, reasons = office.takes(
        [{**FATHER, "ALAMAT": "Jalan Baru"}, {**MOTHER, "ALAMAT": "Jalan Baru"}], date(2026, 11, 10)
    )
    assert reasons == []
    assert office.card().address == "Jalan Baru"
    with office.tx() as tx:
        assert families.living(tx, office.card().id) == 3


# -- who goes from card to card -----------------------------------------------------------------------------------


def test_who_has_left_for_a_card_of_his_own_stands_on_that_one_alone(office: Office) -> None:
    office.takes([*FAMILY, {**GROWN, "NO_KK": CARD, "STAT_HBKEL": "4"}])
    sums, reasons = office.takes([*FAMILY, GROWN], LATER)
    assert (reasons, sums.changed) == ([], 1)
    assert office.person(GROWN).family_card == office.card(OTHER_CARD).id
    with office.tx() as tx:
        assert families.living(tx, office.card().id) == 3


def test_a_family_that_gets_another_number_leaves_the_old_card_closed(office: Office) -> None:
    office.takes(FAMILY)
    _, reasons = office.takes([{**row, "NO_KK": OTHER_CARD} for row in FAMILY], LATER)
    assert reasons == []
    assert (office.card().status, office.card(OTHER_CARD).status) == ("closed", "active")


def test_two_cards_change_their_heads_with_each_other(office: Office) -> None:
    partner = {**GROWN, "NIK": "3515994505910001", "JENIS_KLMIN": "P", "TGL_LHR": "1991-05-05", "STAT_HBKEL": "9"}
    office.takes([*FAMILY, GROWN, partner])
    swapped = [{**FATHER, "NO_KK": OTHER_CARD}, {**GROWN, "NO_KK": CARD}, MOTHER, CHILD, partner]
    _, reasons = office.takes(swapped, LATER)
    assert reasons == []
    assert office.person(FATHER).family_card == office.card(OTHER_CARD).id
    assert office.person(GROWN).family_card == office.card().id


def test_a_head_who_has_died_is_followed_by_whom_the_file_names_and_the_others_hear_of_the_death(
    office: Office,
) -> None:
    office.takes(FAMILY)
    died = {**FATHER, "STATUS_DASAR": "MATI", "TGL_MATI": "2026-11-10", "STAT_HBKEL": ""}
    _, reasons = office.takes([died, {**MOTHER, "STAT_HBKEL": "1"}, CHILD], LATER)
    assert reasons == []
    assert (office.person(FATHER).relation, office.person(MOTHER).relation) == ("head", "head")
    assert office.told()[-1] == Told(person_key(FATHER["NIK"], KEY), 2, "35.15.14.2013", date(2026, 11, 10))
    assert len(office.told()) == 4


def test_a_head_does_not_leave_those_behind_of_whom_the_file_says_nothing(office: Office) -> None:
    office.takes(FAMILY)
    before = office.everything()
    _, reasons = office.takes([{**FATHER, "NO_KK": OTHER_CARD}], LATER)
    assert reasons == ["leaves_family 1"]
    assert office.everything() == before


def test_a_family_of_which_the_file_knows_only_some_is_held_back(office: Office) -> None:
    office.takes(FAMILY)
    before = office.everything()
    _, reasons = office.takes([{**FATHER, "ALAMAT": "Jalan Baru"}, {**MOTHER, "ALAMAT": "Jalan Baru"}], LATER)
    assert reasons == ["family_incomplete 2"]
    assert office.everything() == before


# -- what is not guessed ------------------------------------------------------------------------------------------

LATER_CONFLICTS: list[tuple[list[Row], str]] = [
    ([{**FATHER, "TGL_LHR": "1980-01-02"}, MOTHER, CHILD], "born_elsewhen 1"),
    ([{**FATHER, "JENIS_KLMIN": "2"}, MOTHER, CHILD], "other_sex 1"),
]


@pytest.mark.parametrize(("rows", "reason"), LATER_CONFLICTS)
def test_who_is_somebody_else_in_the_register_is_held_back_with_the_family(
    office: Office, rows: list[Row], reason: str
) -> None:
    office.takes(FAMILY)
    before = office.everything()
    _, reasons = office.takes(rows, LATER)
    assert reason in reasons
    assert "family_held_back 2" in reasons
    assert office.everything() == before


def test_the_dead_do_not_rise_by_a_file(office: Office) -> None:
    died = {**FATHER, "STATUS_DASAR": "MATI", "TGL_MATI": "2026-10-10"}
    office.takes([died, {**MOTHER, "STAT_HBKEL": "1"}, CHILD])
    _, reasons = office.takes(FAMILY, LATER)
    assert reasons == ["deceased_in_register 1", "family_held_back 2"]
    assert office.person(FATHER).status == "deceased"


TOGETHER: list[tuple[list[Row], list[str]]] = [
    ([FATHER, MOTHER, CHILD, {**CHILD, "NAMA_LGKP": "Lain"}], ["family_held_back 2", "nik_twice 2"]),
    ([MOTHER, CHILD], ["card_without_head 2"]),
    ([FATHER, MOTHER, {**CHILD, "STAT_HBKEL": "1"}], ["card_with_two_heads 3"]),
    ([FATHER, MOTHER, {**CHILD, "ALAMAT": "Jalan Lain"}], ["card_at_two_places 3"]),
    ([FATHER, MOTHER, {**CHILD, "PER_TANGGAL": "2026-10-01"}], ["card_of_two_days 3"]),
    ([FATHER, MOTHER, {**CHILD, "AGAMA": "99"}], ["family_held_back 2", "unknown_value 1"]),
    ([{**FATHER, "NIK": "1"}, MOTHER, CHILD], ["family_held_back 2", "invalid_length 1"]),
]


@pytest.mark.parametrize(("rows", "expected"), TOGETHER)
def test_a_family_is_taken_as_a_whole_or_waits_as_a_whole_and_no_other_waits_with_it(
    office: Office, rows: list[Row], expected: list[str]
) -> None:
    sums, reasons = office.takes([*rows, GROWN])
    assert reasons == expected
    assert sums.added == 1
    assert office.person(GROWN) is not None
    assert office.person(MOTHER) is None


def test_demo_residents_and_people_never_mix(office: Office) -> None:
    office.takes(FAMILY, demo=True)
    assert office.person(CHILD).demo
    _, reasons = office.takes(FAMILY, LATER)
    assert reasons == ["demo_data 3"]


# -- a kill, and two at a time ------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


def many(number: int) -> list[Row]:
    """Families of one."""
    return [{**GROWN, "NIK": f"35159904049{n:05d}", "NO_KK": f"35159902022{n:05d}"} for n in range(1, number + 1)]


@pytest.mark.parametrize("place", ["residents.read", "residents.before_commit", "residents.after_commit"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_import_that_is_killed_goes_on_and_ends_as_if_it_never_was(
    office: Office, monkeypatch: pytest.MonkeyPatch, place: str, nth: int
) -> None:
    monkeypatch.setattr(imports, "BATCH", 3)
    rows, left = [*FAMILY, *many(7)], [nth]

    def die(reached: str) -> None:
        left[0] -= reached == place
        if left[0] == 0:
            left[0] = -1
            raise Killed

    with monkeypatch.context() as deadly:
        deadly.setattr(imports.crashpoints, "reach", die)
        if (place, nth) in (("residents.read", 2), ("residents.read", 3)):
            office.takes(rows)
        else:
            with pytest.raises(Killed):
                office.takes(rows)
    office.takes(rows)
    assert len({told.person for told in office.told()}) == len(office.told()) == 10
    assert office.person(rows[-1]) is not None
    with office.tx() as tx:
        assert tx.execute(text("SELECT count(*) FROM register_facts WHERE kind = 'person'")).scalar() == 10
        assert tx.execute(text("SELECT count(*) FROM resident_import_rows")).scalar() == 0
        assert tx.execute(text("SELECT sum(added) FROM resident_imports")).scalar() == 10


def test_an_import_whose_rows_the_server_has_lost_reads_them_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as deadly:
        deadly.setattr(imports.crashpoints, "reach", _always)
        pytest.raises(Killed, office.takes, FAMILY)
    with office.tx() as tx:
        tx.execute(text("DELETE FROM resident_import_rows"))
    assert office.takes(FAMILY)[0].added == 3


def _always(_place: str) -> None:
    raise Killed


def test_one_import_at_a_time(office: Office) -> None:
    with office.database.alone() as other:
        other.execute(imports._ONE)
        pytest.raises(Busy, office.takes, FAMILY)
        other.execute(text("SELECT pg_advisory_unlock_all()"))
    assert office.takes(FAMILY)[0].added == 3


def test_it_is_on_record(office: Office) -> None:
    office.takes(FAMILY)
    with office.tx() as tx:
        (entry,) = tx.execute(text("SELECT action, details FROM audit")).all()
    assert entry.action == "residents_imported"
    assert (entry.details["rows"], entry.details["added"]) == (3, 3)


def test_an_update_in_the_mall_and_the_import_of_the_same_family_wait_for_each_other(office: Office) -> None:
    office.takes(FAMILY)
    with office.tx() as tx:
        people.lock(tx, [CHILD["NIK"]])
        with office.tx() as other:
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            batch = imports.Batch("", CARD, load_calendar().zone, False)
            _rows_wait(other)
            with pytest.raises(Exception, match="55P03|lock"):
                imports.judging.lock(other, batch)
            other.execute(text("ROLLBACK"))
            other.execute(text("BEGIN"))


def _rows_wait(tx: Connection) -> None:
    tx.execute(
        text("INSERT INTO resident_import_rows (file, line, key, nik, card) VALUES (1, 2, :card, :nik, :card)"),
        {"card": CARD, "nik": CHILD["NIK"]},
    )
