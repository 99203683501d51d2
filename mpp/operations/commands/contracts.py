"""`mpp contracts`: the published events, for partners' developers and for the committed document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Events that the mall publishes.")


@app.command("list")
def list_events() -> None:
    """Print every event type with its classification and title, one a line."""
    from mpp.contracts import all_contracts

    for type_, contract in sorted(all_contracts().items()):
        typer.echo(f"{type_}\t{contract.classification}\t{contract.title['id']} / {contract.title['en']}")


@app.command()
def asyncapi(
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """Print the AsyncAPI 3.0 document of all events (docs/asyncapi.yaml is its committed copy)."""
    from mpp.contracts import all_contracts
    from mpp.contracts.asyncapi import render

    text = render(all_contracts().values())
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
