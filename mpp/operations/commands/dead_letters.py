"""`mpp dead-letters ...`: events that no retry could settle, over the operator's endpoints of the mall."""

from __future__ import annotations

import json
import uuid
from typing import Annotated

import typer

from mpp.operations.client import DEFAULT_URL, Client

app = typer.Typer(no_args_is_help=True)
_PATH = "/api/v1/operations/dead-letters"

Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")]
Service = Annotated[str, typer.Argument(help="Layanan (service), kolom pertama dari `list`.")]
EventId = Annotated[str, typer.Argument(metavar="EVENT", help="Id peristiwa, kolom kedua.")]
Subscription = Annotated[str, typer.Argument(help="Langganan (subscription), kolom ketiga.")]


@app.command("list")
def list_(url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Satu baris untuk tiap peristiwa yang gagal (one line each: service, event, subscription, type, reason)."""
    found = Client(url, account).get(_PATH)
    for item in found["items"]:
        typer.echo("\t".join(str(item.get(k) or "-") for k in ("service", "id", "subscription", "type", "reason")))
    for service in found.get("unavailable", []):
        typer.echo(f"{service}: tidak menjawab | does not answer", err=True)
    if not found["items"]:
        typer.echo("tidak ada | none", err=True)


@app.command()
def show(
    service: Service, event: EventId, subscription: Subscription, url: Url = DEFAULT_URL, account: Account = "operator"
) -> None:
    """Satu peristiwa dengan alasannya, sebagai JSON (one of them with its reason, as JSON)."""
    found = Client(url, account).get(f"{_PATH}/{service}/{event}/{subscription}")
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@app.command()
def replay(
    service: Service, event: EventId, subscription: Subscription, url: Url = DEFAULT_URL, account: Account = "operator"
) -> None:
    """Coba lagi sekarang, setelah penyebabnya diperbaiki (try again now, after the cause is mended)."""
    path = f"{_PATH}/{service}/{event}/{subscription}/replay"
    done = Client(url, account).post(path, str(uuid.uuid4()), {})
    typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
    raise typer.Exit(0 if done.get("status") not in ("dead", "retry") else 1)
