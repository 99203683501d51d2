"""Demo cases in any number, for a load test or a training mall; the settings are those of `mpp`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated, cast

import typer

from mpp.contracts import all_contracts
from mpp.hosting.definition import definitions
from mpp.hosting.runtime import Runtime
from mpp.messaging.brokers.port import Broker
from mpp.operations import keys, region_files
from mpp.operations.databases import databases_of
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, required
from mpp.papers.qr.keys import PaperSigner
from mpp.persistence.database import Database
from mpp.tokens.signed import TokenVerifier, new_keys
from tests.load.seeding import complaints as of_complaints
from tests.load.seeding import permits as of_permits
from tests.load.seeding import population
from tests.load.seeding.multiply import multiply
from tests.load.seeding.walks import Walker

PROGRESS_SECONDS = 5.0
WALKS: dict[str, type[Walker]] = {"permits": of_permits.Walks, "complaints": of_complaints.Walks}

app = typer.Typer(no_args_is_help=True, help="Kasus contoh dalam jumlah besar (demo cases in any number).")
Count = Annotated[int, typer.Option(min=1, max=10_000_000, help="Berapa kasus (how many cases).")]


@app.command()
def permits(count: Count) -> None:
    """Isi permohonan izin contoh dan buku registernya (demo permit applications, and the register they fill)."""
    _seed("permits", count)


@app.command()
def complaints(count: Count) -> None:
    """Isi pengaduan contoh (demo complaints)."""
    _seed("complaints", count)


@app.command()
def residents(
    out: Annotated[Path, typer.Argument(help="Berkas (file): penduduk.csv.xz")],
    count: Count = 2_000_000,
    region: Annotated[str, typer.Option(help="Kode kabupaten/kota.")] = "35.15",
    seed: Annotated[int, typer.Option(help="Benih yang sama, orang yang sama (same seed, same people).")] = 1,
) -> None:
    """Tulis penduduk contoh satu kabupaten, untuk `mpp residents import --demo` (a kabupaten's demo population)."""
    began = time.monotonic()
    made = population.write(out, region, count, seed)
    typer.echo(f"siap | ready: {made} orang, per {population.DAY}, {time.monotonic() - began:.0f} s")


def _seed(service: str, count: int) -> None:
    services = definitions()
    settings = Settings.read(os.environ, services)
    if not settings.demo:
        raise Problem(
            "kasus contoh tidak dapat dihapus lagi: isi MPP_DEMO=1 bila mal ini memang untuk latihan atau uji beban",
            "demo cases cannot be removed again: set MPP_DEMO=1 if this mall is for training or load tests",
        )
    began = time.monotonic()
    with databases_of(settings) as found:
        runtime = _runtime(found, service)
        told = began

        def say(done: int) -> None:
            nonlocal told
            if time.monotonic() - told > PROGRESS_SECONDS:
                told = time.monotonic()
                typer.echo(f"{service}: {done} / {count} ({told - began:.0f} s)")

        multiply(WALKS[service](services[service], runtime), count, say)
        runtime.databases[service].dispose()
    typer.echo(f"siap | ready: {count} {service}, {time.monotonic() - began:.0f} s")


def _runtime(settings: Settings, service: str) -> Runtime:
    """What the commands of one service need to run here: no broker, and no clerk's tokens."""
    files = region_files.read(settings.for_services.region)
    url = required(settings.database_urls.get(service), f"{service.upper()}_DATABASE_URL")
    of_service = (settings.tracking_keys, settings.paper_keys)
    has_keys = settings.person_key is not None and all(service in found for found in of_service)
    settings = settings if has_keys else keys.with_keys(settings)
    assert settings.person_key is not None, "with_keys makes one"
    return Runtime(
        databases={service: Database(url, name=service, pool_size=3, durable=False)},
        broker=cast(Broker, None),  # the events of these cases count as published
        offices=files.region.offices,
        catalogue=files.catalogue,
        calendar=files.calendar,
        token_verifier=TokenVerifier(new_keys()[1]),
        person_key=settings.person_key,
        contracts=all_contracts(),
        tracking_keys=dict(settings.tracking_keys),
        paper_signers={name: PaperSigner(key) for name, key in settings.paper_keys.items()},
        settings=settings.for_services,
    )


def main() -> None:
    """Seed as the command line says. A Problem is one line on stderr and exit status 1."""
    try:
        app()
    except Problem as problem:
        typer.echo(f"seeding: {problem}", err=True)
        sys.exit(1)
