"""Names from before get their words while people are corrected: nobody is found under a name that is no more."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from mpp.cases.storage.tables import case_names, name_fillings
from tests.races.sessions import row_of, standing
from tests.support.desks import SIP_DATA, Desks, doctor


def words(desks: Desks, case_id: str) -> set[str]:
    with desks.databases["permits"].transaction() as tx:
        return set(tx.execute(select(case_names.c.word).where(case_names.c.case_id == case_id)).scalars())


def from_before(desks: Desks) -> dict[str, object]:
    """A case that a version without words has left."""
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(0), data=SIP_DATA)
    with desks.databases["permits"].transaction() as tx:
        tx.execute(delete(case_names))
        tx.execute(update(name_fillings).values(after=None, done=False))
    return case


def correct(desks: Desks, case: dict[str, object]) -> object:
    data = {"applicant": {"name": "Siti Aminah"}}
    return desks.act("petugas.sukodono", case, "amend", note="Salah ketik", data=data)["version"]


def test_a_correction_waits_for_the_words_of_the_name_that_it_corrects(desks: Desks) -> None:
    case = from_before(desks)
    filling = desks.desks["permits"].filling
    with standing(desks.databases["permits"], filling.run_once) as stage:
        correcting = stage.comes(lambda: correct(desks, case))
    assert correcting.waited == row_of("cases")
    assert correcting.answer == 2
    assert words(desks, str(case["id"])) == {"siti", "aminah"}


def test_a_name_that_is_being_corrected_is_left_to_the_next_look(desks: Desks) -> None:
    case = from_before(desks)
    filling = desks.desks["permits"].filling
    with standing(desks.databases["permits"], lambda: correct(desks, case)) as stage:
        look = stage.comes(filling.run_once)
    assert (look.waited, look.answer) == (None, True), "nobody waits, and there is more to do"
    while filling.run_once():
        pass
    assert words(desks, str(case["id"])) == {"siti", "aminah"}
