"""`mpp dead-letters ...`: events and jobs that no retry could settle, over the operator's endpoints of the mall."""

from __future__ import annotations

import json
import uuid
from typing import Annotated

import typer

from mpp.hosting.definition import definitions
from mpp.json_values import Json, JsonObject, objects, texts
from mpp.operations.client import DEFAULT_URL, Client
from mpp.operations.commands.piecewise import in_pieces, of_each
from mpp.operations.commands.table import AsJson, shown
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True)
_PATH = "/api/v1/operations/dead-letters"
_COLUMNS = {
    "service": "layanan", "id": "id", "subscription": "langganan", "about": "jenis", "reason": "alasan", "what": "apa",
}  # fmt: skip

Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")]
Service = Annotated[str, typer.Argument(help="Layanan (service), kolom pertama dari `list`.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id peristiwa atau pekerjaan (event or job), kolom kedua.")]
Subscription = Annotated[str, typer.Argument(help="Langganan atau jenis pekerjaan (subscription or kind), kolom 3.")]


@app.command("list")
def list_(as_json: AsJson = False, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Satu baris untuk tiap peristiwa atau pekerjaan yang gagal: layanan, id, langganan, jenis, alasan, yang mana.

    (One line each: service, id, subscription or kind of job, type of event or key of the job, reason, event or job.)
    """
    found = Client(url, account).get(_PATH)
    shown(_COLUMNS, [_row(item) for item in objects(found, "items")], as_json=as_json)
    for service in texts(found, "unavailable") if "unavailable" in found else ():
        typer.echo(f"{service}: tidak menjawab | does not answer", err=True)
    if not found["items"]:
        typer.echo("tidak ada | none", err=True)


def _row(item: JsonObject) -> JsonObject:
    """The item with its id in two: that of the event or job, and the subscription or kind."""
    id_, _, name = str(item["id"]).partition(":")
    return {**item, "id": id_, "subscription": name, "about": item.get("type") or item.get("key")}


@app.command()
def show(
    service: Service, id_: Id, subscription: Subscription, url: Url = DEFAULT_URL, account: Account = "operator"
) -> None:
    """Satu di antaranya dengan alasannya, sebagai JSON (one of them with its reason, as JSON)."""
    found = Client(url, account).get(f"{_PATH}/{service}/{id_}/{subscription}")
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@app.command()
def replay(
    service: Annotated[str | None, typer.Argument(help="Layanan (service), kolom pertama dari `list`.")] = None,
    id_: Annotated[str | None, typer.Argument(metavar="ID", help="Id, kolom kedua (second column).")] = None,
    subscription: Annotated[str | None, typer.Argument(help="Kolom ketiga (third column).")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Semuanya (all of them).")] = False,
    reason: Annotated[str | None, typer.Option(help="Hanya yang alasannya memuat ini (only with this reason).")] = None,
    only: Annotated[str | None, typer.Option("--service", help="Hanya layanan ini (only this service).")] = None,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Coba lagi, setelah penyebabnya diperbaiki: satu sekarang, atau dengan --all semuanya segera sesudahnya.

    (Try again, after the cause is mended: one of them now, or with --all all of them soon after.)
    """
    named = [word for word in (service, id_, subscription) if word is not None]
    if all_ == bool(named) or len(named) not in (0, 3):  # noqa: PLR2004
        raise Problem("sebut satu dengan tiga kolom dari `list`, atau --all", "name one by three columns, or say --all")
    client = Client(url, account)
    if all_:
        services = [only] if only else _services()
        raise typer.Exit(of_each(services, lambda service: _replay_service(client, service, reason)))
    path = f"{_PATH}/{service}/{id_}/{subscription}/replay"
    done = client.post(path, str(uuid.uuid4()), {})
    typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
    raise typer.Exit(0 if done.get("status") not in ("dead", "retry") else 1)


def _services() -> list[str]:
    return [name for name, definition in definitions().items() if definition.migrations is not None]


def _replay_service(client: Client, service: str, reason: str | None) -> int:
    def ask(after: Json) -> JsonObject:
        asked = {name: text for name, text in (("reason", reason), ("after", after)) if text}
        return client.post(f"{_PATH}/{service}/replays", str(uuid.uuid4()), asked)

    return in_pieces(ask, "replayed")
