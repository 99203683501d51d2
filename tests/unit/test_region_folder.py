"""The region folder: whoever writes one hears of every mistake in it in one round, each with file, line and remedy."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp import regions
from mpp.operations.checking import doctor
from mpp.operations.commands.offices import app
from mpp.operations.problem import Problem
from mpp.operations.region_files import Files, examine, read
from mpp.operations.settings import Settings
from mpp.regions.new import write_region
from mpp.yaml_files import CatalogueError
from services import permits
from tests.support.mall import MPP, clean_environment

# The example that a region of one's own used to begin with: six offices of the catalogue are not in it.
FIVE_MINUTES = """\
code: "35.16"
name: {id: Kabupaten Mojokerto, en: Mojokerto Regency}
zone: Asia/Jakarta
villages: all
districts_under: setda
offices:
  - {code: setda, name: Sekretariat Daerah, kind: opd}
  - {code: dpmptsp, name: DPMPTSP, kind: opd, parent: setda}
  - {code: dukcapil, name: Dispendukcapil, kind: opd, parent: setda}
  - {code: dinkes, name: Dinas Kesehatan, kind: opd, parent: setda}
  - {code: dinkominfo, name: Dinas Kominfo, kind: opd, parent: setda}
  - {code: mpp-mojokerto, name: MPP Mojokerto, kind: mpp, parent: dpmptsp}
