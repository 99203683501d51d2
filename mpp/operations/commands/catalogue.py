"""`mpp catalogue`: check service types before a start does, draw them, write their pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from mpp import regions
from mpp.cases.recording.catalogue_hosts import hosts
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import Catalogue, CatalogueError, LinkedService, examine, examine_file, fault_at, faults_of_new
from mpp.catalogue.pages import graph as draw
from mpp.catalogue.pages import index, page
from mpp.operations import region_files
from mpp.operations.commands.offices import Region
from mpp.operations.environment import region_of
from mpp.operations.problem import Problem
from mpp.papers.checking import faults_of, missing_templates
from mpp.papers.forms.checking import faults_of as faults_of_forms
from mpp.papers.forms.checking import own_faults
from mpp.papers.forms.declared import FOLDER, FormBook
from mpp.papers.forms.reading import read_form
from mpp.papers.templates.finding import Templates
from mpp.yaml_files import Faults

app = typer.Typer(no_args_is_help=True)


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Berkas; tanpa itu seluruh katalog wilayah (default: all).")
    ] = None,
    region: Region = None,
) -> None:
    """Periksa berkas katalog, semua kesalahan sekaligus (check files, all mistakes at once)."""
    if not files:
        found = _catalogue(region)
        warn_of_new(found)
        typer.echo(f"{len(found)} layanan, {len(found.linked)} tertaut, baik (services, linked ones, good)")
        return
    faults = []
    papers = regions.find(region_of(region)).papers
    for path in files:
        if path.absolute().parent.name == FOLDER:
            faults += _check_form(path, papers)
            continue
        service, wrong = examine_file(path, hosts=hosts())
        if isinstance(service, LinkedService):
            faults += wrong
            typer.echo("" if wrong else f"{path.name}: {service.code}, tertaut, baik (linked, good)", nl=not wrong)
            continue
        kind = service
        if kind is not None:
            wrong += [fault_at(path, told) for told in missing_templates(kind, Templates(papers))]
            wrong += faults_of(papers, [kind]) if papers is not None and not wrong else []
        faults += wrong
        if kind is not None and not wrong:
            warn_of_new([kind])
            typer.echo(f"{path.name}: {kind.code} versi {kind.version}, baik (good)")
    for fault in faults:
        typer.echo(f"mpp catalogue check: {fault}", err=True)
    if faults:
        raise typer.Exit(1)


def _check_form(path: Path, papers: Path | None) -> list[CatalogueError]:
    """What is wrong with the file of a form that stands beside a catalogue, and with its template."""
    faults: Faults = []
    form = read_form(path, faults)
    if form is None:
        return faults
    shipped, _ = examine([*region_files.shipped_catalogues(), path.absolute().parent.parent], hosts=hosts())
    book = FormBook([form])
    faults += faults_of_forms(book, shipped, Templates(papers))
    faults += [] if faults else own_faults(book, shipped, papers, path.parent.parent)
    if not faults:
        typer.echo(f"{path.name}: {form.code}, baik (good)")
    return faults


def warn_of_new(kinds: Iterable[ServiceType]) -> None:
    """Tell what would keep a version that no service has met from starting; one in use goes on, so it is no mistake."""
    for fault in (fault for kind in kinds for fault in faults_of_new(kind)):
        typer.echo(f"peringatan, versi baru ditolak (warning, a new version is refused): {fault}", err=True)


@app.command()
def graph(code: str, region: Region = None) -> None:
    """Gambar alur sebuah layanan dalam Mermaid (draw the workflow of a service)."""
    kind = _catalogue(region).get(code)
    if kind is None:
        raise Problem(f"tidak ada layanan {code} dalam katalog", f"the catalogue has no service {code}")
    typer.echo(draw(kind), nl=False)


@app.command()
def pages(target: Path, region: Region = None) -> None:
    """Tulis halaman setiap layanan ke sebuah folder (write the page of each service type)."""
    for name, content in rendered(_catalogue(region)).items():
        (target / name).write_text(content, "utf-8")


def rendered(catalogue: Catalogue) -> dict[str, str]:
    """Every page by file name, with the index."""
    found = {f"{kind.code.lower()}.md": page(kind) for kind in catalogue}
    found["README.md"] = index(catalogue, catalogue.linked.values())
    return found


def _catalogue(region: str | None) -> Catalogue:
    return region_files.read(region_of(region)).catalogue
