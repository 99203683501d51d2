"""`mpp`: menyiapkan, menjalankan dan merawat mal (prepare, run and look after the mall)."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from mpp.operations.problem import Problem
from mpp.yaml_files import CatalogueError

# Python looks for garbage after every 700 new objects, five hundred times while a service loads, and what is loaded is
# none: a fifth of the processor time of a start. So it looks seldom; what then waits to be found is a few megabytes.
_OBJECTS, _YOUNG, _MIDDLE = 20_000, 20, 20
_GREEN = ("run", "serve", "prepare")  # these talk to a broker through greenlets
# Imported only when named on the command line: the working calendar alone takes longer to import than typer.
_GROUPS = {
    "accounts": "akun petugas, mitra dan operator (accounts)",
    "calendar": "kalender kerja dan tenggat (working calendar, deadlines)",
    "catalogue": "katalog layanan (service catalogue)",
    "contracts": "kontrak peristiwa (event contracts)",
    "dead-letters": "peristiwa dan pekerjaan yang gagal: list, show, replay, --all (events and jobs that failed)",
    "events": "peristiwa: umpan mitra, kirim ulang (events: the partners' feed, send again)",
    "identity": "NIK dan nomor identitas (identity numbers)",
    "messages": "pesan untuk warga: contoh, daftar, ulangi (messages to citizens: examples, list, retry)",
    "offices": "kantor dan wilayah (offices of the region)",
    "numbers": "penomoran surat (legal numbers)",
    "papers": "surat yang dicetak mal: contoh (papers that the mall prints: examples)",
    "paper-keys": "kunci kode QR surat (keys of the QR codes of papers)",
    "region": "folder wilayah yang baru (a region folder of one's own)",
    "satisfaction": "penilaian warga: hitungan sebagai CSV (what citizens answered, as CSV)",
    "verify": "pemeriksaan jejak audit, buku nomor, surat (audit trail, numbers, papers)",
}
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def run() -> None:
    """Jalankan seluruh mal di mesin ini, dengan PostgreSQL dan perantara tertanam (the whole mall, one process)."""
    from mpp.operations.running.run import run as start

    _exit(start())


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help="Nama layanan (its name).")],
) -> None:
    """Jalankan satu layanan dalam proses sendiri (one service in a process of its own)."""
    from mpp.operations.running.serve import serve as start

    _exit(start(service))


@app.command()
def prepare(
    demo: Annotated[bool, typer.Option(envvar="MPP_DEMO", help="Juga isi data demo (also demo data).")] = False,
) -> None:
    """Siapkan basis data, peran, akun dan antrean; boleh diulang (databases, roles, accounts, queues; idempotent)."""
    from mpp.hosting.definition import definitions
    from mpp.operations import region_files
    from mpp.operations.checking.warnings import warnings_of
    from mpp.operations.preparing import waiting
    from mpp.operations.preparing.prepare import first_accounts, prepare_broker, prepare_databases, seed
    from mpp.operations.running import process
    from mpp.operations.settings import Settings, required

    services = definitions()
    settings = Settings.read(os.environ, services)
    region_files.read(settings.for_services.region)  # before anything is changed
    uri = required(settings.admin_amqp_uri or settings.amqp_uri, "MPP_ADMIN_AMQP_URI")
    if settings.admin_database_url is not None:
        waiting.servers(settings.admin_database_url, uri, typer.echo)
    prepare_databases(settings, services, typer.echo)
    prepare_broker(settings, services, process.amqp_broker(uri, "prepare"), typer.echo)
    first_accounts(settings, services, typer.echo)
    if demo:
        seed(settings, services, typer.echo)
    for name, definition in services.items():
        for told in warnings_of(definition, settings.database_urls.get(name, "")):
            typer.echo(f"awas | warning: {told}")
    typer.echo("siap | ready")
    _exit(0)


@app.command()
def demo(
    url: Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")] = "http://localhost:8000",
) -> None:
    """Jalani alur petugas di tiga loket lewat HTTP (walk through the running mall as clerks would)."""
    from mpp.hosting.definition import definitions, resolve

    walks = [resolve(d.walk) for d in definitions().values() if d.walk is not None]
    sys.exit(max((walk(url) for walk in walks), default=0))


@app.command()
def backup(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder cadangan (where backups stand); MPP_BACKUP_DIR.")
    ] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Sisakan sekian yang terbaru (leave the newest).")] = None,
    every: Annotated[
        int | None, typer.Option(min=1, max=168, help="Terus berjalan, satu tiap sekian jam (hours; goes on).")
    ] = None,
) -> None:
    """Cadangkan mal, hidup atau mati: basis data, dokumen, checkpoint, wilayah, antrean (back the whole mall up)."""
    from mpp.operations.backup import command

    if every is None:
        command.backup(folder, keep, typer.echo)
    else:
        command.keep_on(folder, keep, timedelta(hours=every), typer.echo)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="Satu cadangan (one backup): backups/mpp-...")],
    into: Annotated[
        Path | None, typer.Option(help="Hanya buktikan, di folder baru; mal tidak disentuh (only prove it).")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Ganti mal yang ada; yang lama disimpan (replace what stands).")
    ] = False,
    other_keys: Annotated[
        bool, typer.Option("--other-keys", help="Kunci lama hilang untuk selamanya (the keys are lost for good).")
    ] = False,
    queues: Annotated[
        bool, typer.Option("--queues", help="Hanya antrean mitra di RabbitMQ (only partners' queues).")
    ] = False,
    numbers_margin: Annotated[
        int | None, typer.Option(min=0, max=1_000_000, help="Nomor yang dilewati tiap buku (numbers to pass over).")
    ] = None,
) -> None:
    """Pulihkan mal dari cadangan; dengan --into: hanya buktikan (bring the mall back; with --into: only prove it)."""
    from mpp.operations.restore.command import bring_back, bring_queues_back, prove
    from mpp.operations.restore.refusing import Wish

    if into is not None:
        raise typer.Exit(0 if prove(folder, into, typer.echo) else 1)
    if queues:
        bring_queues_back(folder, typer.echo)
        raise typer.Exit(0)
    wish = Wish(replace, other_keys, numbers_margin)
    raise typer.Exit(0 if bring_back(folder, wish, typer.echo) else 1)


@app.command("drop-former")
def drop_former(
    yes: Annotated[bool, typer.Option("--yes", help="Hapus sungguh-sungguh (really remove them).")] = False,
) -> None:
    """Basis data lama yang disimpan oleh `restore`: daftar, atau hapus (what `restore` has kept: list or remove)."""
    from mpp.operations.restore.former import drop_former as drop

    drop(typer.echo, sure=yes)


@app.command("backup-key")
def backup_key() -> None:
    """Buat kunci cadangan baru (a new key for backups): publik untuk mal, rahasia untuk memulihkan."""
    from mpp.operations.backup.command import new_key

    new_key(typer.echo)


@app.command()
def secrets(
    missing: Annotated[
        Path | None, typer.Option(help="Hanya yang belum ada di berkas ini (only what this file lacks): .env")
    ] = None,
) -> None:
    """Cetak .env lengkap dengan rahasia baru, untuk docker compose (a full .env with fresh secrets)."""
    from mpp.operations.preparing.env_file import missing_from, render

    if missing is None:
        typer.echo(render(), nl=False)
        return
    try:
        written = missing.read_text()
    except OSError as error:
        raise Problem(f"{missing} tidak terbaca: {error.strerror}", f"{missing} cannot be read") from None
    typer.echo(missing_from(written), nl=False)


@app.command()
def doctor(
    url: Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")] = "http://localhost:8000",
    deep: Annotated[bool, typer.Option(help="Bandingkan juga peristiwa antarlayanan (compare events, too).")] = False,
    account: Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Untuk --deep; sandi dari MPP_PASSWORD.")] = (
        "operator"
    ),
) -> None:
    """Periksa apa yang kurang dan cara memperbaikinya (what is wrong, and what to do)."""
    from mpp.operations.checking.doctor import examine

    sys.exit(1 if examine(url, typer.echo, account if deep else None) else 0)


def main() -> None:
    """Entry point of the console script. A Problem is one line on stderr and exit status 1, never a traceback."""
    gc.set_threshold(_OBJECTS, _YOUNG, _MIDDLE)
    # eventlet says at import that it is in maintenance; ADR 0001 says why it is here all the same.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    named = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    if named in _GREEN:
        from mpp.operations.running import process

        process.go_green()  # before anything that opens a socket or starts a thread is imported
        process.take_descriptors()
    _add_groups(named)
    with _one_line():
        app()


def _add_groups(named: str | None) -> None:
    for name, text in _GROUPS.items():
        module = name.replace("-", "_")
        if not (Path(__file__).parent / "commands" / f"{module}.py").exists():
            continue  # of a later version of the mall
        group = typer.Typer(help=text)
        if name == named:
            group = import_module(f"mpp.operations.commands.{module}").app
        app.add_typer(group, name=name, help=text)
    if named is None or (named not in _GROUPS and named not in _own_names()):
        _add_groups_of_services(named)


def _own_names() -> set[str]:
    named = (command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands)
    return {name.replace("_", "-") for name in named}


def _add_groups_of_services(named: str | None) -> None:
    """What services add (`ServiceDefinition.commands`); their definitions are read by who asks for such a command."""
    from mpp.hosting.definition import definitions, resolve

    for definition in definitions().values():
        for group in definition.commands:
            found = resolve(group.place) if group.name == named else typer.Typer(help=group.about)
            app.add_typer(found, name=group.name, help=group.about)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except (Problem, CatalogueError) as problem:
        typer.echo(f"mpp: {problem}", err=True)
        _exit(1)


def _exit(status: int) -> None:
    """End without waiting for greenlets that nobody needs any more."""
    from mpp.operations.running import process

    process.quiet_exit(status)
