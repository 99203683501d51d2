"""`mpp events tail`: the public feed as a partner sees it."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from mpp.json_values import objects, optional_text
from mpp.operations.client import DEFAULT_URL, Client

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `tail` a subcommand while it is the only one."""


@app.command()
def tail(
    type_: Annotated[str | None, typer.Option("--type", help="Jenis, atau awalan dengan .* (type or prefix)")] = None,
    after: Annotated[str | None, typer.Option(help="Kursor (cursor); tanpa ini: dari awal (from the start).")] = None,
    follow: Annotated[bool, typer.Option(help="Tunggu yang baru (wait for new ones); Ctrl-C.")] = True,
    account: Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun mitra (partner).")] = "mitra.bpjs",
    url: Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")] = DEFAULT_URL,
) -> None:
    """Cetak peristiwa publik, satu JSON per baris (print public events, one JSON object a line)."""
    client = Client(url, account)
    try:
        while True:
            page = client.get("/api/v1/events", after=after, type=type_)
            for event in objects(page, "items"):
                typer.echo(json.dumps(event, ensure_ascii=False))
            after = optional_text(page, "next") or after
            if not page["more"]:
                if not follow:
                    break
                time.sleep(1.0)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
