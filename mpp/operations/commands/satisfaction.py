"""`mpp satisfaction ...`: what citizens answered after the end of their cases, over the operator's endpoint."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mpp.json_values import Json, JsonObject, objects, texts
from mpp.operations.client import DEFAULT_URL, Client
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True)
_PATH = "/api/v1/operations/satisfaction"
_COLUMNS = ("month", "service", "office", "questionnaire", "channel", "element", "value", "preset", "count")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of one
_MOST = 120  # months


@app.callback()
def satisfaction() -> None:
    """Penilaian warga: sembilan unsur (what citizens answered)."""


@app.command()
def export(
    since: Annotated[str, typer.Option("--from", help="Bulan pertama (first month), mis. 2026-01.")],
    until: Annotated[str, typer.Option("--to", help="Bulan terakhir (last month); tanpa itu sama (or the same).")] = "",
    out: Annotated[Path | None, typer.Option(help="Berkas CSV; tanpa itu ke layar (file, else the screen).")] = None,
    url: Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")] = DEFAULT_URL,
    account: Annotated[
        str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi: MPP_PASSWORD.")
    ] = "operator",
) -> None:
    """Hitungan per bulan, layanan, kantor dan unsur, sebagai CSV (counts by month, service, office and element).

    All months are asked for before a line is written: a file that is there is whole.
    """
    months = list(_months(_month("--from", since), _month("--to", until or since)))
    client = Client(url, account)
    lines = [line for month in months for line in _lines(client, month)]
    try:
        with ExitStack() as stack:
            to = sys.stdout if out is None else stack.enter_context(out.open("w", encoding="utf-8", newline=""))
            writer = csv.writer(to, lineterminator="\n")
            writer.writerow(_COLUMNS)
            writer.writerows(lines)
    except OSError as error:
        raise Problem(f"{out}: tidak dapat ditulis: {error.strerror}", "the file cannot be written") from None


def _lines(client: Client, month: str) -> Iterator[list[str]]:
    answer = client.get(_PATH, month=month)
    silent = texts(answer, "unavailable")
    if silent:
        named = ", ".join(silent)
        raise Problem(f"{named} tidak menjawab; ulangi perintah ini", f"{named} did not answer; run this again")
    for item in objects(answer, "items"):
        yield [cell(value) for value in _row(month, item)]


def _row(month: str, item: JsonObject) -> list[Json]:
    return [month, *(item.get(name) for name in _COLUMNS[1:])]


def cell(value: Json) -> str:
    """A value as it may stand in a CSV file: no spreadsheet takes it for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    told = "" if value is None else str(value)
    return f"'{told}" if told.startswith(_FORMULA) else told


def _month(option: str, told: str) -> date:
    try:
        return date.fromisoformat(f"{told}-01")
    except ValueError:
        raise Problem(
            f"{option}: bulan ditulis seperti 2026-11", f"{option}: a month is written like 2026-11"
        ) from None


def _months(first: date, last: date) -> Iterator[str]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= count <= _MOST:
        raise Problem(f"--from sampai --to: 1 sampai {_MOST} bulan", f"--from to --to: 1 to {_MOST} months")
    for number in range(count):
        years, months = divmod(first.month - 1 + number, 12)
        yield f"{first.year + years}-{months + 1:02}"
