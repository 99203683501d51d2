"""`mpp calendar ...`: when something is due, and why."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from mpp import regions
from mpp.calendars import load_calendar, parse_overrides
from mpp.casework.time.deadline_answer import told_deadline
from mpp.json_values import JsonObject, objects, text, texts
from mpp.operations.client import DEFAULT_URL, Client, Refusal
from mpp.operations.commands.table import AsJson, shown
from mpp.operations.environment import region_of
from mpp.operations.problem import Problem
from mpp.yaml_files import CatalogueError

app = typer.Typer(help="Kalender kerja dan tenggat (the working calendar and deadlines).", no_args_is_help=True)

_PATH = "/api/v1/operations/calendar"
_COLUMNS = {"service": "layanan", "name": "tabel", "loaded_at": "dimuat", "loaded_by": "oleh"}
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
    served = sorted({text(item, "service") for item in objects(found, "items")})
    typer.echo(json.dumps({"table": file.name, "services": served, "unavailable": found["unavailable"]}))
    if found["unavailable"]:
        raise typer.Exit(1)


@app.command("list")
def list_(as_json: AsJson = False, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Tabel yang berlaku, satu baris tiap layanan (tables in effect: service, name, loaded at, by)."""
    found = Client(url, account).get(_PATH)
    shown(_COLUMNS, objects(found, "items"), as_json=as_json)
    for service in texts(found, "unavailable"):
        typer.echo(f"{service}: tidak menjawab | does not answer", err=True)


def _one_line(error: Exception, file: Path) -> str:
    if isinstance(error, OSError):
        return f"{file}: {error.strerror}"
    return f"{file}: not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)


@app.command("deadline")
def deadline_command(
    context: typer.Context,
    start: Annotated[str, typer.Argument(help="ISO date or date-time; without an offset it is local time.")],
    duration: Annotated[str, typer.Argument(help="3wd (working days), 60d (days), 10h or 30min (service time).")],
    office: Annotated[str, typer.Option(help="Kind of the office whose service hours count.")] = "opd",
    roll: Annotated[bool, typer.Option("--roll", help="A calendar-day deadline on a day off moves on.")] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Tanpa mal: dari berkas (by files, not the mall).")
    ] = False,
    region: Annotated[str | None, typer.Option(help="Offline: folder wilayah atau kode (folder or code).")] = None,
    overrides: Annotated[list[Path] | None, typer.Option(help="Offline: tabel lain untuk dicoba (to try).")] = None,
    url: Annotated[str | None, typer.Option(envvar="MPP_URL", help=f"Alamat mal (address); {DEFAULT_URL}.")] = None,
    account: Account = "operator",
) -> None:
    """Print the deadline as one JSON object; before it, on stderr, by which calendar it was counted.

    The running mall counts, with the tables that were loaded into it. It is counted from the files only with
    `--offline` (or a `--region` or `--overrides` to try), or where no address was given and no mall runs here. Exit
    status 2 with one line for input that cannot be read; 1 when the mall that was named does not answer or refuses.
    """
    asked = {"start": start, "duration": duration, "office": office, "roll": "true" if roll else "false"}
    typed = [f"--{name}" for name in ("offline", "overrides", "region") if _typed(context, name)]
    found = None if typed else _asked(url, account, asked)
    if found is not None:
        typer.echo(
            f"kalender mal di {url or DEFAULT_URL} | the calendar of that mall: {text(found, 'calendar')[:12]}",
            err=True,
        )
        for service in texts(found, "others"):
            typer.echo(
                f"{service}: memakai kalender lain, muat ulang tabel | has another calendar, load again", err=True
            )
    else:
        try:
            where = regions.find(region_of(region))
            tables = [*where.calendars, *(overrides or ())]
            calendar = load_calendar(regions.read_region(where.file).offices.zone, overrides=tables)
            found = told_deadline(start, duration, office, calendar, roll=roll)
        except (ValueError, CatalogueError) as error:
            typer.echo(f"mpp calendar deadline: {error}", err=True)
            raise typer.Exit(2) from error
        why = typed[0] if typed else f"tidak ada mal di {DEFAULT_URL} | no mall there"
        files = ", ".join(path.name for path in tables) or "-"
        typer.echo(
            f"kalender dari berkas ({why}), tanpa tabel yang dimuat ke mal | by the files, not by a mall: {files}",
            err=True,
        )
    typer.echo(json.dumps({k: v for k, v in found.items() if k not in _ABOUT}, ensure_ascii=False))


def _typed(context: typer.Context, name: str) -> bool:
    """Whether the option stands on the command line, rather than in the environment or nowhere."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


_ABOUT = ("calendar", "services", "others", "unavailable")


def _asked(url: str | None, account: str, asked: Mapping[str, str]) -> JsonObject | None:
    """What the mall counted; None where none was named and none runs here. Raises Problem."""
    try:
        return Client(url or DEFAULT_URL, account).get(f"{_PATH}/deadline", **asked)
    except Refusal as refusal:
        if refusal.codes & {"count_invalid", "invalid_fields"}:
            typer.echo(f"mpp calendar deadline: {refusal}", err=True)
            raise typer.Exit(2) from refusal
        raise
    except Problem:
        if url is not None:
            raise
        return None
