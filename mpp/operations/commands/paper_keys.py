"""`mpp paper-keys ...`: the keys that sign the QR codes of papers."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.preparing.env_file import values_of
from mpp.operations.preparing.paper_keys import rotated
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings

app = typer.Typer(help="Kunci kode QR surat (keys of the QR codes of papers).", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `rotate` a subcommand while it is the only one."""


@app.command()
def rotate(
    service: Annotated[str, typer.Argument(help="Layanan yang kuncinya diganti (whose key).")],
    env: Annotated[
        Path | None, typer.Option(help="Berkas .env mal ini; tanpa itu: pengaturan dan MPP_DATA (of this mall).")
    ] = None,
) -> None:
    """Cetak kunci baru dan daftar kunci publik, untuk menggantikan baris di .env (lines that replace those of .env).

    Surat lama tetap sah: kunci lama tinggal dalam daftar, dengan hari terakhirnya (papers of before stay good).
    """
    names = list(definitions())
    if env is None:
        settings = keys.with_keys(Settings.read(os.environ, names))
    else:
        try:
            settings = Settings.read(values_of(env.read_text()), names)
        except OSError as error:
            raise Problem(f"{env} tidak terbaca: {error.strerror}", f"{env} cannot be read") from None
    for name, value in rotated(settings, service, datetime.now(UTC).date()).items():
        typer.echo(f"{name}={value}")
