"""`mpp numbers ...`: books of legal numbers, over the operator's endpoints of the mall.

Through the mall and not in its database: the same rules and locks as issuing, an entry in the audit trail, on an
embedded mall and on a remote one alike, and no operator needs a database password.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mpp.casework.bounds import NUMBER_MAX
from mpp.json_values import JsonObject, objects, optional_mapping, text, texts
from mpp.operations.client import DEFAULT_URL, Client, Refusal
from mpp.operations.commands import gap_note
from mpp.operations.commands.offices import Region
from mpp.operations.commands.table import AsJson, shown
from mpp.operations.environment import region_of
from mpp.operations.problem import Problem
from mpp.yaml_files import CatalogueError, Section, read

app = typer.Typer(no_args_is_help=True, help="Penomoran surat (legal numbers).")
_PATH = "/api/v1/operations/numbers"
_COLUMNS = {"seq": "urut", "number": "nomor", "issued_at": "terbit", "case": "berkas", "voided": "batal, alasannya"}
_BOOKS = {"series": "buku", "first": "mulai", "last": "terakhir"}

Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")]
Office = Annotated[str, typer.Option(help="Kode kantor penerbit (office that issues), mis. dpmptsp.")]
Series = Annotated[str, typer.Option(help="Seri (series), mis. sip-dr; bukunya (its book): pbg.351514.2026-11-27")]
Number = Annotated[str, typer.Option(help="Nomor urut (sequence number).")]
Official = Annotated[str, typer.Option(help="Akun yang memutuskan (who decides); sandi dari MPP_PASSWORD.")]
Year = Annotated[str, typer.Option(help="Tahun takwim (year).")]


@app.command()
def start(
    office: Office = "",
    series: Series = "",
    year: Year = "",
    last: Annotated[str, typer.Option(help="Nomor terakhir di buku kertas (last number on paper).")] = "",
    file: Annotated[Path | None, typer.Option(help="Daftar buku (a list of books, YAML), ganti opsi di atas.")] = None,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Lanjutkan buku kertas; ditolak bila mal sudah menerbitkan nomor (continue a paper book).

    With --file many at once: `books:` is a list of {office, series, year, last}. All of them are tried before the
    first is started, so that a mistake (one line `file:line: reason`) starts none.
    """
    if file is None:
        body = {**_book(office, series, year), "last": _whole("--last", last, 0, NUMBER_MAX)}
        _print(Client(url, account).post(f"{_PATH}/start", str(uuid.uuid4()), body))
        return
    if office or series or year or last:
        raise Problem("--file berdiri sendiri, tanpa opsi buku", "--file stands alone, without the options of a book")
    books = _read(file)
    client = Client(url, account)
    for check in (True, False):
        for section, book in books:
            try:
                found = client.post(f"{_PATH}/start", str(uuid.uuid4()), {**book, "check": check})
            except Refusal as refusal:
                left = "no book was started" if check else "run it again"
                raise Problem(str(section.error(str(refusal))), left) from None
            if not check:
                _print(found)


@app.command("series")
def series_(as_json: AsJson = False, region: Region = None) -> None:
    """Seri yang ada di wilayah ini, kantor penerbitnya dan layanannya (series, their office and services)."""
    from mpp.catalogue.series_list import series_of
    from mpp.operations import region_files  # takes longer to import than everything that the other commands do

    rows: list[JsonObject] = [
        {
            "series": each.series,
            "office": each.office,
            "services": [kind.code for kind in each.services],
            "per": list(each.per),
        }
        for each in series_of(region_files.read(region_of(region)).catalogue.with_left_out())
    ]
    columns = {"series": "seri", "office": "kantor", "services": "layanan", "per": "buku per (books per)"}
    shown(columns, rows, as_json=as_json)


