"""`mpp verify ...`: is the audit trail whole, are the books of legal numbers, and is a paper the mall's?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from mpp.audit.checkpoints import Written
from mpp.audit.findings import Report
from mpp.audit.ledger import read_ledger
from mpp.cases.storage import number_gaps
from mpp.cases.storage.number_check import wrong_numbers
from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.backup.beside import ledger_of
from mpp.operations.commands import verify_paper
from mpp.operations.databases import databases_of
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, missing
from mpp.persistence.audit.check import Unreadable, check_service
from mpp.persistence.database import Database, DatabaseAway

app = typer.Typer(
    no_args_is_help=True, help="Pemeriksaan jejak audit, buku nomor, surat (audit trail, legal numbers, papers)."
)


@app.command()
def numbers() -> None:
    """Periksa buku nomor: tiap nomor ada satu kali, atau dilewati oleh pemulihan yang tercatat; status 0 utuh, 1 tidak.

    (Check the books: each number is there once, or passed over by a restore on record; exit status 0 whole, 1 not.)
    """
    services = definitions()
    bad = 0
    with databases_of(Settings.read(os.environ, services)) as settings:
        for name, definition in services.items():
            if definition.collection is None or name not in settings.database_urls:
                continue
            database = Database(settings.database_urls[name], name=name, pool_size=1)
            try:
                with database.transaction() as tx:
                    found, gaps = wrong_numbers(tx), number_gaps.listed(tx)
            except DatabaseAway as error:
                raise Problem(f"{name}: basis data tidak menjawab", f"{name}: the database does not answer") from error
            finally:
                database.dispose()
            for each in found:
                book, span = f"{each.office}/{each.series}/{each.year}", f"{each.first}-{each.last}"
                what = "hilang | missing" if each.missing else "ganda atau di luar buku | twice, or outside the book"
                typer.echo(f"{name}: {book} {span} {what}")
            bad += len(found)
            told = "TIDAK UTUH | NOT WHOLE" if found else "utuh | whole"
            typer.echo(f"{name}: buku nomor {told}; dilewati pemulihan | passed over by restores: {len(gaps)}")
    raise typer.Exit(1 if bad else 0)


@app.command()
def audit(
    checkpoint: Annotated[
        Path | None, typer.Option(help="Berkas checkpoint, misalnya salinan di luar (file of checkpoints, a copy).")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Satu layanan saja (one service only).")] = None,
) -> None:
    """Periksa jejak audit terhadap rantainya dan checkpoint di luar basis data; status 0 utuh, 1 tidak.

    (Check the audit trail against its chain and the checkpoints outside the database; exit status 0 whole, 1 not.)
    """
    services = definitions()
    if service is not None and service not in services:
        raise Problem(f"tidak ada layanan {service!r} ({', '.join(services)})", f"there is no service {service!r}")
    settings = Settings.read(os.environ, services)
    bad = 0
    with databases_of(keys.with_audit_keys(settings)) as settings:
        audit = settings.for_services.audit
        for name in _asked(settings, checkpoint, service):
            url = settings.database_urls.get(name)
            if url is None:
                raise missing(f"{name.upper()}_DATABASE_URL")
            try:
                report = check_service(url, name, _notes(settings, checkpoint, name), audit.verifier_of(name))
            except Unreadable as error:
                raise Problem(
                    f"{name}: jejak audit tidak terbaca ({error})", f"{name}: the audit trail cannot be read ({error})"
                ) from None
            for line in lines(report):
                typer.echo(line)
            bad += report.count
    raise typer.Exit(1 if bad else 0)


app.command("paper")(verify_paper.paper)


def lines(report: Report) -> Iterator[str]:
    """The report in lines: the findings, the first bad entry first; then what was checked and what was not."""
    name = report.service
    for finding in report.findings:
        yield f"{name}: {finding}"
    if report.count > len(report.findings):
        more = report.count - len(report.findings)
        yield f"{name}: dan {more} temuan lagi | and {more} findings more"
    for notice in report.notices:
        yield f"{name}: {notice}"
    if report.unsealed:
        first, since = report.first_unsealed, report.oldest_unsealed
        yield (
            f"{name}: {report.unsealed} entri belum disegel, mulai entri {first} ({since})"
            f" | {report.unsealed} entries are not sealed yet, from entry {first} ({since})"
        )
    last = report.checkpoint
    if last is not None and report.sealed > last.size:
        behind = report.sealed - last.size
        yield (
            f"{name}: {behind} entri sudah disegel, belum tercatat di checkpoint"
            f" | {behind} entries are sealed, but not in a checkpoint yet"
        )
    told, said = ("utuh", "whole") if report.count == 0 else ("TIDAK UTUH", "NOT WHOLE")
    if last is None:
        until, up_to = "tanpa checkpoint", "no checkpoint"
    else:
        how, way = ("sah", "signed") if report.signed else ("tanda tangan tidak diperiksa", "signature not checked")
        until, up_to = f"checkpoint terakhir {last.size}, {how}", f"last checkpoint {last.size}, {way}"
    yield (
        f"{name}: {told}: {report.entries} entri, {report.sealed} disegel, {until}"
        f" | {said}: {report.entries} entries, {report.sealed} sealed, {up_to}"
    )


def _asked(settings: Settings, checkpoint: Path | None, service: str | None) -> list[str]:
    """The services to check: the one named, those of the file, or all whose database is known."""
    if service is not None:
        return [service]
    if checkpoint is None:
        return [name for name in definitions() if name in settings.database_urls]
    found = {note.checkpoint.service for note in _read(checkpoint) if note.checkpoint is not None}
    names = [name for name in definitions() if name in found]
    if not names:
        raise Problem(
            f"{checkpoint} tidak memuat checkpoint yang terbaca", f"{checkpoint} holds no checkpoint that can be read"
        )
    return names


def _notes(settings: Settings, checkpoint: Path | None, service: str) -> list[Written]:
    """Of the service's file; of that of a former version, where the service has not started since."""
    if checkpoint is not None:
        return _read(checkpoint)
    if settings.for_services.audit.folder is None:
        raise missing("MPP_AUDIT_DIR")
    found = ledger_of(settings, service)
    return [] if found is None else _read(found)


def _read(path: Path) -> list[Written]:
    try:
        return list(read_ledger(path))
    except OSError as error:
        raise Problem(f"{path} tidak terbaca: {error.strerror}", f"{path} cannot be read") from None
