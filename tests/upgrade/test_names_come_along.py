"""People whose names were stored before words were kept are found all the time, and by their words in the end."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select

from mpp.cases.storage.names import CASE_NAMES, NameIndex
from mpp.cases.storage.tables import case_names, cases, name_fillings
from mpp.cases.time import filling
from mpp.cases.time.filling import Filling
from mpp.identity.names import name_words
from services.permits.tables import PERMIT_NAMES
from tests.support.desks import SIP_DATA, Desks, doctor

INSPECTOR = "inspektorat"
COLLECTIONS = {"permits": "permits", "registrations": "civil_registry", "complaints": "complaints"}


def of(desks: Desks, collection: str = "permits") -> Filling:
    return desks.desks[collection].filling


def search(desks: Desks, collection: str, name: str, method: str = "search_cases") -> set[str]:
    """All that an inspector finds, page by page."""
    seen: list[str] = []
    desks.staff[INSPECTOR] = ("inspektorat", "inspectorate")
    body: dict[str, Any] = {"name": name, "limit": 7}
    while True:
        page = desks.answer(collection, method, desks.payload(INSPECTOR, "POST", "", body))["body"]
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        body["cursor"] = page["next"]
    assert len(seen) == len(set(seen))
    return set(seen)


def stored(desks: Desks, collection: str, index: NameIndex = CASE_NAMES) -> dict[str, str]:
    with desks.databases[COLLECTIONS[collection]].transaction() as tx:
        rows = tx.execute(select(index.id, index.name).where(index.name.is_not(None)))
        return {row[0]: row[1] for row in rows}


def anonymous(desks: Desks, collection: str) -> set[str]:
    """The cases of reporters whom an inspector does not find."""
    with desks.databases[COLLECTIONS[collection]].transaction() as tx:
        return set(tx.execute(select(cases.c.id).where(cases.c.data["anonymous"].astext == "true")).scalars())


def begins(name: str, *words: str) -> bool:
    return all(any(each.startswith(word) for each in name_words(name)) for word in words)


def fill(desks: Desks, collection: str) -> int:
    """How many looks it took."""
    looks = 1
    while of(desks, collection).run_once():
        looks += 1
        assert looks < 1000
    return looks


@pytest.mark.parametrize("collection", list(COLLECTIONS))
def test_cases_are_found_before_while_and_after_their_names_come_along(
    desks: Desks, collection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "BATCH", 5)
    names = {id_: name for id_, name in stored(desks, collection).items() if id_ not in anonymous(desks, collection)}
    everybody = {id_ for id_, name in names.items() if name.startswith("Warga Contoh")}
    assert len(everybody) > 10
    assert search(desks, collection, "warga contoh") == everybody
    assert of(desks, collection).run_once()
    assert search(desks, collection, "warga contoh") == everybody, "some have words, some have not"
    assert fill(desks, collection) > 2
    assert search(desks, collection, "warga contoh") == everybody
    for asked in ("contoh", "cont 1", "warga", "con war 2"):
        wanted = {id_ for id_, name in names.items() if begins(name, *asked.split())}
        assert search(desks, collection, asked) == wanted, asked


def test_so_are_permits(desks: Desks) -> None:
    names = stored(desks, "permits", PERMIT_NAMES)
    everybody = {id_ for id_, name in names.items() if name.startswith("Warga Contoh")}
    assert search(desks, "permits", "warga contoh", "search_permits") == everybody != set()
    fill(desks, "permits")
    assert search(desks, "permits", "contoh warga", "search_permits") == everybody


def test_what_a_process_of_the_version_before_still_writes_is_found_soon(desks: Desks) -> None:
    fill(desks, "permits")
    late = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant={**doctor(0), "name": "Budi"}, data=SIP_DATA)["id"]
    with desks.databases["permits"].transaction() as tx:
        tx.execute(delete(case_names).where(case_names.c.case_id == late))  # it writes no words
    assert search(desks, "permits", "budi") == set()
    fill(desks, "permits")
    assert search(desks, "permits", "budi") == {late}


def test_a_filling_that_died_goes_on_where_it_was(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BATCH", 5)
    of(desks).run_once()
    with desks.databases["permits"].transaction() as tx:
        state = tx.execute(select(name_fillings).where(name_fillings.c.words == "case_names")).one()
        first = tx.execute(select(cases.c.id).order_by(cases.c.id).limit(5)).scalars().all()
    assert (state.after, state.done) == (first[-1], False)
    again = Filling("permits", desks.databases["permits"], (CASE_NAMES,))
    while again.run_once():
        pass
    with desks.databases["permits"].transaction() as tx:
        named = set(tx.execute(select(case_names.c.case_id)).scalars())
    assert named == {id_ for id_, name in stored(desks, "permits").items() if name_words(name)}