"""
SHIPPED_TYPES = Path(permits.__file__).parent / "catalogue"

Change = Callable[[str], str]


def folder_of(place: Path, text: str = FIVE_MINUTES) -> Path:
    """A region folder with this region file."""
    place.mkdir(exist_ok=True)
    (place / "region.yaml").write_text(text, "utf-8")
    return place


def check(folder: Path | None = None, **environment: str) -> tuple[int, list[str], list[str]]:
    """`mpp offices check`: exit status, lines printed, lines on stderr."""
    words = ["check"] if folder is None else ["check", str(folder)]
    result = CliRunner().invoke(app, words, env={"MPP_REGION": None} | environment)
    assert not isinstance(result.exception, Problem), result.exception
    return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()


def files_of(folder: Path) -> Files:
    files, faults = examine(str(folder))
    assert files is not None, [str(fault) for fault in faults]
    return files


@pytest.fixture
def tangerang(tmp_path: Path) -> Path:
    """A region that can be used."""
    write_region("36.71", tmp_path / "region")
    return tmp_path / "region"


def rewritten(folder: Path, old: str, new: str) -> Path:
    text = (folder / "region.yaml").read_text("utf-8")
    assert text.count(old) == 1
    (folder / "region.yaml").write_text(text.replace(old, new), "utf-8")
    return folder


# --- one round tells everything --------------------------------------------------------------------------------------


def test_one_round_tells_of_every_missing_office_and_a_second_round_of_none(tmp_path: Path) -> None:
    status, told, faults = check(folder_of(tmp_path))
    assert (status, told) == (1, [])
    assert faults[-1].startswith("mpp offices check: 6 kesalahan")
    line = r"region\.yaml:6: offices: .* tambahkan `(- \{code: .*\})`, .* \| .*"
    offices = [found[1] for fault in faults[:-1] if (found := re.fullmatch(line, fault))]
    assert len(offices) == 6
    repaired = FIVE_MINUTES + "".join(f"  {line}\n" for line in offices)
    assert check(folder_of(tmp_path, repaired))[0] == 0


def test_leaving_out_what_the_same_round_names_is_the_other_way(tmp_path: Path) -> None:
    _, _, faults = check(folder_of(tmp_path))
    named = {code for fault in faults for code in re.findall(r"without: \[([^]]+)\]", fault)}
    left = sorted({code for codes in named for code in codes.split(", ")})
    status, told, _ = check(folder_of(tmp_path, f"{FIVE_MINUTES}services: {{without: [{', '.join(left)}]}}\n"))
    assert status == 0
    assert told[0].endswith(f"{15 - len(left)} layanan (tanpa | without {', '.join(left)}); 0 kalender")


def test_every_file_of_the_folder_is_looked_at_in_the_same_round(tmp_path: Path) -> None:
    """Mistakes of all parts, several in each: none hides another."""
    text = (
        FIVE_MINUTES.replace("zone: Asia/Jakarta", "zone: Asia/Mojokerto")
        .replace("kind: opd}", "kind: dinas}", 1)
        .replace("parent: setda}", "parent: sekda}", 1)
        .replace("districts_under", "district_under")
        .replace("mpp-mojokerto,", "mpp-mojokerto, telephone: 112,")
    )
    folder = folder_of(tmp_path, f"{text}services: {{without: [PRZ-XYZ]}}\n")
    (folder / "catalogue").mkdir()
    own = (SHIPPED_TYPES / "prz-krk.yaml").read_text("utf-8").replace("code: PRZ-KRK", "code: IZN-OWN")
    wrong = own.replace("level: ", "level: X # ", 1).replace("\nsla: ", "\nsla: soon # ", 1)
    (folder / "catalogue" / "izn-own.yaml").write_text(wrong, "utf-8")
    wrong = (
        own.replace("IZN-OWN", "IZN-TWO")
        .replace("owner: ", "owner: dinlain # ", 1)
        .replace("role: clerk}", "role: cleric}", 1)
    )
    (folder / "catalogue" / "izn-two.yaml").write_text(wrong, "utf-8")
    (folder / "calendars").mkdir()
    days = "  - {date: 2027-02-01, kind: holiday, name: A}\n  - {date: 2027-02-02, kind: joint_leave}\n"
    (folder / "calendars" / "2027.yaml").write_text(f"days:\n{days}", "utf-8")
    (folder / "calender").mkdir()
    status, _, faults = check(folder)
    assert status == 1
    places = [
        ("region.yaml:3", "zone"),
        ("region.yaml:5", "'district_under'"),
        ("region.yaml:7", "'dinas'"),
        ("region.yaml:8", "'sekda'"),
        ("region.yaml:12", "'telephone'"),
        ("region.yaml:13", "'PRZ-XYZ'"),
        ("calender:1", "tidak dibaca"),
        ("region.yaml:6", "'dishub'"),
        ("izn-own.yaml:", "level"),
        ("izn-own.yaml:", "sla"),
        ("izn-two.yaml:", "'cleric'"),
        ("region.yaml:6", "'dinlain'"),
        ("2027.yaml:2", "kind"),
        ("2027.yaml:3", "name"),
    ]
    for place, words in places:
        assert any(f.startswith(place) and words in f for f in faults), f"{place} {words}: {faults}"
    assert all(" | " in fault for fault in faults), "in both languages"
    assert sum(fault.startswith("region.yaml:6: offices:") for fault in faults) == 7


def test_a_start_tells_the_first_mistake_how_many_more_and_who_lists_them(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"region\.yaml:6: offices: .*dan 5 lagi: mpp offices check"):
        read(str(folder_of(tmp_path)))


def test_nothing_is_prepared_for_a_region_with_a_mistake(tmp_path: Path) -> None:
    environment = clean_environment(MPP_REGION=str(folder_of(tmp_path)))
    done = subprocess.run([str(MPP), "prepare"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("mpp: berkas wilayah salah: region.yaml:6: ")


def test_the_doctor_tells_the_first_mistake_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPP_REGION", str(folder_of(tmp_path / "region")))
    monkeypatch.setenv("MPP_DATA", str(tmp_path))
    said: list[str] = []
    doctor.examine("http://127.0.0.1:1", said.append)
    (told,) = (line for line in said if "wilayah | region" in line)
    assert told.startswith("SALAH ")
    assert "dan 5 lagi: mpp offices check" in told


def test_a_region_file_that_cannot_be_read_is_no_reason_to_pass_over_the_rest(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "code: [\n")
    (folder / "calendars").mkdir()
    (folder / "calendars" / "a.yaml").write_text("day: []\n", "utf-8")
    _, faults = examine(str(folder))
    assert [fault.file for fault in faults] == ["region.yaml", "a.yaml"]
    assert "'days'" in faults[1].reason, "what was meant"


# --- services that are not offered -----------------------------------------------------------------------------------


def test_a_service_that_is_left_out_is_not_there(tangerang: Path) -> None:
    assert files_of(tangerang).catalogue.get("PRZ-PNL") is not None
    files = files_of(rewritten(tangerang, "{without: []}", "{without: [PRZ-PNL]}"))
    assert files.catalogue.get("PRZ-PNL") is None
    assert len(files.catalogue) == 14


def test_what_needs_the_paper_of_a_service_that_is_left_out_is_told_in_words(tangerang: Path) -> None:
    _, faults = examine(str(rewritten(tangerang, "{without: []}", "{without: [PRZ-KRK]}")))
    assert [fault.file for fault in faults] == ["prz-pbg.yaml"]
    for words in ("PRZ-PBG memerlukan", "layanan PRZ-KRK, yang ditinggalkan", "tinggalkan PRZ-PBG juga", "produced_by"):
        assert words in faults[0].reason
    chain = rewritten(tangerang, "{without: [PRZ-KRK]}", "{without: [PRZ-KRK, PRZ-PBG]}")
    assert [fault.file for fault in examine(str(chain))[1]] == ["prz-rkl.yaml"]


def test_a_service_of_ones_own_takes_the_place_of_one_that_is_left_out(tangerang: Path) -> None:
    own = (SHIPPED_TYPES / "prz-pbg.yaml").read_text("utf-8").replace(", produced_by: PRZ-KRK", "")
    own = own.replace(", on_complete: {action: complete}", "")  # nothing comes by itself any more
    own = re.sub(r"(?m)^version: \d+", "version: 99", own)
    (tangerang / "catalogue" / "prz-pbg.yaml").write_text(own, "utf-8")
    _, faults = examine(str(rewritten(tangerang, "{without: []}", "{without: [PRZ-KRK]}")))
    assert len(faults) == 2, "the one that is shipped still needs PRZ-KRK, and is there twice"
    assert any("services: {without: [PRZ-PBG]}" in fault.reason for fault in faults), "with what would be right"
    files = files_of(rewritten(tangerang, "{without: [PRZ-KRK]}", "{without: [PRZ-KRK, PRZ-PBG]}"))
    found = files.catalogue.get("PRZ-PBG")
    assert found is not None
    assert found.version == 99


def test_an_unknown_service_cannot_be_left_out(tangerang: Path) -> None:
    _, faults = examine(str(rewritten(tangerang, "{without: []}", "{without: [PRZ-KRX]}")))
    assert len(faults) == 1
    assert "PRZ-KRK" in faults[0].reason, "those that there are"


# --- what belongs to the folder --------------------------------------------------------------------------------------


def test_calendars_count_in_the_order_of_their_names(tangerang: Path) -> None:
    for name, kind in (("1.yaml", "regional_holiday"), ("2.yaml", "working_day")):
        text = f"days:\n  - {{date: 2026-11-17, kind: {kind}, name: A}}\n  - {{date: 2026-11-1{name[0]}, kind: "
        (tangerang / "calendars" / name).write_text(f"{text}regional_holiday, name: B}}\n", "utf-8")
    days = files_of(tangerang).calendar.holidays
    assert [day.day for day in days if (day.year, day.month) == (2026, 11)] == [11, 12]


@pytest.mark.parametrize(
    "name", ["catalog", "region.yml", "35.16.yaml", "calendars/2027.yaml.bak", "catalogue/a.yaml.txt"]
)
def test_a_name_that_nobody_reads_is_told(tangerang: Path, name: str) -> None:
    path = tangerang / name
    path.write_text("a: 1", "utf-8")
    told = [str(fault) for fault in examine(str(tangerang))[1]]
    if name.endswith(".txt"):
        assert told == [], "a note of somebody"
    else:
        assert [line for line in told if line.startswith(f"{name}:1: tidak dibaca mal")] == told != []


def test_what_was_kept_free_for_papers_is_told_where_it_belongs_now(tangerang: Path) -> None:
    for name in ("emblem.svg", "templates"):
        (tangerang / name).write_text("", "utf-8")
    told = [str(fault) for fault in examine(str(tangerang))[1]]
    moved = "pindahkan ke papers/ | move it into papers/: docs/papers.md"
    assert told == [f"emblem.svg:1: {moved}", f"templates:1: {moved}"]


def test_notes_may_lie_in_the_folder(tangerang: Path) -> None:
    for name in ("README.md", ".git", "region.yaml~"):
        (tangerang / name).write_text("", "utf-8")
    files_of(tangerang)


# --- where it is -----------------------------------------------------------------------------------------------------


def region_in(folder: Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    monkeypatch.chdir(folder)
    return Settings.read(environment, ()).for_services.region


def test_the_folder_region_is_taken_where_nothing_is_said(tangerang: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert region_in(tangerang.parent, monkeypatch) == str(tangerang)
    assert region_in(tangerang, monkeypatch) == "35.15", "the shipped one, to try the mall out"
    assert region_in(tangerang, monkeypatch, MPP_REGION=str(tangerang)) == str(tangerang)
    monkeypatch.chdir(tangerang.parent)
    assert check()[1][0].startswith("region: Kota Tangerang (36.71), ")


def test_an_empty_folder_is_none_and_one_without_its_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "README.md").write_text("docker compose mounts it")
    assert region_in(tmp_path, monkeypatch) == "35.15"
    (tmp_path / "region" / "35.16.yaml").write_text(FIVE_MINUTES)
    monkeypatch.chdir(tmp_path)
    assert "there is no region.yaml in this folder" in check()[2][0]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MPP_REGION", "/etc/mpp/35.16.yaml", "region.yaml"),
        ("MPP_CATALOGUE_DIR", "/etc/mpp/catalogue", "catalogue/"),
        ("MPP_CALENDAR_FILES", "/etc/mpp/a.yaml:/etc/mpp/b.yaml", "calendars/"),
    ],
)
def test_what_former_versions_took_in_single_settings_is_told_where_it_belongs(
    name: str, value: str, words: str
) -> None:
    with pytest.raises(Problem, match=rf"{name}.*{words}"):
        Settings.read({name: value}, ())


def test_a_setting_and_a_folder_that_name_two_regions_are_refused(
    tangerang: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Problem, match=r"MPP_REGION=33\.75.*kosongkan MPP_REGION"):
        region_in(tangerang.parent, monkeypatch, MPP_REGION="33.75")


def test_a_region_that_is_nowhere_is_told_with_what_there_is() -> None:
    with pytest.raises(CatalogueError, match=r"no such region folder .*33\.75, 35\.15"):
        regions.find("/nowhere/region")
