"""A stack of docker-compose.yml for a test: a project, an image and ports of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support import engine
from tests.support.mall import MPP, clean_environment
from tests.support.wait import until

ROOT = Path(__file__).parents[2]
BANK_KEY = "5a" * 32  # of a stack whose bank reports payments
SERVICES = ("permits", "civil_registry", "complaints", "gateway")


@dataclass(frozen=True)
class Stack:
    """One project of docker compose, with an image and a port of its own."""

    project: str
    env_file: Path
    url: str

    def command(self, *words: str) -> list[str]:
        return ["docker", "compose", "-p", self.project, "--env-file", str(self.env_file), *words]

    def compose(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*words),
            cwd=ROOT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert not check or done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done

    def start(self, words: Sequence[str]) -> subprocess.Popen[str]:
        """A command that is told what to do as it goes."""
        return subprocess.Popen(
            self.command(*words), cwd=ROOT, env=clean_environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def states(self) -> dict[str, dict[str, object]]:
        """What compose says of each container, by service."""
        lines = self.compose("ps", "-a", "--format", "json").stdout.splitlines()
        return {entry["Service"]: entry for entry in map(json.loads, lines)}

    def doctor(self, *words: str) -> list[str]:
        """The lines of `mpp doctor`, run with these words of compose."""
        return self.compose(*words, "doctor", check=False).stdout.splitlines()

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False


def env_file(folder: Path, **changed: str) -> Path:
    printed = subprocess.run([str(MPP), "secrets"], env=clean_environment(), capture_output=True, text=True, check=True)
    text = printed.stdout
    for name, value in changed.items():
        text = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", text)
    path = folder / "env"
    path.write_text(text)
    return path


def no_compose() -> str | None:
    """Why there is no stack to test here; None where there is one."""
    if shutil.which("docker") is None:
        return "no docker command"
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0:
        return "no Compose v2"
    return engine.answers()


def needs_compose() -> None:
    """Skip the test where there is no stack to test; under MPP_REQUIRE_ENGINE=1 fail it."""
    why = no_compose()
    if why is not None:
        assert os.environ.get("MPP_REQUIRE_ENGINE") != "1", why
        pytest.skip(why)


@contextmanager
def standing(stack: Stack, ready: Callable[[], bool]) -> Iterator[None]:
    """The stack, built and `ready` until the block ends; then nothing of it is left."""
    try:
        stack.compose("up", "--build", "--detach")
        until(ready, 240, f"the stack {stack.project}")
        yield
    finally:
        stack.compose("down", "--volumes", "--timeout", "20", check=False)
        made = [f"{stack.project}:local", f"{stack.project}:local-backup"]
        subprocess.run(["docker", "image", "rm", *made], capture_output=True, check=False)
