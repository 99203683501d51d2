"""Whether the templates of a mall can be printed with, looked at before a paper needs one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mpp.casework.rules.paper import PaperSpec
from mpp.casework.rules.papers_made import papers_made
from mpp.casework.rules.service_type import ServiceType
from mpp.papers.example import examples, papers_of
from mpp.papers.facts import FACTS
from mpp.papers.rendering.faults import ENGLISH
from mpp.papers.rendering.renderer import LANGUAGES, Renderer, RenderingFailed
from mpp.papers.snapshot import Snapshot
from mpp.papers.templates.finding import LIBRARY, Templates
from mpp.yaml_files import CatalogueError


def missing_templates(service_type: ServiceType, templates: Templates) -> Iterator[str]:
    """Each template that the service type names and nobody has, as `place: Indonesian | English`."""
    for where, paper in papers_made(service_type):
        if templates.path_of(paper.template) is None:
            told = f"tidak ada templat {paper.template!r}; taruh papers/{paper.template}.typ di folder wilayah"
            english = f"there is no template {paper.template!r}; put papers/{paper.template}.typ into the region folder"
            yield f"{where}: {told} | {english}"


def faults_of(folder: Path, service_types: Iterable[ServiceType]) -> list[CatalogueError]:
    """What is wrong with the region's own templates: each is printed with the data of every service type that names it,
    the one that nobody names with data of none, in each language that it offers."""
    templates = Templates(folder)
    found = templates.strays()
    own = templates.own()
    if LIBRARY in own:
        told = f"nama {LIBRARY} dipakai pustaka mal | the name {LIBRARY} is that of the mall's library"
        return [*found, CatalogueError(f"papers/{LIBRARY}.typ", 1, told)]
    tried = _tried(own, list(service_types))
    renderer = Renderer(folder)
    try:
        renderer.look()
        faults = [fault for papers, whole in tried for fault in _of(renderer, papers, whole)]
    except RenderingFailed as failed:
        faults = [_told(failed)]
    finally:
        renderer.close()
    return [*found, *{str(fault): fault for fault in faults}.values()]  # many service types share a template


def _tried(own: list[str], service_types: list[ServiceType]) -> Iterator[tuple[Iterator[Snapshot], bool]]:
    """What each template is tried with, and whether that has all fields of a form."""
    for name in own:
        users = [(kind, paper) for kind in service_types for paper in papers_of(kind) if paper.template == name]
        for kind, paper in users:
            yield examples(paper, kind), True
        if not users:
            yield examples(PaperSpec("permit", name)), False


def _of(renderer: Renderer, papers: Iterator[Snapshot], whole: bool) -> Iterator[CatalogueError]:
    for paper in papers:
        for language in LANGUAGES:
            try:
                renderer.render(paper, language=language, known_facts=FACTS, all_fields=whole)
            except RenderingFailed as failed:
                if failed.code != ENGLISH or language != "en":
                    yield _told(failed)
                    return  # what else it would say of this template is the same mistake again


def _told(failed: RenderingFailed) -> CatalogueError:
    if failed.fault is not None:
        return failed.fault.error()
    told = f"penyusun surat tidak menjawab: {failed.code} | what prints papers did not answer: {failed.code}"
    return CatalogueError("papers", 1, told)
