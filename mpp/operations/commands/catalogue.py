"""`mpp catalogue`: check service types before a start does, draw them, write their pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mpp import regions
from mpp.cases.recording.catalogue_hosts import hosts
from mpp.casework.access.offices import OfficeTree
from mpp.catalogue import Catalogue, CatalogueError, check_file, load, package_folder
from mpp.catalogue.pages import graph as draw
from mpp.catalogue.pages import index, page
from mpp.hosting.definition import definitions
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True)
Region = Annotated[str, typer.Option(envvar="MPP_REGION", help="Kode wilayah (region code).")]
Folder = Annotated[Path | None, typer.Option("--folder", envvar="MPP_CATALOGUE_DIR", help="Folder tambahan (extra).")]


def shipped(extra: Path | None = None) -> list[Path]:
    """The catalogue folders of the installed services, and one more where it is given."""
    folders = [package_folder(d.catalogue) for d in definitions().values() if d.catalogue is not None]
    return folders if extra is None else [*folders, extra]


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Berkas; tanpa itu seluruh katalog (default: all).")
    ] = None,
    region: Region = "35.15",
    folder: Folder = None,
) -> None:
    """Periksa berkas katalog; baris pertama yang salah disebut (check files; the first mistake is named)."""
    offices = _offices(region)
    try:
        if files:
            for path in files:
                kind = check_file(path, offices=offices, hosts=hosts())
                typer.echo(f"{path.name}: {kind.code} versi {kind.version}, baik (good)")
        else:
            typer.echo(f"{len(load(shipped(folder), offices=offices, hosts=hosts()))} layanan, baik (services, good)")
    except CatalogueError as error:
        raise Problem(f"katalog salah: {error}", "bad catalogue file") from error


@app.command()
def graph(code: str, region: Region = "35.15", folder: Folder = None) -> None:
    """Gambar alur sebuah layanan dalam Mermaid (draw the workflow of a service)."""
    kind = _load(region, folder).get(code)
    if kind is None:
        raise Problem(f"tidak ada layanan {code} dalam katalog", f"the catalogue has no service {code}")
    typer.echo(draw(kind), nl=False)


@app.command()
def pages(target: Path, region: Region = "35.15", folder: Folder = None) -> None:
    """Tulis halaman setiap layanan ke sebuah folder (write the page of each service type)."""
    for name, content in rendered(_load(region, folder)).items():
        (target / name).write_text(content, "utf-8")


def rendered(catalogue: Catalogue) -> dict[str, str]:
    """Every page by file name, with the index."""
    found = {f"{kind.code.lower()}.md": page(kind) for kind in catalogue}
    found["README.md"] = index(catalogue)
    return found


def _load(region: str, folder: Path | None) -> Catalogue:
    try:
        return load(shipped(folder), offices=_offices(region), hosts=hosts())
    except CatalogueError as error:
        raise Problem(f"katalog salah: {error}", "bad catalogue file") from error


def _offices(region: str) -> OfficeTree:
    try:
        return regions.load(region).offices
    except CatalogueError as error:
        raise Problem(f"berkas wilayah salah: {error}", "bad region file") from error
