"""The stack of docker-compose.yml is backed up and brought back by the commands that the runbook prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from tests.e2e.test_restore import EXAMPLE, commands, issued
from tests.support.stack import SERVICES, Stack
from tests.support.wait import until

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]


def printed() -> dict[str, list[list[str]]]:
    """The words behind `docker compose` that the runbook tells who restores, by the head of its line."""
    return commands("docker compose", column=2, MPP_PASSWORD=WELL_KNOWN_PASSWORD)


class Counter:
    """What the walk to a licence asks of a mall."""

    def __init__(self, url: str) -> None:
        self.url = url

    def log_in(self, account: str) -> dict[str, str]:
        form = {"grant_type": "password", "username": account, "password": WELL_KNOWN_PASSWORD}
        answer = requests.post(f"{self.url}/api/v1/auth/token", data=form, timeout=20)
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def mall(stack: Stack) -> Iterator[Any]:
    stack.compose("--profile", "backup", "build", "backup")
    until(stack.ready, 180, "the gateway of the stack")
    yield Counter(stack.url)
    stack.compose("run", "--rm", "-T", "--no-deps", "backup", "drop-former", "--yes", check=False)


def follows(stack: Stack, head: str, backup: str = "") -> str:
    """Each command of the line, as it is printed; what they said."""
    wanted = printed()[head]
    assert wanted, "the runbook prints it"
    said = ""
    for words in wanted:
        at = [word.replace(EXAMPLE, backup) for word in words]
        if at[0] in ("run", "exec"):
            at.insert(1, "-T")  # nobody sits there
        said += stack.compose(*at).stdout
    return said


def test_the_stack_is_brought_back_and_issues_nothing_twice(stack: Stack, mall: Any) -> None:
    first = issued(mall, 1)
    made = stack.compose("run", "-T", "--rm", "backup", "backup", "--keep", "14").stdout
    backup = re.findall(r"/(mpp-\d{8}T\d{6}Z)", made)[0]
    later = [issued(mall, index) for index in (2, 3)]
    running = stack.compose(
        "run", "-T", "--rm", "backup", "restore", f"/var/lib/mpp/backups/{backup}", "--replace", check=False
    )
    assert running.returncode == 1
    assert "services still use the databases" in running.stderr
    follows(stack, "stop")
    assert "mal dipulihkan" in follows(stack, "restore", backup)
    follows(stack, "start")
    until(stack.ready, 180, "the gateway after the restore")
    follows(stack, "partners' queues, on a new RabbitMQ", backup)
    assert issued(mall, 4) not in {first, *later}
    assert follows(stack, "check").count("NOT WHOLE") == 0
    assert "BERITA ACARA" in follows(stack, "note")
    assert follows(stack, "the former").count("_lama_") == len(SERVICES)
    for service in SERVICES:
        owners = stack.compose("exec", "-T", service, "find", "/var/lib/mpp/audit", "-not", "-user", "10001").stdout
        assert owners == "", service
