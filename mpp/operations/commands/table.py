"""What a list command prints: a table for people, or with `--json` one object a line for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from mpp.json_values import Json, JsonObject

AsJson = Annotated[bool, typer.Option("--json", help="Satu JSON per baris (one JSON object a line).")]


def shown(columns: Mapping[str, str], rows: Sequence[JsonObject], *, as_json: bool) -> None:
    """Print the rows: the columns by the names that people read, or each row whole. Nothing where there are none."""
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif rows:
        cells = [[_cell(row.get(name)) for name in columns] for row in rows]
        for line in aligned([[*columns.values()], *cells]):
            typer.echo(line)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line for each row, every column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(value: Json) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(_cell, value)) or "-"
    return "-" if value in (None, "") else " ".join(str(value).split())