@app.command()
def void(
    office: Office,
    series: Series,
    year: Year,
    number: Number,
    reason: Annotated[str, typer.Option(help="Alasan; tercetak di buku (reason, stands in the book).")],
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Minta satu nomor dibatalkan; pejabat kantornya yang memutuskan (ask to void a number; an official decides)."""
    if not reason.strip():
        raise Problem("--reason kosong: tulis alasannya", "--reason is empty: say why")
    _decide("void", office, series, year, number, url, account, reason=reason)


@app.command("confirm-void")
def confirm_void(
    office: Office, series: Series, year: Year, number: Number, account: Official, url: Url = DEFAULT_URL
) -> None:
    """Setujui pembatalan, sebagai pejabat kantor itu; nomornya tetap tampak (confirm, as an official of the office)."""
    _decide("void/confirm", office, series, year, number, url, account)


@app.command("refuse-void")
def refuse_void(
    office: Office, series: Series, year: Year, number: Number, account: Official, url: Url = DEFAULT_URL
) -> None:
    """Tolak pembatalan, atau tarik kembali sebagai operator (refuse it, or take it back as an operator)."""
    _decide("void/refuse", office, series, year, number, url, account)


@app.command("list")
def list_(
    office: Office,
    series: Series,
    year: Year,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Isi buku: satu baris tiap nomor, yang batal dengan alasannya (the book, one line a number)."""
    rows: list[JsonObject] = []
    page: JsonObject = {}
    for page in Client(url, account).pages(_PATH, **_book(office, series, year), after=0):
        for item in objects(page, "items"):
            voided = optional_mapping(item, "voided")
            asked = optional_mapping(item, "voiding")
            told = None if asked is None else f"diminta (asked): {text(asked, 'reason')}"
            rows.append({**item, "voided": told if voided is None else text(voided, "reason")})
    shown(_COLUMNS, rows, as_json=as_json)
    typer.echo(f"{office} {series} {year}: mulai (first) {page['first']}, terakhir (last) {page['last']}", err=True)


@app.command()
def books(
    office: Office,
    series: Series,
    year: Year,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Buku satu seri: per kecamatan dan hari bila begitu dibukukan (the books of a series, such as one a day)."""
    pages = Client(url, account).pages(f"{_PATH}/books", **_book(office, series, year))
    rows = [item for page in pages for item in objects(page, "items")]
    shown(_BOOKS, rows, as_json=as_json)


@app.command()
def gaps(
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Berita acara nomor yang dilewati oleh pemulihan, siap cetak (note on numbers that restores passed over)."""
    found = Client(url, account).get(f"{_PATH}/gaps")
    silent = texts(found, "unavailable")
    if as_json:
        shown({}, objects(found, "items"), as_json=True)
    else:
        for line in gap_note.printed(found, datetime.now().astimezone()):
            typer.echo(line)
    if silent:
        raise Problem(f"tidak menjawab: {', '.join(silent)}; tidak lengkap", "not complete: these services are silent")


def _read(file: Path) -> list[tuple[Section, JsonObject]]:
    """The books of the file, each with its place. Raises Problem with file, line and reason."""
    try:
        top = read(file)
        books: list[tuple[Section, JsonObject]] = []
        for section in top.sections("books"):
            year, last = section.integer("year"), section.integer("last")
            name = {"office": section.text("office"), "series": section.text("series")}
            book: JsonObject = {**name, "year": year, "last": last}
            section.done()
            if not 2000 <= year <= 9999 or not 0 <= last <= NUMBER_MAX:
                raise section.error("year is 2000 to 9999, last 0 to 9999999")
            if any(all(book[n] == other[n] for n in ("office", "series", "year")) for _, other in books):
                raise section.error("this book stands there twice")
            books.append((section, book))
        top.done()
        if not books:
            raise top.error("no books")
    except (CatalogueError, UnicodeDecodeError) as error:
        raise Problem(f"daftar buku salah: {error}", "bad list of books") from error
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}", "cannot read the list of books") from error
    return books


def _book(office: str, series: str, year: str) -> dict[str, str | int]:
    for name, value in (("--office", office), ("--series", series)):
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", value):
            raise Problem(f"{name} {value[:64]!r} bukan kode", f"{name} is no code: letters, digits, '.', '-', '_'")
    return {"office": office, "series": series, "year": _whole("--year", year, 2000, 9999)}


def _decide(what: str, office: str, series: str, year: str, number: str, url: str, account: str, **more: str) -> None:
    body = {**_book(office, series, year), "seq": _whole("--number", number, 1, NUMBER_MAX), **more}
    _print(Client(url, account).post(f"{_PATH}/{what}", str(uuid.uuid4()), body))


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise Problem(
            f"{name} {text[:32]!r} harus bilangan bulat {low} sampai {high}",
            f"{name} must be a whole number from {low} to {high}",
        )
    return int(text)


def _print(found: JsonObject) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False))
