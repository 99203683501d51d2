"""A case climbs from the village to its district and on to the agency, each hop with its own clock and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mpp.catalogue import CatalogueError, check_file
from tests.support.desks import Desks, doctor, refusal
from tests.unit.catalogue.trying import GOOD

VISIT = """\
    district:
      label: {id: Di kecamatan, en: At the district}
      next_step: {id: Pemeriksaan camat, en: The district checks}
      tasks:
        - {code: district, label: {id: Pemeriksaan, en: Check}, office: origin.kecamatan, role: verifier, sla: 1wd}
"""
UP = """\
    forward:
      label: {id: Teruskan ke instansi, en: Hand up to the agency}
      from: district
      to: signing
      roles: [verifier]
      task: district
    send_back:
      label: {id: Kembalikan ke desa, en: Hand down to the village}
      from: district
      to: village
      roles: [verifier]
      task: district
      note_required: true
    send_up:
      label: {id: Ajukan lagi, en: Hand up again}
      from: village
      to: district
      roles: [clerk]
      task: repair
"""
VILLAGE = """\
    village:
      label: {id: Di desa, en: At the village}
      next_step: {id: Desa memperbaiki, en: The village mends it}
      tasks:
        - {code: repair, label: {id: Perbaikan, en: Mend}, office: origin, role: clerk}
"""
CLIMBING = (
    GOOD.replace("PRZ-TRY", "SRT-CONTOH")
    .replace("level: C", "level: B")
    .replace("initial: submitted", "initial: district")
    .replace(GOOD[GOOD.index("    submitted:\n") : GOOD.index("    signing:\n")], VISIT + VILLAGE)
    .replace(GOOD[GOOD.index("    advise:\n") : GOOD.index("    sign:\n")], UP)
)


@pytest.fixture
def desks(service_urls: Mapping[str, str], tmp_path: Path) -> Iterator[Desks]:
    (tmp_path / "surat.yaml").write_text(CLIMBING, "utf-8")
    opened = Desks(service_urls, extra=[tmp_path])
    opened.staff |= {"sekcam.sukodono": ("35.15.14", "verifier"), "petugas.mpp": ("mpp-sidoarjo", "clerk")}
    opened.staff |= {"sekcam.waru": ("35.15.18", "verifier"), "verifikator": ("dpmptsp", "verifier")}
    yield opened
    opened.close()


DATA = {"purpose": "new", "agency": "dinkes", "requirements": {"identity": True}}


def test_a_case_climbs_to_the_district_of_its_village_and_on_to_the_agency(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "SRT-CONTOH", applicant=doctor(), data=DATA)
    assert case["office"] == "35.15.14", "Sukodono, the district of the village"
    assert case["tasks"][0]["due_at"] is not None, "each hop has a clock of its own"
    assert refusal(lambda: desks.act("sekcam.waru", case, "forward")).status == 404
    case = desks.act("sekcam.sukodono", case, "send_back", note="alamat kurang")
    assert case["office"] == "35.15.14.2013", "handed down"
    case = desks.act("petugas.sukodono", case, "send_up")
    case = desks.act("sekcam.sukodono", case, "forward")
    assert case["office"] == "dpmptsp", "handed up"
    case = desks.act("penandatangan.dpmptsp", case, "sign")
    assert case["state"] == "issued"
    assert [e["office"] for e in case["timeline"]] == [
        "35.15.14.2013",
        "35.15.14",
        "35.15.14.2013",
        "35.15.14",
        "dpmptsp",
    ]


def test_filed_at_the_district_it_stays_there_and_at_the_mall_it_goes_to_the_owner(desks: Desks) -> None:
    desks.staff["petugas.kecamatan"] = ("35.15.14", "clerk")
    at_district = desks.open("petugas.kecamatan", "SRT-CONTOH", applicant=doctor(), data=DATA)
    assert at_district["office"] == "35.15.14"
    at_mall = desks.open("petugas.mpp", "SRT-CONTOH", applicant=doctor(1), data=DATA)
    assert at_mall["office"] == "dpmptsp"
    assert desks.act("verifikator", at_mall, "forward")["state"] == "signing"


def test_a_level_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "surat.yaml"
    path.write_text(CLIMBING.replace("origin.kecamatan", "origin.kampung"), "utf-8")
    with pytest.raises(CatalogueError, match="unknown office kind 'kampung'"):
        check_file(path)
