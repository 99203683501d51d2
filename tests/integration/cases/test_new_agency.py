"""A new agency joins the mall by adding a file: no code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mpp.catalogue import CatalogueError
from tests.support.desks import Desks, doctor, refusal
from tests.unit.catalogue.trying import GOOD

CINEMA = (
    GOOD.replace("PRZ-TRY", "PRZ-BIOSKOP")
    .replace("owner: dpmptsp", "owner: dlhk")
    .replace(
        "      roles: [signer]\n      task: signature\n      guards",
        "      documents: [photo]\n      roles: [signer]\n      task: signature\n      guards",
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bioskop.yaml").write_text(CINEMA, "utf-8")
    return tmp_path


@pytest.fixture
def opened(service_urls: Mapping[str, str], folder: Path) -> Callable[[], Desks]:
    return lambda: Desks(service_urls, extra=[folder])


def test_a_file_in_the_configured_folder_is_a_service_of_the_mall(opened: Callable[[], Desks]) -> None:
    desks = opened()
    desks.staff |= {
        "periksa": ("dlhk", "verifier"),
        "teknis": ("dinkes", "officer"),
        "kepala": ("dlhk", "signer"),
    }
    data = {"purpose": "new", "agency": "dinkes", "requirements": {"identity": True}}
    case = desks.open("petugas.sukodono", "PRZ-BIOSKOP", applicant=doctor(), data=data)
    assert {t["office"] for t in case["tasks"]} == {"dinkes", "dlhk"}, "two agencies work at the same time"
    case = desks.act("periksa", case, "check")
    assert case["state"] == "submitted", "the other agency is not done"
    case = desks.act("teknis", case, "advise")
    assert case["state"] == "signing"
    paperless = refusal(lambda: desks.act("kepala", case, "sign"))
    assert [f.field for f in paperless.fields] == ["data.requirements.photo"]
    case = desks.act("kepala", case, "sign", data={"requirements": {"photo": True}})
    assert case["state"] == "issued"
    assert case["document_number"] == "503/0001/TRY/DLHK/2026"
    assert case["permit"]["status"] == "valid"
    desks.close()


def test_a_changed_file_needs_a_new_version(opened: Callable[[], Desks], folder: Path) -> None:
    opened().start().close()
    (folder / "bioskop.yaml").write_text(CINEMA.replace("sla: 5wd", "sla: 6wd"), "utf-8")
    with pytest.raises(CatalogueError, match="raise the version"):
        opened().start()


def test_a_running_case_keeps_its_version(opened: Callable[[], Desks], folder: Path) -> None:
    desks = opened()
    data = {"purpose": "new", "agency": "dinkes", "requirements": {"identity": True}}
    case = desks.open("petugas.sukodono", "PRZ-BIOSKOP", applicant=doctor(), data=data)
    desks.close()
    text = CINEMA.replace("version: 1", "version: 2").replace("Recommendation}", "Advice}")
    (folder / "bioskop.yaml").write_text(text.replace("sla: 5wd", "sla: 6wd"), "utf-8")
    desks = opened()
    assert desks.get("petugas.sukodono", case)["service"]["version"] == 1
    newer = desks.open("petugas.sukodono", "PRZ-BIOSKOP", applicant=doctor(), data=data)
    assert newer["service"]["version"] == 2
    assert newer["due_at"] > case["due_at"], "six working days instead of five"
    desks.close()
