"""`mpp messages`: what people are told, and what has become of it."""

from __future__ import annotations

from typing import Annotated

import typer

from mpp.casework.rules.moments import MOMENTS
from mpp.messages import page
from mpp.messages.book import LANGUAGES, SMS
from mpp.operations import region_files
from mpp.operations.commands.offices import Region
from mpp.operations.environment import region_of
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True)


@app.callback()
def messages() -> None:
    """Pesan untuk warga (messages to citizens)."""


@app.command()
def preview(
    moment: Annotated[str | None, typer.Argument(help=f"Peristiwa (moment): {', '.join(MOMENTS)}.")] = None,
    channel: Annotated[str, typer.Option(help=f"Saluran (channel): {', '.join(page.CHANNELS)}.")] = SMS,
    language: Annotated[str, typer.Option(help=f"Bahasa (language): {', '.join(LANGUAGES)}.")] = "id",
    region: Region = None,
) -> None:
    """Cetak teks pesan dengan data karangan, dan berapa SMS panjangnya (texts with made-up data, and their cost)."""
    if channel not in page.CHANNELS or language not in LANGUAGES or (moment is not None and moment not in MOMENTS):
        raise Problem("peristiwa, saluran atau bahasa itu tidak ada", "there is no such moment, channel or language")
    book = region_files.read(region_of(region), printing=False).messages
    for name, text in page.examples(book, channel, language):
        if moment in (None, name):
            counted = f" — {page.cost(text)}" if channel == SMS else ""
            typer.echo(f"{name}, v{book.texts[name].version}{counted}\n{text}\n")
