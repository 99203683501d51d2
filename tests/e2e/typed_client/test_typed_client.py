"""A client that a foreign generator makes of docs/openapi.yaml walks through a running mall.

Whoever builds on the interface begins so. What the generator does not understand, what its types cannot say and what is
answered besides is a fault of the document.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mpp.identity import demo
from tests.support.documents import pdf
from tests.support.mall import Mall, clean_environment, data_folder

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DOCUMENT = ROOT / "docs" / "openapi.yaml"
GENERATOR = Path(sys.prefix) / "generator"  # beside our packages, not among them: see the Makefile


@dataclass(frozen=True)
class Made:
    """The generated package, in a folder of its own."""

    folder: Path
    warned: str

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A program that can import it."""
        return python(*command, path=(self.folder, HERE, ROOT))


def python(*command: str, path: tuple[Path, ...]) -> subprocess.CompletedProcess[str]:
    """A program without the green threads of the tests."""
    environment = clean_environment(
        PYTHONPATH=os.pathsep.join(map(str, path)), MYPYPATH=os.pathsep.join(map(str, path))
    )
    asked = [sys.executable, *command]
    return subprocess.run(asked, capture_output=True, text=True, timeout=400, env=environment, cwd=path[0], check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("typed")
    done = python(str(HERE / "generate.py"), str(DOCUMENT), str(folder / "mall_client"), path=(GENERATOR,))
    assert (folder / "mall_client" / "client.py").exists(), done.stdout + done.stderr
    return Made(folder, done.stderr)


@pytest.fixture(scope="module")
def mall() -> Iterator[Mall]:
    with data_folder() as folder:
        started = Mall(folder)
        try:
            yield started.start()
        finally:
            started.interrupt()


def test_the_generator_warns_of_nothing(made: Made) -> None:
    assert made.warned == ""


def test_the_client_and_the_walks_have_the_types_that_they_claim(made: Made) -> None:
    done = made.run(
        "-m", "mypy", "--strict", "--cache-dir", os.devnull, "-p", "mall_client", "-m", "walks", "-m", "steps"
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("walk", ["permit", "birth", "complaint"])
def test_a_walk_by_the_typed_client_alone(made: Made, mall: Mall, walk: str) -> None:
    document = made.folder / "STR.pdf"
    document.write_bytes(pdf())
    doctor, mother = demo.resident(0).nik, demo.resident(1).nik
    done = made.run(str(HERE / "walks.py"), mall.url, walk, doctor, mother, str(document))
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)  # which document came out, shown with -rP
