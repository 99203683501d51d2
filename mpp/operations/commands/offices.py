"""`mpp offices ...`: the offices of the region, and whether everything that describes it can be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp import regions
from mpp.casework.access.offices import KINDS, OfficeTree
from mpp.json_values import JsonObject, text, whole
from mpp.operations.commands.table import AsJson, shown
from mpp.operations.environment import region_of
from mpp.yaml_files import CatalogueError

if TYPE_CHECKING:
    from mpp.operations.region_files import Files

app = typer.Typer(help="Kantor dan wilayah (offices of the region).", no_args_is_help=True)
Region = Annotated[str | None, typer.Option(help="Folder wilayah atau kode bawaan (region folder, or shipped code).")]


@app.command()
def check(
    folder: Annotated[
        str | None, typer.Argument(help="Folder wilayah (region folder); tanpa itu milik mal ini (this mall's).")
    ] = None,
) -> None:
    """Periksa seluruh folder wilayah: kantor, katalog, kalender. Semua kesalahan sekaligus, status 1 (all at once)."""
    from mpp.operations.region_files import examine  # with all that reads a region; others only want `Region` of here

    named = region_of(folder)
    files, faults = examine(named)
    if files is None:
        for fault in faults:
            typer.echo(str(fault), err=True)
        typer.echo(f"mpp offices check: {len(faults)} kesalahan di {named} | {len(faults)} mistakes", err=True)
        raise typer.Exit(1)
    typer.echo(_summary(named, files))


def _summary(named: str, files: Files) -> str:
    region = files.region
    kinds = Counter(office.kind for office in region.offices)
    counted = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind])
    without = f" (tanpa | without {', '.join(region.without)})" if region.without else ""
    where = regions.find(named)
    return (
        f"{Path(named).name}: {region.name['id']} ({region.code}), {len(region.offices)} kantor: {counted}; "
        f"{len(files.catalogue)} layanan{without}; {len(where.calendars)} kalender"
    )


@app.command("list")
def list_command(
    under: Annotated[str | None, typer.Option(help="Hanya kantor ini dan bawahannya (this office and below).")] = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """Cetak kantor, tiap kantor di bawah atasannya: kode, jenis, nama (each below the one that it belongs to)."""
    try:
        offices = regions.load(region_of(region)).offices
    except CatalogueError as error:
        typer.echo(f"mpp offices list: {error}", err=True)
        raise typer.Exit(1) from error
    if under is not None and under not in offices:
        typer.echo(f"mpp offices list: tidak ada kantor (there is no office) {under!r} di {offices.region}", err=True)
        raise typer.Exit(1)
    tops = [under] if under is not None else [o.code for o in offices if o.parent is None]
    found = [row for code in tops for row in _below(offices, code, 0)]
    shown({"code": "kode", "kind": "jenis", "name": "nama"}, found if as_json else _indented(found), as_json=as_json)


def _below(offices: OfficeTree, code: str, depth: int) -> Iterator[JsonObject]:
    """The office and all below it; `depth` of the first one."""
    office = offices.get(code)
    if office is not None:
        yield {
            "code": office.code, "name": office.name, "kind": office.kind, "parent": office.parent, "depth": depth,
        }  # fmt: skip
    for child in offices.children(code):
        yield from _below(offices, child, depth + 1)


def _indented(rows: Sequence[JsonObject]) -> list[JsonObject]:
    return [{**row, "name": "· " * whole(row, "depth") + text(row, "name")} for row in rows]
