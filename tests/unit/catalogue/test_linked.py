"""A service of another application: listed with what must be published, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp.casework.rules.life_events import LIFE_EVENTS
from mpp.catalogue import CatalogueError, load
from mpp.operations import region_files
from tests.unit.catalogue.trying import GOOD, HOSTS, OFFICES, in_english

LINKED = """\
kind: linked
code: POL-SKCK
name: {id: SKCK, en: Police clearance certificate}
owner: dinkes
life_events: [work, travel]
loket: {id: Loket 3, en: Counter 3}
address: https://example.go.id/skck?a=1
standard:
  requirements: {id: KTP, en: Identity card}
  procedure: {id: Datang, en: Come}
  duration: {id: 1 hari kerja, en: 1 working day}
  fee: {id: Gratis, en: Free}
  product: {id: SKCK, en: The certificate}
  complaints: {id: Loket 1, en: Counter 1}
region_sets: [standard.duration]
"""


def put(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_it_is_listed_beside_those_of_the_mall_and_is_none_of_them(tmp_path: Path) -> None:
    put(tmp_path, "prz-try.yaml", GOOD)
    catalogue = load([put(tmp_path, "pol-skck.yaml", LINKED)], offices=OFFICES, hosts=HOSTS)
    found = catalogue.linked["POL-SKCK"]
    assert [kind.code for kind in catalogue] == ["PRZ-TRY"]
    assert catalogue.get("POL-SKCK") is None
    assert (found.address, found.loket["id"], found.life_events) == (
        "https://example.go.id/skck?a=1", "Loket 3", ("work", "travel"),
    )  # fmt: skip
    assert [default.places for default in found.defaults] == [
        (("standard.duration", "{id: 1 hari kerja, en: 1 working day}"),)
    ]


def test_it_needs_no_address_but_a_place(tmp_path: Path) -> None:
    text = LINKED.replace("address: https://example.go.id/skck?a=1\n", "")
    assert load([put(tmp_path, "a.yaml", text)]).linked["POL-SKCK"].address is None
    with pytest.raises(CatalogueError, match="loket is missing"):
        load([put(tmp_path, "a.yaml", text.replace("loket: {id: Loket 3, en: Counter 3}\n", ""))])


@pytest.mark.parametrize(
    "address",
    [
        "http://example.go.id", "https://", "https://localhost", "https://10.0.0.1/", "https://a@example.go.id/",
        "javascript:alert(1)", "https://example.go.id/<b>", "https://example.go.id/a b", "https://example.go.id:8443/",
        "https://example.go.id/#x", "//example.go.id", "https://EXAMPLE.go.id\u202e", "https://e.go.id/" + "a" * 200,
    ],
)  # fmt: skip
def test_an_address_is_https_and_one_that_can_be_shown(tmp_path: Path, address: str) -> None:
    text = LINKED.replace("https://example.go.id/skck?a=1", f'"{address}"')
    with pytest.raises(CatalogueError, match="an ordinary https address is wanted") as caught:
        load([put(tmp_path, "a.yaml", text)])
    assert caught.value.line == LINKED.splitlines().index("address: https://example.go.id/skck?a=1") + 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  product: {id: SKCK, en: The certificate}\n", "", "product is missing"),
        ("[work, travel]", "[work, wealth]", "unknown 'wealth'; there are"),
        ("[work, travel]", "[work, work]", "one stands there twice"),
        ("code: POL-SKCK", "code: pol skck", "is not written like"),
        ("region_sets: [standard.duration]", "region_sets: [sla]", "names nothing in this file"),
        ("kind: linked", "kind: likned", "is not one of case, linked"),
        ("owner: dinkes\n", "owner: dinkes\nworkflow: {}\n", "unknown key 'workflow'"),
    ],
)
def test_whatever_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load([put(tmp_path, "a.yaml", LINKED.replace(old, new))])
    assert told in in_english(caught.value)


def test_its_owner_is_an_office_of_the_region_and_its_code_is_its_own(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="'polresta' is not an office"):
        load([put(tmp_path, "a.yaml", LINKED.replace("owner: dinkes", "owner: polresta"))], offices=OFFICES)
    put(tmp_path, "a.yaml", LINKED.replace("code: POL-SKCK", "code: PRZ-TRY"))
    with pytest.raises(CatalogueError, match="'PRZ-TRY' is used by a.yaml already"):
        load([put(tmp_path, "prz-try.yaml", GOOD)])


def test_nothing_of_the_mall_waits_for_a_paper_of_another_application(tmp_path: Path) -> None:
    """No event would ever tell that it was issued."""
    put(tmp_path, "pol-skck.yaml", LINKED)
    text = GOOD.replace("  - {code: photo, name:", "  - {code: photo, produced_by: POL-SKCK, name:")
    with pytest.raises(CatalogueError, match="there is no service 'POL-SKCK'"):
        load([put(tmp_path, "prz-try.yaml", text)])


def test_a_service_of_the_mall_says_by_what_it_is_found(tmp_path: Path) -> None:
    text = GOOD.replace("level: C\n", "level: C\nlife_events: [work]\n")
    kind = load([put(tmp_path, "prz-try.yaml", text)]).get("PRZ-TRY")
    assert kind is not None
    assert kind.life_events == ("work",)
    with pytest.raises(CatalogueError, match="unknown 'wealth'"):
        load([put(tmp_path, "prz-try.yaml", text.replace("[work]", "[wealth]"))])


def test_twenty_of_sidoarjo_ship_and_none_has_an_address_that_no_source_names() -> None:
    linked = region_files.read("35.15", printing=False).catalogue.linked
    assert len(linked) == 20
    assert {each.address for each in linked.values()} == {None, "https://lapor.go.id"}
    assert all(each.life_events and each.defaults for each in linked.values())
    assert not region_files.read("33.75", printing=False).catalogue.linked


def test_each_word_of_a_life_is_in_both_languages_and_none_says_the_same_as_another() -> None:
    for language in ("id", "en"):
        assert len({name[language] for name in LIFE_EVENTS.values()}) == len(LIFE_EVENTS)
