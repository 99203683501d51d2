"""`mpp calendar ...`: when something is due, and why."""

import json
import re
import uuid
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mpp import regions
from mpp.calendars import load_calendar, parse_overrides
from mpp.casework.calendar import WorkingCalendar
from mpp.casework.clock import Deadline, deadline
from mpp.casework.durations import parse
from mpp.casework.offices import KINDS
from mpp.catalogue.reader import CatalogueError
from mpp.operations.client import DEFAULT_URL, Client

app = typer.Typer(help="Kalender kerja dan tenggat (the working calendar and deadlines).", no_args_is_help=True)

INCOMPLETE = "kalender belum lengkap (the holidays of this year are not decided yet)"


_PATH = "/api/v1/operations/calendar"
Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")]


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="Tabel perubahan hari libur (override table), YAML.")],
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Berlakukan tabel di seluruh mal; tanggal berkas berjalan ikut pindah (put a table into effect).

    The file is checked here before anything is sent, and by every service before it is stored: exit status 2 with one
    line `file:line: reason`. 1 when a service did not answer: run it again, a table in effect is not loaded twice.
    """
    try:
        source = file.read_text("utf-8")
        parse_overrides(file.name, source)
    except (CatalogueError, OSError, UnicodeDecodeError) as error:
        typer.echo(f"mpp calendar load: {_one_line(error, file)}", err=True)
        raise typer.Exit(2) from error
    found = Client(url, account).post(_PATH, str(uuid.uuid4()), {"name": file.name, "source": source})
    served = sorted({item["service"] for item in found["items"]})
    typer.echo(json.dumps({"table": file.name, "services": served, "unavailable": found["unavailable"]}))
    if found["unavailable"]:
        raise typer.Exit(1)


@app.command("list")
def list_(url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Tabel yang berlaku, satu baris tiap layanan (tables in effect: service, name, loaded at, by)."""
    found = Client(url, account).get(_PATH)
    for item in found["items"]:
        typer.echo("\t".join(item[name] for name in ("service", "name", "loaded_at", "loaded_by")))
    for service in found["unavailable"]:
        typer.echo(f"{service}: tidak menjawab | does not answer", err=True)


def _one_line(error: Exception, file: Path) -> str:
    if isinstance(error, OSError):
        return f"{file}: {error.strerror}"
    return f"{file}: not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)


@app.command("deadline")
def deadline_command(
    start: Annotated[str, typer.Argument(help="ISO date or date-time; without an offset it is local time.")],
    duration: Annotated[str, typer.Argument(help="3wd (working days), 60d (days), 10h or 30min (service time).")],
    office: Annotated[str, typer.Option(help="Kind of the office whose service hours count.")] = "opd",
    roll: Annotated[bool, typer.Option("--roll", help="A calendar-day deadline on a day off moves on.")] = False,
    region: Annotated[str, typer.Option(envvar="MPP_REGION", help="Region code or file; gives the zone.")] = "35.15",
    overrides: Annotated[
        list[Path] | None, typer.Option(envvar="MPP_CALENDAR_FILES", help="Override tables of holidays.")
    ] = None,
) -> None:
    """Print the deadline as one JSON object. Exit status 2 with one line for input that cannot be read."""
    try:
        if office not in KINDS:
            raise ValueError(f"unknown kind of office {office!r} (known: {', '.join(KINDS)})")
        calendar = load_calendar(regions.load(region).offices.zone, overrides=overrides or ())
        begin = _moment(start, calendar)
        length = parse(duration)
        found = deadline(begin, length, calendar, office, roll=roll)
        answer = _answer(found, calendar)
    except (ValueError, OverflowError, CatalogueError) as error:
        typer.echo(f"mpp calendar deadline: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(json.dumps({"start": start, "duration": duration, "office": office} | answer, ensure_ascii=False))


def _moment(text: str, calendar: WorkingCalendar) -> datetime | date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not an ISO date or date-time: {text[:40]!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)


def _answer(found: Deadline, calendar: WorkingCalendar) -> dict[str, Any]:
    local = found.due_at.astimezone(calendar.zone)
    answer = {
        "deadline": local.isoformat(),
        "date": local.date().isoformat(),
        "day_zero": found.day_zero.isoformat(),
        "skipped": [{"date": s.day.isoformat(), "kind": s.kind.value, "reason": s.reason} for s in found.skipped],
        "calendar_complete": found.complete,
    }
    return answer if found.complete else answer | {"notice": INCOMPLETE}
