"""The mall itself is brought back by the commands that the runbook prints, and goes on."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import threading
from pathlib import Path
from typing import Any

import requests

from mpp.clock import new_id
from mpp.identity import demo as people
from tests.support.desks import SIP_DATA
from tests.support.mall import MPP, Mall, clean_environment, data_folder, processes_of
from tests.support.wait import until

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
EXAMPLE = "mpp-20261127T013000Z"  # the backup of the runbook
Body = dict[str, Any]


def commands(program: str, column: int, **variables: str) -> dict[str, list[list[str]]]:
    """The words behind this program in a column of the table for who restores, by the head of each line.

    `variables` stand for what the page leaves to the shell, as in `A="$A"`.
    """
    text = RUNBOOK.read_text().partition("**Memulihkan mal itu sendiri.**")[2]
    table = text[text.index("| | `make run` |") :].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    for name, value in variables.items():
        rows = [[cell.replace(f'{name}="${name}"', f"{name}={value}") for cell in row] for row in rows]
    quoted = {row[0].rpartition("/ ")[2]: re.findall(rf"`{re.escape(program)} ([^`]+)`", row[column]) for row in rows}
    return {head: [shlex.split(command) for command in each] for head, each in quoted.items()}


class Operator:
    """Types what the runbook prints, beside the data folder."""

    def __init__(self, mall: Mall) -> None:
        self._mall = mall
        self.beside = mall.folder.parent
        self._commands = commands(".venv/bin/mpp", column=1)

    def does(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = clean_environment(
            MPP_DATA=str(self._mall.folder), MPP_URL=self._mall.url, MPP_PASSWORD="rahasia-demo", HOME=str(self.beside)
        )
        return subprocess.run(
            [str(MPP), *words], env=environment, capture_output=True, text=True, timeout=300, check=False,
            cwd=self.beside,
        )  # fmt: skip

    def follows(self, head: str, backup: str = "") -> str:
        """The commands of a line of the table, each of which must succeed; what they said."""
        said = ""
        assert self._commands[head], "the runbook prints it"
        for words in self._commands[head]:
            done = self.does(*(word.replace(EXAMPLE, backup) for word in words))
            assert done.returncode == 0, done.stdout + done.stderr
            said += done.stdout
        return said


def send(mall: Mall, path: str, account: str, body: Body, **headers: str) -> Body:
    headers = {**mall.log_in(account), "Idempotency-Key": new_id(), **headers}
    answer = requests.post(f"{mall.url}/api/v1/permits{path}", json=body, headers=headers, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def opened(mall: Mall, index: int) -> Body:
    who = people.resident(index)
    applicant = {"kind": "person", "nik": who.nik, "name": who.name}
    return send(mall, "", "petugas.sukodono", {"service": "PRZ-SIP-DR", "applicant": applicant, "data": SIP_DATA})


def issued(mall: Mall, index: int) -> str:
    """A licence from the counter to its number."""
    case = opened(mall, index)
    for account, action in (
        ("verifikator.dpmptsp", "verify"),
        ("teknis.dinkes", "recommend"),
        ("penandatangan.dpmptsp", "sign"),
    ):
        version = {"If-Match": f'"{case["version"]}"'}
        case = send(mall, f"/{case['id']}/actions", account, {"action": action}, **version)
    return str(case["document_number"])


def test_a_mall_is_backed_up_at_work_and_brought_back_and_issues_nothing_twice(mall: Mall) -> None:
    operator = Operator(mall)
    first = [issued(mall, index) for index in (1, 2)]
    working = threading.Thread(target=lambda: [opened(mall, index) for index in range(10, 16)])
    working.start()
    assert operator.does("backup").returncode == 0
    working.join()
    (backup,) = (path.name for path in (operator.beside / "backups").glob("mpp-*"))
    later = [issued(mall, index) for index in (3, 4, 5)]
    reading = {"headers": mall.log_in("mitra.bpjs"), "timeout": 30}
    until(lambda: requests.get(f"{mall.url}/api/v1/events?limit=200", **reading).json()["items"])
    cursor = requests.get(f"{mall.url}/api/v1/events?limit=200", **reading).json()["next"]

    refused = operator.does("restore", f"backups/{backup}", "--replace")
    assert refused.returncode == 1
    assert "another mall" in refused.stderr
    mall.interrupt()
    refused = operator.does("restore", f"backups/{backup}")
    assert refused.returncode == 1
    assert "--replace" in refused.stdout
    said = operator.follows("restore", backup)
    assert "mal dipulihkan" in said
    checked = operator.follows("check")
    assert "NOT WHOLE" not in checked
    assert "passed over by restores: 1" in checked
    mall.start()
    assert issued(mall, 6) not in {*first, *later}
    numbers = [int(number.split("/")[1]) for number in (*first, *later)]
    note = operator.follows("note")
    assert re.search(rf"dpmptsp +sip-dr +\d{{4}} +{numbers[2]} +{numbers[4]} +3 ", note), note
    page = requests.get(f"{mall.url}/api/v1/events?after={cursor}", **reading)
    assert (page.status_code, page.json()["code"]) == (410, "feed_epoch_over")
    resumed = f"{mall.url}/api/v1/events?after={page.json()['resume']}&limit=200"
    until(lambda: any("issued" in each["type"] for each in requests.get(resumed, **reading).json()["items"]))
    operator.follows("check")
    assert operator.follows("the former").count("_lama_") == 4


def test_a_mall_is_brought_back_on_another_machine_where_its_keys_were_put_first(mall: Mall) -> None:
    operator = Operator(mall)
    number = issued(mall, 1)
    assert operator.does("backup").returncode == 0
    (backup,) = (path.name for path in (operator.beside / "backups").glob("mpp-*"))
    keys = (mall.folder / "keys.json").read_bytes()
    mall.interrupt()
    with data_folder() as elsewhere:
        other = Mall(elsewhere / "data")
        other.folder.mkdir(mode=0o711)
        there = Operator(other)
        (elsewhere / "backups").symlink_to(operator.beside / "backups")
        refused = there.does("restore", f"backups/{backup}")
        assert refused.returncode == 1
        assert "MPP_PERSON_KEY" in refused.stdout
        kept = other.folder / "keys.json"
        kept.write_bytes(keys)
        os.chmod(kept, 0o600)
        there.follows("restore", backup)
        try:
            other.start()
            assert issued(other, 2) != number
        finally:
            other.kill()
            until(lambda: not processes_of(other.folder), what="the end of the database")
