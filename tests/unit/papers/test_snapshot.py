"""What is printed is stored whole, and read back strictly."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from mpp.papers.snapshot import Snapshot
from tests.unit.papers.examples import permit


def stored(**changes: object) -> dict:
    return {**json.loads(json.dumps(permit().to_json())), **changes}


def test_a_snapshot_comes_back_from_its_json() -> None:
    for paper in (permit(), permit(signer=None, signature="none", number=None, holder=None, kind="deemed")):
        assert Snapshot.from_json(json.loads(json.dumps(paper.to_json()))) == paper


def test_a_template_gets_every_field() -> None:
    assert set(permit().to_json()) == {field.name for field in fields(Snapshot)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nik": "3515990101809990"}, "paper.nik: not a field"),
        ({"kind": "diploma"}, "kind: not one of"),
        ({"signature": "stamp"}, "signature: not one of"),
        ({"signature": "none"}, "signature: none is for a paper without a signer"),
        ({"signer": None}, "signature: none is for a paper without a signer"),
        ({"title": {"id": "Izin"}}, "title: not a text in both languages"),
        ({"title": "Izin"}, "title: not an object"),
        ({"issued_on": "27-11-2026"}, "issued_on: not a date"),
        ({"printed_later": None}, "printed_later: neither true nor false"),
        ({"facts": None}, "facts: not an object"),
        ({"fields": [{"name": "a", "label": {"id": "A", "en": "A"}, "value": "7", "fields": []}]}, "value: not an obj"),
        ({"service": {"code": "PRZ", "name": {"id": "A", "en": "A"}, "owner": "x"}}, "service.owner: not a field"),
        (
            {"signer": {"name": "A", "nip": None, "capacity": "king", "title": {"id": "A", "en": "A"}}},
            "not one of defi",
        ),
        ({"notices": ["Latihan"]}, "notices: not a list of objects"),
        ({"letterhead": {"names": [1], "contact": []}}, "names: not a list of texts"),
    ],
)
def test_what_is_no_snapshot_is_refused_by_its_field_and_without_its_value(changes: dict, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        Snapshot.from_json(stored(**changes))
    assert "3515990101809990" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(field.name for field in fields(Snapshot)))
def test_a_field_that_is_missing_is_never_made_up(name: str) -> None:
    found = stored()
    del found[name]
    if name in ("number", "holder", "supersedes"):  # nothing is what they say without it
        Snapshot.from_json(found)
        return
    with pytest.raises(ValueError, match=f"{name}|signature: none"):
        Snapshot.from_json(found)
