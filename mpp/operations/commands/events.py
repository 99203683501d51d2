"""`mpp events ...`: the public feed as a partner sees it, and sending again what somebody has lost."""

from __future__ import annotations

import json
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from mpp.hosting.definition import definitions
from mpp.json_values import Json, JsonObject, objects, optional_text, text, whole
from mpp.operations.client import DEFAULT_URL, Client
from mpp.operations.commands.piecewise import in_pieces, of_each
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True)
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Type = Annotated[str | None, typer.Option("--type", help="Jenis, atau awalan dengan .* (type or prefix)")]


@app.command()
def tail(
    type_: Type = None,
    after: Annotated[str | None, typer.Option(help="Kursor (cursor); tanpa ini: dari awal (from the start).")] = None,
    follow: Annotated[bool, typer.Option(help="Tunggu yang baru (wait for new ones); Ctrl-C.")] = True,
    account: Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun mitra (partner).")] = "mitra.bpjs",
    url: Url = DEFAULT_URL,
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


@app.command()
def resend(
    since: Annotated[str, typer.Option(help="Sejak: 2026-11-26T08:00, atau 90min, 6h, 3d yang lalu (or so long ago).")],
    until: Annotated[str | None, typer.Option(help="Sampai (until); tanpa ini: sekarang (now).")] = None,
    service: Annotated[str | None, typer.Option(help="Hanya layanan ini (only this service).")] = None,
    type_: Type = None,
    account: Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")] = (
        "operator"
    ),
    url: Url = DEFAULT_URL,
) -> None:
    """Kirim ulang peristiwa dari kotak keluar layanan; yang sudah punya melewatinya.

    (Send events again from the services' outboxes, to who has lost them; who has them passes over them.)
    """
    asked: dict[str, Json] = {"since": _moment(since).isoformat()}
    if until is not None:
        asked["until"] = _moment(until).isoformat()
    if type_ is not None:
        asked["type"] = type_
    producers = [name for name, definition in definitions().items() if definition.publishes is not None]
    if service is not None and service not in producers:
        raise Problem(f"{service} tidak menerbitkan peristiwa", f"{service} publishes no events")
    client = Client(url, account)
    raise typer.Exit(of_each([service] if service else producers, lambda name: _resend(client, name, asked)))


@app.command("new-epoch")
def new_epoch(
    since: Annotated[str, typer.Option(help="Waktu salinan, atau lebih awal (time of the copy, or earlier): 6h ...")],
    reason: Annotated[str, typer.Option(help="Mengapa (why); masuk jejak audit (goes to the audit trail).")],
    account: Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")] = (
        "operator"
    ),
    url: Url = DEFAULT_URL,
) -> None:
    """Mulai babak baru umpan mitra, setelah memulihkan mal dari salinan lama yang tidak dikenalinya sendiri.

    (Begin another epoch of the partners' feed, after a restore that the mall did not notice by itself.)
    """
    asked: JsonObject = {"since": _moment(since).isoformat(), "reason": reason}
    begun = Client(url, account).post("/api/v1/operations/feed/epochs", str(uuid.uuid4()), asked)
    typer.echo(f"babak | epoch {text(begun, 'epoch')}, posisi | position {whole(begun, 'position')}")
    typer.echo(f"sekarang | now: mpp events resend --since {since}", err=True)


def _resend(client: Client, service: str, asked: dict[str, Json]) -> int:
    """How many; a span that reaches further back than the receivers remember is told on stderr."""

    def ask(after: Json) -> JsonObject:
        body = asked if after is None else {**asked, "after": after}
        done = client.post(f"/api/v1/operations/events/{service}/resends", str(uuid.uuid4()), body)
        if after is None and datetime.fromisoformat(text(done, "since")) > datetime.fromisoformat(str(asked["since"])):
            typer.echo(f"{service}: sejak {done['since']} saja | only since {done['since']}", err=True)
        return done

    return in_pieces(ask, "resent")


def _moment(given: str) -> datetime:
    """An instant; a time without a zone is this machine's."""
    ago = re.fullmatch(r"([0-9]{1,5})(min|h|d)", given)
    if ago is not None:
        return datetime.now(UTC) - int(ago[1]) * _UNITS[ago[2]]
    try:
        return datetime.fromisoformat(given).astimezone()
    except (ValueError, OverflowError):
        raise Problem(f"{given} bukan waktu (2026-11-26T08:00, 6h)", f"{given} is no time") from None
