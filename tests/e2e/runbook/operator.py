"""Who follows the runbook at a mall of people: types its lines in the folder of the program, one after the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from mpp.clock import new_id
from mpp.hosting.definition import definitions
from mpp.messaging.events.event import Event, source_of
from mpp.operations.databases import databases_alone
from mpp.operations.preparing.prepare import first_accounts, prepare_databases
from mpp.operations.settings import Settings
from tests.e2e.runbook import page
from tests.support.mall import MPP, Mall, clean_environment, embedded_urls

FIRST, OWN = "tujuh payung di beranda", "sembilan kursi di serambi"
_PRODUCER = "civil_registry"
_DEAD = """
INSERT INTO inbox (event_id, subscription, type, routing_key, subject, subject_version, headers, body, publisher,
                   status, attempts, reason, received_at)
VALUES (:id, 'persons', :type, :type || '.35.15.99', :subject, 1, cast(:headers AS jsonb), :body, :publisher,
        'dead', 5, 'InternalError at persons.py:1 act', now())
"""


def real_mall(folder: Path) -> Mall:
    """A mall in `.data` of the folder, without demo accounts: `prepare` has made the first operator."""
    data, given = folder / ".data", {"MPP_OPERATOR_PASSWORD": FIRST}
    data.mkdir(mode=0o711)
    (data / "lock").touch()
    settings = Settings.read(given | {"MPP_DATA": str(data)}, definitions())
    with databases_alone(settings) as at:
        prepare_databases(at, definitions(), lambda _: None)
        first_accounts(at, definitions(), lambda _: None)
    return Mall(data)


class Operator:
    """Fills in what the page leaves open, from the mall."""

    def __init__(self, mall: Mall, folder: Path) -> None:
        self._mall, self._folder = mall, folder
        self._passwords = {"operator": FIRST}
        for name in ("bin", ".venv/bin", "salinan"):
            (folder / name).mkdir(parents=True)
        for name in ("bin", ".venv/bin"):
            (folder / name / "mpp").symlink_to(MPP)
        printed = page.PAGE.read_text("utf-8")
        (folder / "buku.yaml").write_text(page.example(printed, "books:"))
        (folder / "2027.yaml").write_text(page.example(printed, "source:"))
        self._said: dict[str, str] = {}
        self._open: dict[str, Callable[[], str]] = {
            "<nomor>": lambda: self._said["mpp accounts pending"].split()[-1],
            "<id>": lambda: self._letter()[1],
            "<langganan>": lambda: self._letter()[2],
            "<waktu salinan, atau lebih awal>": lambda: "6h",
            "mpp-20261127T013000Z": lambda: max(path.name for path in (folder / "backups").glob("mpp-*Z")),
            "localhost:8000": lambda: f"127.0.0.1:{mall.port}",
            "/tmp/bukti": lambda: str(folder / "bukti"),  # noqa: S108
        }

    def types(self, line: str) -> None:
        """One line as it is printed; it must end well."""
        if line.endswith("make run"):
            self._starts()
            return
        self._before(line)
        words = line
        for left_open, filled in self._open.items():
            if left_open in words:
                words = words.replace(left_open, filled())
        account, own = (re.findall(r"--account (\S+)", line) or ["operator"])[0], " own-password" in line
        done = subprocess.run(
            ["bash", "-c", words], env=self._environment(account, own=own), cwd=self._folder, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        assert "Idempotency-Key" not in done.stdout + done.stderr, words
        self._said[line] = done.stdout
        if own:
            self._passwords[account] = OWN

    def said(self, line: str) -> str:
        """What the line has printed when it was typed last."""
        return self._said[line]

    def _before(self, line: str) -> None:
        """What the page says around the line: the mall stands still, an event has died, a copy was made."""
        if "--replace" in line:
            self._mall.interrupt()
        elif "--checkpoint" in line:
            ledger = self._mall.folder / "audit" / "permits" / "permits.checkpoints"
            (self._folder / "salinan" / ledger.name).write_bytes(ledger.read_bytes())
        elif line.startswith("mpp dead-letters show"):
            self._an_event_dies()
            self.types("mpp dead-letters list")

    def _starts(self) -> None:
        if self._mall.process.poll() is not None:
            self._mall.start()

    def _environment(self, account: str, *, own: bool) -> dict[str, str]:
        return clean_environment(
            MPP_DATA=str(self._mall.folder), MPP_URL=self._mall.url, PORT=str(self._mall.port), HOME=str(self._folder),
            PATH=f"{self._folder / 'bin'}:{os.environ['PATH']}",
            MPP_PASSWORD=self._passwords.get(account, FIRST), MPP_NEW_PASSWORD=OWN if own else FIRST,
        )  # fmt: skip

    def _letter(self) -> list[str]:
        return self._said["mpp dead-letters list"].splitlines()[1].split()

    def _an_event_dies(self) -> None:
        """A sound one that a mistake, since mended, has kept from being handled."""
        person = "5a" * 32
        event = Event(
            id=new_id(), type=f"{_PRODUCER}.person.registered.v1", source=source_of(_PRODUCER), subject=person,
            subjectversion=1, time=datetime.now(UTC), region="35.15.99", correlationid=new_id(),
            data={"person": person, "region": "35.15.99"}, dataclassification="internal",
        )  # fmt: skip
        headers, body = event.to_message()
        engine = create_engine(embedded_urls(self._mall.folder)["permits"], poolclass=NullPool)
        with engine.begin() as tx:
            tx.execute(text(_DEAD), {
                "id": event.id, "type": event.type, "subject": person, "headers": json.dumps(dict(headers)),
                "body": body, "publisher": _PRODUCER,
            })  # fmt: skip
        engine.dispose()
