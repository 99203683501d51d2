"""What a catalogue file can say beyond the plain case: papers that depend on the form, deputies, tariffs that end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mpp.catalogue import CatalogueError, Host, check_file
from tests.unit.catalogue.trying import HOSTS, OFFICES, check, in_english, varied

PAPERS = "  - {code: photo, name: {id: Pas foto, en: Photo}, required: false}\n"
OLD_PERMIT = "  - {code: old, name: {id: Izin lama, en: Old permit}, when: {field: purpose, is: renewal}}\n"
SIGNERS = """\
signers:
  - {capacity: definitive, title: {id: Kepala, en: Head}}
  - {capacity: plh, title: {id: Plh. Kepala, en: Acting head}}
"""


def with_signers(text: str) -> str:
    return text.replace("standard:\n", SIGNERS + "standard:\n").replace(
        "      number: true\n", "      number: true\n      signature: true\n"
    )


def test_a_paper_may_be_needed_only_for_a_renewal(tmp_path: Path) -> None:
    text, _ = varied(PAPERS, PAPERS + OLD_PERMIT)
    kind = check(tmp_path, text)
    assert [r.code for r in kind.missing({"identity": True}, {"purpose": "new"})] == []
    assert [r.code for r in kind.missing({"identity": True}, {"purpose": "renewal"})] == ["old"]
    assert [r.code for r in kind.missing({"identity": True}, {})] == []


def test_a_deputy_signs_in_the_name_of_the_head(tmp_path: Path) -> None:
    text, _ = varied("number:\n", "number:\n")
    kind = check(tmp_path, with_signers(text))
    assert kind.signed_as({}) is None
    assert kind.signed_as({"sign": {}}) == {"id": "Kepala", "en": "Head"}
    assert kind.signed_as({"sign": {"capacity": "plh"}}) == {"id": "Plh. Kepala", "en": "Acting head"}


def test_a_tariff_that_ends_holds_no_longer(tmp_path: Path) -> None:
    text, _ = varied("{from: 2026-01-01, amount: 25000}", "{from: 2026-01-01, until: 2026-06-30, amount: 25000}")
    kind = check(tmp_path, text)
    assert [kind.fee_on(day) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [25000, 0]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (PAPERS, PAPERS + OLD_PERMIT.replace("purpose", "colour"), "unknown field 'colour'"),
        (PAPERS, PAPERS + OLD_PERMIT.replace("renewal", "blue"), "not a choice of field 'purpose'"),
        (
            "  - {from: 2024-01-01, amount: 0}",
            "  - {from: 2024-01-01, until: 2026-01-01, amount: 0}",
            "the rows from 2024-01-01 and from 2026-01-01 overlap",
        ),
        (
            "  - {from: 2024-01-01, amount: 0}",
            "  - {from: 2024-01-01, until: 2023-01-01, amount: 0}",
            "until lies before from",
        ),
        ("      number: true\n", "      number: true\n      signature: true\n", "nobody is named under `signers`"),
        ("standard:\n", SIGNERS + "standard:\n", "no action is a signature"),
        ("      number: true\n", "      number: true\n      documents: [deed]\n", "unknown requirement 'deed'"),
    ],
)
def test_a_mistake_is_refused_with_its_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text, _ = varied(old, new)
    with pytest.raises(CatalogueError) as refused:
        check(tmp_path, text)
    assert reason in in_english(refused.value)
    assert refused.value.line > 1, "the place is named"


def test_an_effect_that_writes_a_number_needs_one(tmp_path: Path) -> None:
    text, _ = varied("      number: true\n", "")
    path = tmp_path / "prz-try.yaml"
    path.write_text(text, "utf-8")
    host = Host(HOSTS["permits"].effects, HOSTS["permits"].events, numbering=frozenset({"issue_permit"}))
    with pytest.raises(CatalogueError, match="needs `number: true`"):
        check_file(path, offices=OFFICES, hosts={"permits": host})


def test_a_capacity_stands_once(tmp_path: Path) -> None:
    text, _ = varied("number:\n", "number:\n")
    with pytest.raises(CatalogueError, match="a capacity stands there twice"):
        check(tmp_path, with_signers(text).replace("capacity: plh", "capacity: definitive"))
