"""`mpp offices ...`: the offices of the region, and whether the file that describes them can be used."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from mpp import regions
from mpp.casework.access.offices import KINDS, OfficeTree
from mpp.yaml_files import CatalogueError

app = typer.Typer(help="Kantor dan wilayah (offices of the region).", no_args_is_help=True)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="Berkas wilayah, mis. 35.15.yaml (a region file).")]) -> None:
    """Periksa berkas wilayah; salah: satu baris dan status 1 (check a region file: one line and exit status 1)."""
    region = _load(str(file), "check")
    kinds = Counter(office.kind for office in region.offices)
    counted = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind])
    typer.echo(f"{file.name}: {region.name['id']} ({region.code}), {len(region.offices)} kantor: {counted}")


@app.command("list")
def list_command(
    under: Annotated[str | None, typer.Option(help="Hanya kantor ini dan bawahannya (this office and below).")] = None,
    region: Annotated[str, typer.Option(envvar="MPP_REGION", help="Kode atau berkas (code or file).")] = "35.15",
) -> None:
    """Cetak kantor sebagai pohon: kode, nama, jenis (the offices as a tree: code, name, kind)."""
    offices = _load(region, "list").offices
    if under is not None and under not in offices:
        typer.echo(f"mpp offices list: tidak ada kantor (there is no office) {under!r} di {offices.region}", err=True)
        raise typer.Exit(1)
    tops = [under] if under is not None else [o.code for o in offices if o.parent is None]
    for code in tops:
        _print(offices, code, 0)


def _print(offices: OfficeTree, code: str, depth: int) -> None:
    office = offices.get(code)
    if office is not None:
        typer.echo(f"{'  ' * depth}{office.code}  {office.name}  [{office.kind}]")
    for child in offices.children(code):
        _print(offices, child, depth + 1)


def _load(region: str, command: str) -> regions.Region:
    try:
        return regions.read_region(Path(region)) if command == "check" else regions.load(region)
    except CatalogueError as error:
        typer.echo(f"mpp offices {command}: {error}", err=True)
        raise typer.Exit(1) from error
