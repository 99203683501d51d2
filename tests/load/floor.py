"""The floor of the database: the very statements of a complaint's four commands, by pgbench with one client.

The service lets the server keep their plans; pgbench, which puts its variables into the text, has them planned anew.

The statements are taken from the service's own commands as they went to the server; the ids in them become
variables, so that every run of the script is a new case.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, make_url

from mpp.casework.codes.tracking import normalise
from mpp.operations.embedded_postgres import location
from mpp.persistence import pipelined
from tests.load.lifecycles import COMPLAINT
from tests.support.desks import Desks, doctor, fill

_UUID = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)[0-9a-f]{12}")
_CODE = re.compile(r"'(C[0-9A-Z]{11})'")


@dataclass(frozen=True)
class Command:
    """What one command sent: one text per trip to the server."""

    name: str
    trips: list[str]

    @property
    def statements(self) -> list[str]:
        """The statements, shortened to a line; BEGIN and COMMIT are not among them."""
        parts = [part.strip() for trip in self.trips for part in re.split(r";\n", trip)]
        return [" ".join(part.split())[:100] for part in parts if part not in ("", "BEGIN", "COMMIT")]


def capture(urls: dict[str, str]) -> list[Command]:
    """The four commands of a complaint, on fresh databases that this fills; their statements in full."""
    for service, url in urls.items():
        fill(service)(url)
    with patch.object(pipelined, "_made", _in_full), patch.dict(pipelined._statements, clear=True):
        return _captured(Desks(urls))


def _in_full(name: str, sql: str, processors: Any) -> Any:
    """A statement that is sent whole each time, nothing prepared."""
    return pipelined._Statement(name, "", sql, processors)


def _captured(desks: Desks) -> list[Command]:
    sent: list[str] = []

    def note(_connection: Any, cursor: Any, *_: Any) -> None:
        sent.append(cursor.query.decode())

    event.listen(desks.databases["complaints"].engine, "after_cursor_execute", note)
    found: list[Command] = []
    case: dict[str, Any] = {}
    for rehearsal in (True, False):
        for call in COMPLAINT.calls:
            sent.clear()
            if call.name == "open":
                filing = {"applicant": doctor(3), "data": COMPLAINT.filing(_Chance())["data"]}
                case = desks.open("petugas.sukodono", "PGD-LPR", **filing)
            else:
                case = desks.act(call.account, case, call.name, **({"data": call.data} if call.data else {}))
            if not rehearsal:
                found.append(Command(call.name, list(sent)))
    desks.close()
    return found


class _Chance:
    """No chance at all: always the first."""

    def randrange(self, _end: int) -> int:
        return 0


def script(commands: list[Command]) -> str:
    """The pgbench script of one lifecycle."""
    lines = ["\\set zzid random(100000000000, 999999999999)", "\\set zztc random(10000000000, 99999999999)"]
    for command in commands:
        for trip in command.trips:
            text = _UUID.sub(r"\1:zzid", trip)
            text = _CODE.sub(lambda m: "'C:zztc'" if normalise(m.group(1)) else m.group(), text)
            lines.append(" ".join(text.rstrip().rstrip(";").split("\n")) + ";")
    return "\n".join(lines) + "\n"


def pgbench(url: str, text: str, folder: Path, seconds: float) -> float:
    """Lifecycles per second of one client."""
    program = shutil.which("pgbench") or str(location.programs(None).folder / "bin" / "pgbench")
    path = folder / "lifecycle.sql"
    path.write_text(text)
    made = make_url(url)
    host = made.query.get("host") or made.host
    command = [program, "-n", "-c", "1", "-T", str(int(max(1, seconds))), "-f", str(path), "-h", str(host)]
    command += ["-U", str(made.username), str(made.database)]
    environment = {"PGPASSWORD": str(made.password or "")} | ({"PGPORT": str(made.port)} if made.port else {})
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return float(found.group(1))
