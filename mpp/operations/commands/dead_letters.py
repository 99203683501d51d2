"""`mpp dead-letters ...`: events and jobs that no retry could settle, over the operator's endpoints of the mall."""

from __future__ import annotations

import json
import uuid
from typing import Annotated

import typer

from mpp.json_values import objects, texts
from mpp.operations.client import DEFAULT_URL, Client

app = typer.Typer(no_args_is_help=True)
_PATH = "/api/v1/operations/dead-letters"

Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")]
Service = Annotated[str, typer.Argument(help="Layanan (service), kolom pertama dari `list`.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id peristiwa atau pekerjaan (event or job), kolom kedua.")]
Subscription = Annotated[str, typer.Argument(help="Langganan atau jenis pekerjaan (subscription or kind), kolom 3.")]


@app.command("list")
def list_(url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Satu baris untuk tiap peristiwa atau pekerjaan yang gagal: layanan, id, langganan, jenis, alasan, yang mana.

    (One line each: service, id, subscription or kind of job, type of event or key of the job, reason, event or job.)
    """
    found = Client(url, account).get(_PATH)
    for item in objects(found, "items"):
        id_, _, name = str(item["id"]).partition(":")
        about = item.get("type") or item.get("key")
        columns = (item["service"], id_, name, about, item.get("reason"), item.get("what"))
        typer.echo("\t".join(str(column or "-") for column in columns))
    for service in texts(found, "unavailable") if "unavailable" in found else ():
        typer.echo(f"{service}: tidak menjawab | does not answer", err=True)
    if not found["items"]:
        typer.echo("tidak ada | none", err=True)


@app.command()
def show(
    service: Service, id_: Id, subscription: Subscription, url: Url = DEFAULT_URL, account: Account = "operator"
) -> None:
    """Satu di antaranya dengan alasannya, sebagai JSON (one of them with its reason, as JSON)."""
    found = Client(url, account).get(f"{_PATH}/{service}/{id_}/{subscription}")
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@app.command()
def replay(
    service: Service, id_: Id, subscription: Subscription, url: Url = DEFAULT_URL, account: Account = "operator"
) -> None:
    """Coba lagi, setelah penyebabnya diperbaiki: peristiwa sekarang, pekerjaan segera sesudahnya.

    (Try again, after the cause is mended: an event now, a job soon after.)
    """
    path = f"{_PATH}/{service}/{id_}/{subscription}/replay"
    done = Client(url, account).post(path, str(uuid.uuid4()), {})
    typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
    raise typer.Exit(0 if done.get("status") not in ("dead", "retry") else 1)
