"""`mpp calendar ...`: when something is due, and why."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mpp import regions
from mpp.calendars import load_calendar
from mpp.casework.calendar import WorkingCalendar
from mpp.casework.clock import Deadline, deadline
from mpp.casework.durations import parse
from mpp.casework.offices import KINDS
from mpp.catalogue.reader import CatalogueError

app = typer.Typer(help="Kalender kerja dan tenggat (the working calendar and deadlines).", no_args_is_help=True)

INCOMPLETE = "kalender belum lengkap (the holidays of this year are not decided yet)"


@app.callback()
def _group() -> None:
    """Keeps `deadline` a subcommand while it is the only one."""


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
