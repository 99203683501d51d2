"""`mpp identity ...`: what a number says about its holder."""

import json
from datetime import date
from typing import Annotated

import typer

from mpp import regions
from mpp.identity.nik import Nik, parse_nik
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import JsonObject

app = typer.Typer(help="NIK dan nomor identitas lain (identity numbers).", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `nik` a subcommand while it is the only one."""


@app.command("nik")
def nik_command(
    number: Annotated[str, typer.Argument(help="16 digits.")],
    today: Annotated[str | None, typer.Option(help="ISO date that decides the century; default today.")] = None,
) -> None:
    """Print what the NIK says as one JSON object. Exit status 0 valid, 1 invalid, 2 for unreadable options."""
    try:
        day = date.fromisoformat(today) if today else date.today()  # noqa: DTZ011  (a civil date, not an instant)
    except ValueError as error:
        typer.echo(f"mpp identity nik: {error}", err=True)
        raise typer.Exit(2) from error

    try:
        answer = _valid(parse_nik(number, day, regions.exists))
    except InvalidIdentity as error:
        answer = _invalid(error)
    typer.echo(json.dumps(answer))
    raise typer.Exit(0 if answer["valid"] else 1)


def _valid(nik: Nik) -> JsonObject:
    return {
        "valid": True,
        "birth_date": nik.birth_date.isoformat(),
        "sex": nik.sex,
        "region": nik.region,
        "warnings": list(nik.warnings),
        "error": None,
    }


def _invalid(error: InvalidIdentity) -> JsonObject:
    nothing = dict.fromkeys(("birth_date", "sex", "region"))
    return {"valid": False, **nothing, "warnings": [], "error": error.code}
