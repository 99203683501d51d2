"""What a list command prints: a table for people, or with `--json` one object a line for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
        cells = [tuple(columns.values()), *(tuple(_cell(row.get(name)) for name in columns) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for line in cells:
            typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Json) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(_cell, value)) or "-"
    return "-" if value in (None, "") else " ".join(str(value).split())
