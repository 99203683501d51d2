"""`mpp messages`: what people are told, and what has become of it."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from mpp.casework.rules.moments import MOMENTS
from mpp.hosting.definition import case_services
from mpp.json_values import Json, objects, optional_text, text, whole
from mpp.messages import page
from mpp.messages.book import LANGUAGES, SMS
from mpp.messages.table import CALL_LIST, STATES
from mpp.operations import region_files
from mpp.operations.client import DEFAULT_URL, Client
from mpp.operations.commands.offices import Region
from mpp.operations.environment import region_of
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True)
_BASE = "/api/v1/operations/messages"
Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi: MPP_PASSWORD.")]


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
    for name, said in page.examples(book, channel, language):
        if moment in (None, name):
            counted = f" — {page.cost(said)}" if channel == SMS else ""
            typer.echo(f"{name}, v{book.texts[name].version}{counted}\n{said}\n")


@app.command("list")
def list_command(
    state: Annotated[str, typer.Argument(help=f"Keadaan (state): {', '.join(STATES)}.")] = CALL_LIST,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Daftar pesan dalam satu keadaan, tanpa data pribadi (messages in one state; nothing personal)."""
    client, found = Client(url, account), 0
    for collection in case_services():
        after: str | None = None
        while True:
            page_of = client.get(f"{_BASE}/{collection}", state=state, after=after)
            for each in objects(page_of, "items"):
                found += 1
                told = f"{text(each, 'id')} {text(each, 'moment')} {text(each, 'created_at')}"
                typer.echo(f"{told} {optional_text(each, 'channel') or '-'} {optional_text(each, 'reason') or '-'}")
            after = optional_text(page_of, "next")
            if after is None:
                break
    typer.echo(f"{found} pesan | {found} messages")


@app.command()
def retry(url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Coba lagi pesan yang masuk daftar panggil karena penyedianya (try again what its provider kept from arriving)."""
    client = Client(url, account)
    for collection in case_services():
        tried = 0
        body: dict[str, Json] = {}
        while True:
            told = client.post(f"{_BASE}/{collection}/retries", str(uuid.uuid4()), body)
            tried += whole(told, "retried")
            after = optional_text(told, "next")
            if after is None:
                break
            body = {"after": after}
        typer.echo(f"{collection}: {tried} pesan dicoba lagi | {tried} messages are tried again")
