"""docs/regions.md as it is printed: from the code of a region to a mall of that region that gives its first permit."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import yaml

from mpp.operations.region_files import examine
from mpp.regions.new import write_region
from tests.support.mall import MPP, clean_environment, data_folder, processes_of
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "regions.md").read_text("utf-8")
PRINTED = "36.71"
LEFT_OUT = ("PRZ-PBG", "PRZ-RKL", "ADM-LHR-01")  # by the other region: its demo passes over them


def commands(number: int) -> list[str]:
    """The commands of one block of the page, without what they say of themselves."""
    block = re.findall(r"(?ms)^```\n(.*?)^```$", PAGE)[number]
    return [line.partition("#")[0].strip() for line in block.splitlines()]


@dataclass
class Program:
    """A folder of the program as `make setup` leaves it: the `mpp` of this checkout, and `make` for what it makes."""

    folder: Path
    port: int
    code: str

    def start(self, command: str, output: Path) -> subprocess.Popen[bytes]:
        """A command of the page in a shell, in a process group of its own as on a terminal."""
        place = f"{self.folder / 'bin'}:/usr/bin:/bin"
        environment = clean_environment(PORT=str(self.port), MPP_URL=f"http://127.0.0.1:{self.port}", PATH=place)
        words = command.replace(PRINTED, self.code)
        with output.open("ab") as file:
            return subprocess.Popen(
                ["bash", "-c", f"exec {words}"],
                cwd=self.folder, env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def run(self, command: str) -> str:
        """A command that ends well; what it printed."""
        output = self.folder / "output.txt"
        output.unlink(missing_ok=True)
        assert self.start(command, output).wait(300) == 0, f"{command}: {output.read_text()}"
        return output.read_text()

    def ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).ok
        except requests.RequestException:
            return False


@pytest.fixture(params=[PRINTED, "91.03"])
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    makefile = (ROOT / "Makefile").read_text()
    for target in ("run", "demo"):
        assert re.search(rf"(?m)^{target}: .*\n\t@exec \$\(BIN\)/mpp {target}$", makefile), "what `make` does here"
    with data_folder() as folder:
        for place in (folder / ".venv" / "bin", folder / "bin"):
            place.mkdir(parents=True)
        (folder / ".venv" / "bin" / "mpp").symlink_to(MPP)
        make = folder / "bin" / "make"
        make.write_text('#!/bin/sh\n[ "$1" = setup ] || exec .venv/bin/mpp "$1"\n')
        make.chmod(0o755)
        yield Program(folder, free_port(), request.param)
        until(lambda: not processes_of(folder), what="the end of the mall")


def leave_out(file: Path) -> None:
    """The region does not offer everything."""
    written = file.read_text()
    assert "{without: []}" in written
    file.write_text(written.replace("{without: []}", f"{{without: [{', '.join(LEFT_OUT)}]}}"))


def test_the_page_leads_to_a_first_permit(program: Program) -> None:
    *before, last = commands(0)
    assert (before[0], last) == ("make setup", "make run")
    told: dict[str, str] = {}
    for command in before:
        told[command] = program.run(command)
        if "region new" in command and program.code != PRINTED:
            leave_out(program.folder / "region" / "region.yaml")
    assert told[".venv/bin/mpp offices check"].startswith("region: ")
    mall, output = program.start(last, program.folder / "mall.txt"), program.folder / "mall.txt"
    try:
        until(lambda: mall.poll() is not None or program.ready(), what="the mall of the page")
        assert mall.poll() is None, output.read_text()
        until(lambda: "Ctrl-C" in output.read_text(), what="the launcher's words")
        assert f"({program.code}), dari | from {program.folder / 'region'}" in output.read_text()
        (demo,) = commands(1)
        walked = program.run(demo)
        first = re.search(r"izin nomor (\S+)", walked)
        assert first is not None, walked
        for of_sidoarjo in ("sukodono", "sidoarjo", "dpubmsda"):
            assert of_sidoarjo not in (walked + output.read_text()).lower()
        for code in ("PRZ-PBG", "ADM-LHR-01"):
            passed_over = re.search(rf"(?m)^  --  {code} +tidak dilayani", walked)
            assert (passed_over is not None) == (program.code != PRINTED), walked
    finally:
        mall.send_signal(signal.SIGINT)
        mall.wait(60)


def test_what_the_page_shows_of_the_files_can_be_used(tmp_path: Path) -> None:
    line, table, questions = re.findall(r"(?ms)^```yaml\n(.*?)^```$", PAGE)
    write_region(PRINTED, tmp_path)
    with (tmp_path / "region.yaml").open("a") as file:
        file.write(line)
    (tmp_path / "calendars" / "2027.yaml").write_text(table)
    (tmp_path / "satisfaction.yaml").write_text(questions)
    files, faults = examine(str(tmp_path))
    assert files is not None, [str(fault) for fault in faults]
    (shown,) = yaml.safe_load(line)
    changed = files.region.offices.get(shown["code"])
    assert changed is not None
    assert changed.phone == shown["phone"]


def test_compose_is_shown_with_the_same_folder(tmp_path: Path) -> None:
    new, up, check = commands(2)
    assert (new, up) == (f".venv/bin/mpp region new {PRINTED}", "docker compose up --build -d")
    assert check.split()[-3:] == ["prepare", "offices", "check"], "tests/e2e/test_compose.py runs it"
