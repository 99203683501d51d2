"""A form gives roles to persons: what its file may say of a role, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp.casework.rules.roles import with_roles
from mpp.catalogue import CatalogueError
from tests.unit.catalogue.trying import GOOD, check, in_english

WITNESSED = GOOD.replace(
    "form:\n",
    """form:
  - {name: seen_on, type: date, label: {id: Tanggal, en: Day}}
  - name: first
    type: group
    label: {id: Saksi I, en: First witness}
    fields:
      - {name: called, type: name, label: {id: Nama, en: Name}}
      - name: nik
        type: nik
        label: {id: NIK, en: NIK}
        role:
          as: first_witness
          name: {id: Saksi I, en: First witness}
          day: seen_on
          age: {from: 21, to: 90}
          may_be: [proxy]
          told: {name: first.called}
  - {name: second, type: nik, label: {id: NIK, en: NIK}, role: {as: second_witness, name: {id: Saksi II, en: Second}}}
""",
    1,
)


def test_a_role_is_found_where_its_field_is(tmp_path: Path) -> None:
    found = dict(with_roles(check(tmp_path, WITNESSED).form))
    assert list(found) == ["first.nik", "second"]
    first = found["first.nik"]
    assert (first.role.code, first.role.usual, first.role.may_be) == ("first_witness", (21, 90), {"proxy"})
    assert (first.day, first.told) == ("seen_on", {"name": "first.called"})
    assert found["second"].role.alive


@pytest.mark.parametrize(
    ("what", "into", "says"),
    [
        ("as: second_witness", "as: first_witness", "there is a role 'first_witness' already"),
        ("as: second_witness", "as: applicant", "there is a role 'applicant' already"),
        ("may_be: [proxy]", "may_be: [priest]", "there is no role 'priest'"),
        ("day: seen_on", "day: first.called", "'first.called' is no field of type date"),
        ("day: seen_on", "day: someday", "'someday' is no field of type date"),
        ("name: first.called", "name: seen_on", "'seen_on' is no field of type name, person_name, text"),
        ("name: second, type: nik", "name: second, type: text", "for fields of type nik alone"),
        ("from: 21, to: 90", "from: 91, to: 90", "from is greater than to"),
        ("age: {from", "age: {since", "unknown key 'since'"),
    ],
)
def test_a_role_that_says_nothing_right_is_refused(tmp_path: Path, what: str, into: str, says: str) -> None:
    assert what in WITNESSED
    with pytest.raises(CatalogueError) as refused:
        check(tmp_path, WITNESSED.replace(what, into))
    assert says in in_english(refused.value)
