"""What the doctor proves of the register: each rule that was broken is named, and nobody by NIK or name."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection, text

from mpp.persistence.database import Database
from services.civil_registry.register import checking, documents, people
from services.civil_registry.register.proving import proofs
from tests.integration.civil_registry.conftest import CHILD, FATHER, GRANDMOTHER, MOTHER, recorded

TODAY = date(2026, 11, 20)
BREAKS = {
    "no_head": f"UPDATE residents SET relation = 'family' WHERE nik = '{FATHER}'",
    "two_heads": f"DROP INDEX residents_head; UPDATE residents SET relation = 'head' WHERE nik = '{MOTHER}'",
    "child_heads": f"UPDATE residents SET relation = 'family' WHERE nik = '{FATHER}'; "
    f"UPDATE residents SET relation = 'head' WHERE nik = '{CHILD}'",
    "children_alone": f"UPDATE residents SET status = 'moved_out' WHERE nik <> '{CHILD}'",
    "on_no_card": "UPDATE family_cards SET status = 'closed'",
    "wife_twice": "DROP INDEX marriages_of_wife; INSERT INTO marriages (id, wife, married_on) "
    f"VALUES (gen_random_uuid(), '{MOTHER}', '2020-01-01')",
    "husband_twice": "DROP INDEX marriages_of_husband; INSERT INTO marriages (id, husband, married_on) "
    f"VALUES (gen_random_uuid(), '{FATHER}', '2020-01-01')",
    "marriage_not_ended": f"UPDATE residents SET status = 'deceased', died_on = '2026-01-01' WHERE nik = '{FATHER}'",
    "married_unsaid": f"UPDATE residents SET marital_status = 'single' WHERE nik = '{MOTHER}'",
    "dead_hold": f"UPDATE residents SET status = 'deceased', died_on = '2026-01-01' WHERE nik = '{GRANDMOTHER}'; "
    "INSERT INTO documents_held (id, kind, nik, valid_from, status) "
    f"VALUES (gen_random_uuid(), 'ktp', '{GRANDMOTHER}', '2020-01-01', 'in_force')",
    "nik_not_drawn": "INSERT INTO nik_sequences VALUES ('351599110180', 1); INSERT INTO residents "
    "(nik, person, name, sex, birth_date, birth_place, status, version) "
    "VALUES ('3515991101800002', 'p', 'Warga', 'male', '1980-01-11', 'Sidoarjo', 'alive', 1)",
    "impossible_parents": f"UPDATE residents SET mother_nik = '{FATHER}' WHERE nik = '{CHILD}'",
    "impossible_days": f"UPDATE residents SET died_on = '1970-01-01' WHERE nik = '{FATHER}'",
    "deaths_unsaid": f"UPDATE residents SET died_on = '2026-01-01' WHERE nik = '{FATHER}'",
    "merged_badly": f"UPDATE residents SET status = 'merged' WHERE nik = '{CHILD}'",
    "person_unlike_facts": f"UPDATE residents SET occupation = 'Petani' WHERE nik = '{FATHER}'",
    "card_unlike_facts": "UPDATE family_cards SET rt = '009'",
    "marriage_unlike_facts": "UPDATE marriages SET court_permit = '1'",
    "no_history": "INSERT INTO residents (nik, person, name, sex, birth_date, birth_place, status, version) "
    "VALUES ('3515991101800002', 'p', 'Warga', 'male', '1980-01-11', 'Sidoarjo', 'alive', 1)",
}


def broken(tx: Connection) -> set[str]:
    return {each.code for each in checking.broken(tx, TODAY)}


def test_the_family_breaks_no_rule(tx: Connection) -> None:
    assert broken(tx) == set()


@pytest.mark.parametrize("code", BREAKS)
def test_what_is_broken_is_named(tx: Connection, code: str) -> None:
    tx.execute(text(BREAKS[code]))
    assert code in broken(tx)


def test_a_document_that_is_not_what_its_history_says_is_named(tx: Connection) -> None:
    documents.give(tx, documents.Held("ktp", nik=FATHER), recorded(TODAY))
    assert broken(tx) == set()
    tx.execute(text("UPDATE documents_held SET status = 'lost'"))
    assert broken(tx) == {"document_unlike_facts"}


def test_the_doctor_says_that_all_is_well_or_what_is_not_and_names_nobody(register: Database) -> None:
    assert [proof.problem for proof in proofs(register)] == [None]
    with register.transaction() as tx:
        tx.execute(text(f"UPDATE residents SET died_on = '2026-01-01' WHERE nik = '{FATHER}'"))  # noqa: S608
        people.change(tx, FATHER, recorded(TODAY, "biodata"), occupation="Petani")
    told = [str(proof.problem) for proof in proofs(register)]
    assert len(told) == 2
    assert all(f"p-{FATHER}" in line for line in told), "the pseudonym, which of this family is made of the NIK"
    assert not any("Warga" in line for line in told)


def test_somebody_has_to_do_something_where_only_children_are_left(register: Database) -> None:
    with register.transaction() as tx:
        for nik in (FATHER, MOTHER, GRANDMOTHER):
            people.change(tx, nik, recorded(TODAY, "move"), status="moved_out")
    (proof,) = proofs(register)
    assert proof.to_do
