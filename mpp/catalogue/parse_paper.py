"""From a YAML section to what an action makes (`paper` or `papers`), and what silence grants (`deemed_paper`)."""

from __future__ import annotations

import re
from dataclasses import replace

from mpp.casework.rules.paper import DEEMED, SIGNED_KINDS, PaperSpec
from mpp.catalogue.parse_series import read_series
from mpp.yaml_files import Section

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")  # it is the name of a file


def read_papers(section: Section) -> tuple[PaperSpec, ...]:
    """The papers of an action: `paper`, or `papers` with names. Raises CatalogueError."""
    if section.has("paper") and section.has("papers"):
        section.refuse("tulis paper atau papers, tidak keduanya | write paper or papers, not both", "papers")
    one = _read(section, "paper", SIGNED_KINDS)
    several = tuple(section.each("papers", _of_several))
    return several if one is None else (one, *several)


def read_deemed_paper(top: Section) -> PaperSpec | None:
    """The paper that says that silence has granted. Raises CatalogueError."""
    return _read(top, "deemed_paper", (DEEMED,))


def _read(section: Section, key: str, kinds: tuple[str, ...]) -> PaperSpec | None:
    if not section.has(key):
        return None
    paper = section.section(key)
    found = _paper(paper, kinds)
    paper.done()
    return found


def _of_several(paper: Section) -> PaperSpec:
    name = paper.text("name")
    title = paper.texts("title") if paper.has("title") else None
    series = None
    if paper.has("number"):
        number = paper.section("number")
        series = read_series(number)
        number.done()
    optional = paper.flag("optional")
    found = replace(_paper(paper, SIGNED_KINDS), name=name, title=title, series=series, optional=optional)
    paper.done()
    return found


def _paper(paper: Section, kinds: tuple[str, ...]) -> PaperSpec:
    kind = paper.choice("kind", kinds)
    signed_as = paper.texts("signed_as") if paper.has("signed_as") else None
    found = PaperSpec(kind, paper.text("template", kind), signed_as)
    if not _NAME.fullmatch(found.template):
        told = f"{found.template!r} bukan nama templat, seperti akta-kelahiran"
        english = f"{found.template!r} is no name of a template, such as akta-kelahiran"
        paper.refuse(f"template: {told} | {english}", "template")
    return found
