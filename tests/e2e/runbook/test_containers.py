"""The lines of the runbook that are for docker compose, typed on a stack in the page's order."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from tests.e2e.runbook import page
from tests.e2e.runbook.elsewhere import IN_CONTAINERS
from tests.support.mall import MPP, clean_environment
from tests.support.stack import BANK_KEY, ROOT, SERVICES, Stack
from tests.support.wait import until

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1800)]
# What the page's `docker` is here: that of the stack under test, and nobody sits there.
_DOCKER = """#!/bin/sh
docker={docker}
[ "$1" = compose ] || exec $docker "$@"
shift
case $1 in run|exec) word=$1; shift; set -- "$word" -T "$@";; esac
exec $docker compose --project-directory {root} -p {project} --env-file {env_file} "$@"
"""


@pytest.fixture
def folder(stack: Stack, tmp_path: Path) -> Path:
    """Where the lines are typed: the program's files, without what a line would write over."""
    for name in ("Dockerfile", ".dockerignore", "pyproject.toml", "README.md", "requirements.image.lock", "deploy"):
        (tmp_path / name).symlink_to(ROOT / name)
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    real = subprocess.run(["which", "docker"], capture_output=True, text=True, check=True).stdout.strip()
    docker.write_text(_DOCKER.format(docker=real, root=ROOT, project=stack.project, env_file=stack.env_file))
    docker.chmod(0o755)
    for name in ("salinan", "region"):
        (tmp_path / name).mkdir()
    return tmp_path


def types(line: str, folder: Path) -> str:
    """One line as it is printed; what it said. It must end well."""
    words = line.replace("<layanan>", "gateway").replace("virtual-mpp:local", f"mpptest{os.getpid()}:local")
    words = words.replace("--target mall", f"--target mall -f {ROOT}/Dockerfile").replace(" . &&", f" {ROOT} &&")
    done = subprocess.run(
        ["bash", "-c", words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900,
        check=False,
        env=clean_environment(
            PATH=f"{folder / 'bin'}:{os.environ['PATH']}", MPP_PASSWORD=WELL_KNOWN_PASSWORD, PWD=str(folder)
        ),
    )  # fmt: skip
    assert done.returncode == 0, f"{line}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def test_every_line_for_compose_is_typed_as_it_is_printed(stack: Stack, folder: Path) -> None:
    printed = page.PAGE.read_text("utf-8")
    typed = [line for line in [*page.lines(printed), *page.mentioned(printed)] if line in IN_CONTAINERS]
    stop = "docker compose stop"
    until(stack.ready, 180, "the gateway")
    worked = subprocess.run(
        [str(MPP), "demo"], env=clean_environment(MPP_URL=stack.url, MPP_BANK_KEY=BANK_KEY), capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    assert worked.returncode == 0, "without work no service has a trail to copy"
    try:
        for line in [*(line for line in typed if line != stop), stop]:
            until(stack.ready, 180, f"the gateway before {line}")
            types(line, folder)
        assert (folder / ".env").read_text().count("_TRACKING_KEY=") == len(SERVICES) - 1
        assert 'code: "36.71"' in (folder / "region" / "region.yaml").read_text()
        assert sorted(path.name for path in (folder / "salinan").iterdir()) == sorted(
            f"{name}.checkpoints" for name in SERVICES
        )
    finally:
        stack.compose("--profile", "backup", "down", "--timeout", "20", check=False)
