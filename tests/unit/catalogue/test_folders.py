"""Many files: one folder, several folders, what they may name of each other."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mpp.catalogue import CatalogueError, check_file, load
from tests.unit.catalogue.trying import GOOD, HOSTS, OFFICES, ROOT, varied


def test_every_key_that_a_file_may_have_is_explained() -> None:
    source = "\n".join(
        path.read_text("utf-8")
        for path in sorted((ROOT / "mpp/catalogue").glob("*.py"))
        if path.name.startswith(("parse", "linked"))
    )
    takes = r'(?:\.(?:text|texts|integer|flag|words|choice|day|each|sections?|named)\(|_duration\(\w+, )"(\w+)"'
    keys = set(re.findall(takes, source))
    assert {"sla", "filed_by", "guards", "not_future", "from", "join"} <= keys
    said = (ROOT / "docs/catalogue.md").read_text("utf-8")
    explained = " ".join(re.findall(r"```[^`]+```|`[^`]+`", said))
    assert keys - set(re.findall(r"\w+", explained)) == set()


def put(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def test_an_agency_joins_by_a_file_in_a_folder(tmp_path: Path) -> None:
    ours = put(tmp_path / "ours", "prz-try.yaml", GOOD)
    theirs = put(tmp_path / "theirs", "nak-ak1.yml", GOOD.replace("code: PRZ-TRY", "code: NAK-AK1"))
    catalogue = load([ours, theirs], offices=OFFICES, hosts=HOSTS)
    assert [kind.code for kind in catalogue] == ["NAK-AK1", "PRZ-TRY"]
    assert catalogue.get("NAK-AK1") is not None
    assert catalogue.get("NAK-AK2") is None


def test_a_code_belongs_to_one_file_even_across_folders(tmp_path: Path) -> None:
    ours = put(tmp_path / "ours", "prz-try.yaml", GOOD)
    theirs = put(tmp_path / "theirs", "copy.yaml", f"# a copy\n{GOOD}")
    with pytest.raises(CatalogueError, match="code 'PRZ-TRY' is used by prz-try.yaml already") as caught:
        load([ours, theirs])
    assert (caught.value.file, caught.value.line) == ("copy.yaml", 2)


def test_one_bad_file_stops_all_of_them(tmp_path: Path) -> None:
    folder = put(tmp_path, "a.yaml", GOOD)
    put(folder, "b.yaml", "just words")
    with pytest.raises(CatalogueError, match="b.yaml:1: .*the file must be one mapping"):
        load([folder])


def test_a_misspelt_folder_is_no_empty_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no such catalogue folder"):
        load([tmp_path / "catalog"])


def test_a_paper_of_another_service_names_one_that_the_mall_has(tmp_path: Path) -> None:
    paper = "  - {code: photo, produced_by: SRT-SKTM, name:"
    text, line = varied("  - {code: photo, name:", paper)
    folder = put(tmp_path, "prz-try.yaml", text)
    with pytest.raises(CatalogueError, match="there is no service 'SRT-SKTM'") as caught:
        load([folder])
    assert caught.value.line == line
    put(folder, "srt-sktm.yaml", GOOD.replace("code: PRZ-TRY", "code: SRT-SKTM"))
    assert len(load([folder])) == 2


LETTERS = GOOD.replace("code: PRZ-TRY", "code: SRT-SKTM")


def issuing(kind: str) -> str:
    return LETTERS.replace("      number: true\n", f"      number: true\n      paper: {{kind: {kind}}}\n")


def test_a_requirement_that_no_event_can_fulfil_is_refused(tmp_path: Path) -> None:
    """A service that tells nothing, one that hears nothing, a service type that makes no paper which somebody needs: it
    would wait for ever."""
    text, line = varied("  - {code: photo, name:", "  - {code: photo, produced_by: SRT-SKTM, name:")
    folder = put(tmp_path, "prz-try.yaml", text)
    permits = HOSTS["permits"]
    silent, alone = replace(permits, announces=False, shares=False), replace(permits, shares=False)
    for hosts, collection, other in (
        ({"permits": silent}, "permits", issuing("letter")),
        ({"permits": permits, "letters": alone}, "letters", issuing("letter")),
        ({"permits": alone, "letters": permits}, "letters", issuing("letter")),
        ({"permits": permits, "letters": permits}, "letters", LETTERS),
        ({"permits": permits, "letters": permits}, "letters", issuing("refusal")),
        ({"permits": permits, "letters": permits}, "letters", issuing("levy")),
    ):
        put(folder, "srt-sktm.yaml", other.replace("collection: permits", f"collection: {collection}"))
        with pytest.raises(CatalogueError, match="no event tells this service of what SRT-SKTM issues") as caught:
            load([folder], hosts=hosts)
        assert (caught.value.file, caught.value.line) == ("prz-try.yaml", line)
    put(folder, "srt-sktm.yaml", LETTERS)
    assert len(load([folder], hosts={"permits": permits})) == 2


@pytest.mark.parametrize("kind", ["permit", "certificate", "card", "letter"])
def test_a_requirement_may_name_what_a_service_of_another_collection_issues(tmp_path: Path, kind: str) -> None:
    text, _ = varied("  - {code: photo, name:", "  - {code: photo, produced_by: SRT-SKTM, name:")
    folder = put(tmp_path, "prz-try.yaml", text)
    put(folder, "srt-sktm.yaml", issuing(kind).replace("collection: permits", "collection: letters"))
    permits = HOSTS["permits"]
    assert len(load([folder], hosts={"permits": permits, "letters": permits})) == 2


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"a: \x00", b"[" * 2000, b"a: &a [*a]", b"- 1", b"a: 1\n\tb: 2"]
)
def test_whatever_the_file_holds_the_answer_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        load([tmp_path])
    assert str(caught.value).startswith("bad.yaml:")
    assert len(str(caught.value).splitlines()) == 1


def test_without_hosts_and_offices_what_belongs_to_them_is_not_asked(tmp_path: Path) -> None:
    text = GOOD.replace("[issue_permit]", "[anything]").replace("owner: dpmptsp", "owner: elsewhere")
    path = put(tmp_path, "prz-try.yaml", text) / "prz-try.yaml"
    assert check_file(path).owner == "elsewhere"
