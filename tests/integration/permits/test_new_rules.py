"""A rule of the catalogue that came later binds versions that no service has met, and stops nobody who runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from mpp.cases.storage.tables import service_types
from mpp.catalogue import CatalogueError, check_file, faults_of_new
from mpp.operations.commands.catalogue import app
from tests.support.desks import EXTENDABLE, Desks, doctor
from tests.support.permit_walks import file


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The catalogue of a region: silence grants, and its office may extend the limit."""
    text = (EXTENDABLE / "prz-uji.yaml").read_text("utf-8")
    deemed = (Path("services/permits/catalogue/prz-sip-dr.yaml")).read_text("utf-8")
    state = deemed[deemed.index("    deemed_granted:\n") : deemed.index("    issued:\n      label")]
    confirm = deemed[deemed.index("    confirm_deemed:\n") : deemed.index("    hand_over:\n      label")]
    text = text.replace("deemed_approval: false", "deemed_approval: true")
    text = text.replace("    issued:\n      label", state + "    issued:\n      label", 1)
    text = text.replace("    hand_over:\n      label", confirm + "    hand_over:\n      label", 1)
    (tmp_path / "prz-uji.yaml").write_text(text, "utf-8")
    return tmp_path


def test_a_new_version_in_which_an_office_could_move_what_silence_grants_is_refused(
    service_urls: Mapping[str, str], own: Path
) -> None:
    desks = Desks(service_urls, extra=[own])
    with pytest.raises(CatalogueError) as raised:
        desks.start()
    line = next(n for n, text in enumerate((own / "prz-uji.yaml").read_text().splitlines(), 1) if "extension:" in text)
    assert str(raised.value).startswith(f"prz-uji.yaml:{line}: extension: ")
    assert "silence grants" in str(raised.value)
    desks.close()


def test_a_region_that_runs_with_such_a_version_still_starts_and_extends(
    service_urls: Mapping[str, str], own: Path
) -> None:
    desks = Desks(service_urls, extra=[own])
    kind = check_file(own / "prz-uji.yaml")
    row = {"code": kind.code, "version": kind.version, "digest": kind.digest, "source": kind.source}
    with desks.databases["permits"].transaction() as tx:
        tx.execute(insert(service_types).values(**row, first_met_at=desks.clock.now()))
    case = file(desks.start(), "PRZ-UJI", applicant=doctor())
    case = desks.act("penyelia.dpmptsp", case, "extend", note="pemeriksaan lapangan", data={"by": "5wd"})
    assert case["due_at"].startswith("2026-12-11")
    desks.close()


def test_the_check_of_a_file_warns_of_it(own: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(own / "prz-uji.yaml")])
    assert result.exit_code == 0
    assert "a new version is refused" in result.output


def test_what_the_mall_ships_keeps_every_rule(desks: Desks) -> None:
    assert [str(fault) for kind in desks.runtime.catalogue for fault in faults_of_new(kind)] == []
