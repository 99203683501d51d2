"""`mpp residents ...`: the register of residents filled from files, and taken out of it again (ADR 0033)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp.hosting.definition import definitions
from mpp.operations.problem import Problem
from mpp.yaml_files import read
from services.civil_registry.importing.columns import COLUMNS, BadHeader
from services.civil_registry.importing.reading import ENCODINGS, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.civil_registry.importing.checking import Source
    from services.civil_registry.importing.report import Report
    from services.civil_registry.importing.run import Import

app = typer.Typer(no_args_is_help=True)
SERVICE = "civil_registry"
_SECONDS = 5.0
_DOING = {"read": "dibaca | read", "judged": "diperiksa | looked at", "taken": "masuk | taken"}
_SHOWN = 60  # lines of sums on the screen

Files = Annotated[list[Path], typer.Argument(help="Berkas CSV, boleh dikemas xz atau gz (CSV, may be packed).")]
AsOf = Annotated[str, typer.Option("--as-of", help="Keadaan per tanggal ini (the state is of this day): 2026-11-01.")]
Columns = Annotated[
    Path | None, typer.Option(help="Peta kolom (column map), YAML: `columns:` nama di berkas -> nama baku.")
]
Encoding = Annotated[str | None, typer.Option(help=f"Pengodean (encoding): {', '.join(ENCODINGS)}.")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Tulis laporan per baris ke berkas CSV yang baru.")]


@app.callback()
def residents() -> None:
    """Register penduduk: periksa, impor, ekspor (register of residents)."""


@app.command()
def columns() -> None:
    """Cetak kolom baku sebuah berkas (the columns of a file)."""
    for column in COLUMNS:
        needed = "wajib (needed)" if column.needed else ""
        told = " | ".join(text for text in (column.indonesian, column.english) if text)
        typer.echo(f"{column.name:<16} {needed:<15} {told}".rstrip())


@app.command()
def check(
    files: Files,
    as_of: AsOf,
    columns: Columns = None,
    encoding: Encoding = None,
    report: ReportFile = None,
) -> None:
    """Periksa tiap baris tanpa basis data (check each row; needs no database). Status 1: ada yang ditolak."""
    from services.civil_registry.importing.checking import report_on, rows

    source = source_of(files, as_of, columns, encoding)
    taken = refused = 0
    with told_plainly(files), writing(report) as found:
        for row in rows(source, date.today()):  # noqa: DTZ011  (a civil date, not an instant)
            report_on(found, row.file, row.line, row.faults)
            taken, refused = taken + (row.told is not None), refused + (row.told is None)
    show(found)
    typer.echo(f"baris | rows: {taken + refused}; ditolak | refused: {refused}")
    raise typer.Exit(1 if refused else 0)


@app.command("import")
def import_(
    files: Files,
    as_of: AsOf,
    columns: Columns = None,
    encoding: Encoding = None,
    report: ReportFile = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Hanya laporan, tidak mengubah (only the report).")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Penduduk contoh, bukan orang (people who are nobody).")] = False,
) -> None:
    """Masukkan berkas ke register; yang terputus dilanjutkan dengan perintah yang sama (goes on where it was killed).

    Status 1: ada baris yang ditolak atau ditahan (rows were refused or held back).
    """
    from services.civil_registry.importing.run import Busy

    source = source_of(files, as_of, columns, encoding)
    with told_plainly(files), writing(report) as found, importing(demo) as work:
        try:
            sums = work.run(source, found, _progress(), dry=dry_run)
        except Busy:
            raise Problem("impor lain sedang berjalan", "another import is under way") from None
    show(found)
    typer.echo(f"baris | rows: {sums.rows}; ditolak | refused: {sums.refused}; ditahan | held back: {sums.held}")
    typer.echo(f"baru | new: {sums.added}; berubah | changed: {sums.changed}")
    raise typer.Exit(1 if sums.refused or sums.held else 0)


@contextmanager
def importing(demo: bool) -> Iterator[Import]:
    """What an import stands on, from the settings of the mall. Raises Problem."""
    from mpp.clock import SystemClock
    from mpp.operations import keys, region_files
    from mpp.operations.databases import databases_of
    from mpp.operations.settings import Settings, required
    from mpp.persistence.database import Database, DatabaseAway
    from services.civil_registry.importing.run import Import

    settings = Settings.read(os.environ, definitions())
    with databases_of(settings) as found:
        if not settings.database_urls:  # a mall on one machine keeps its keys beside its data
            found = keys.with_keys(found)
        url = required(found.database_urls.get(SERVICE), f"{SERVICE.upper()}_DATABASE_URL")
        calendar = region_files.read(found.for_services.region, printing=False).calendar
        database = Database(url, name=SERVICE, pool_size=3)
        try:
            yield Import(database, SystemClock(), calendar, required(found.person_key, "MPP_PERSON_KEY"), demo)
        except DatabaseAway:
            raise Problem(
                "basis data tidak menjawab; ulangi perintah ini", "the database is away: run it again"
            ) from None
        finally:
            database.dispose()


def _progress() -> Callable[[str, int], None]:
    """Says what is done, every few seconds."""
    told = time.monotonic()

    def say(what: str, number: int) -> None:
        nonlocal told
        if time.monotonic() - told > _SECONDS:
            told = time.monotonic()
            typer.echo(f"{_DOING[what]}: {number}", err=True)

    return say


def source_of(files: list[Path], as_of: str, columns: Path | None, encoding: str | None) -> Source:
    """What is to be read. Raises Problem for an option that cannot be."""
    from mpp.operations import region_files
    from mpp.operations.settings import Settings
    from services.civil_registry.importing.checking import Source

    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise Problem("--as-of: tanggal ditulis seperti 2026-11-01", "--as-of: write a day like 2026-11-01") from None
    if day > date.today() + timedelta(days=1):  # noqa: DTZ011
        raise Problem(f"--as-of {day}: di masa depan", "--as-of is in the future")
    if encoding is not None and encoding not in ENCODINGS:
        raise Problem(f"--encoding: salah satu dari {', '.join(ENCODINGS)}", "--encoding: one of these")
    files_of_region = region_files.read(Settings.read(os.environ, ()).for_services.region)
    regency = files_of_region.region.offices.region
    return Source(files, day, regency, {} if columns is None else _renamed(columns), encoding)


@contextmanager
def told_plainly(files: list[Path]) -> Iterator[None]:
    """What is wrong with a file as a Problem."""
    try:
        yield
    except BadHeader as error:
        about = f" {error.about}" if error.about else ""
        raise Problem(f"{_HEADER[error.code][0]}{about}", _HEADER[error.code][1]) from None
    except Unreadable as error:
        raise Problem(f"sesudah baris {error.line}: {_BROKEN[error.code][0]}", _BROKEN[error.code][1]) from None
    except OSError as error:
        raise Problem(f"{error.filename or files[0]}: {error.strerror}", "this file cannot be opened") from None


@contextmanager
def writing(file: Path | None) -> Iterator[Report]:
    """The report of this run. Raises Problem where its file is there already, or cannot be made."""
    from services.civil_registry.importing.report import written

    if file is not None and file.exists():
        raise Problem(f"{file} sudah ada; beri nama lain", "the report is there already: name another file")
    with written(file) as report:
        yield report


def show(report: Report) -> None:
    """The sums on the screen, the most frequent first."""
    from services.civil_registry.importing.reasons import REASONS

    sums = report.sums()
    for what, reason, column, count in sums[:_SHOWN]:
        indonesian, english = REASONS[reason]
        typer.echo(f"{count:>9} {what:<8} {column or '-':<15} {indonesian} | {english}")
    if len(sums) > _SHOWN:
        typer.echo(f"          ... {len(sums) - _SHOWN} lagi di laporan | more in the report")


def _renamed(file: Path) -> Mapping[str, str]:
    """The column map: the file's own names -> ours. Raises CatalogueError."""
    top = read(file)
    named = top.section("columns")
    top.done()
    return {str(name): named.text(str(name)) for name in named.plain()}


_HEADER = {
    "empty_file": ("berkas kosong", "the file is empty"),
    "column_missing": ("tidak ada kolom", "a column is missing (mpp residents columns)"),
    "column_twice": ("dua kali ada kolom", "a column stands there twice"),
    "mapped_column_missing": ("peta kolom menyebut kolom yang tidak ada:", "the map names a column that is not there"),
}
_BROKEN = {
    "other_encoding": ("pengodean lain; isi --encoding cp1252", "another encoding: try --encoding cp1252"),
    "damaged_file": ("berkas rusak atau terpotong", "the file is damaged or cut off"),
    "line_too_long": ("baris terlalu panjang", "a line is too long"),
}
