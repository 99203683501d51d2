"""From a YAML section to the paper that an action makes (`paper`), or that silence grants (`deemed_paper`)."""

from __future__ import annotations

import re

from mpp.casework.rules.paper import DEEMED, SIGNED_KINDS, PaperSpec
from mpp.yaml_files import Section

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")  # it is the name of a file


def read_paper(section: Section) -> PaperSpec | None:
    """The paper of an action. Raises CatalogueError."""
    return _read(section, "paper", SIGNED_KINDS)


def read_deemed_paper(top: Section) -> PaperSpec | None:
    """The paper that says that silence has granted. Raises CatalogueError."""
    return _read(top, "deemed_paper", (DEEMED,))


def _read(section: Section, key: str, kinds: tuple[str, ...]) -> PaperSpec | None:
    if not section.has(key):
        return None
    paper = section.section(key)
    kind = paper.choice("kind", kinds)
    signed_as = paper.texts("signed_as") if paper.has("signed_as") else None
    found = PaperSpec(kind, paper.text("template", kind), signed_as)
    if not _NAME.fullmatch(found.template):
        told = f"{found.template!r} bukan nama templat, seperti akta-kelahiran"
        english = f"{found.template!r} is no name of a template, such as akta-kelahiran"
        paper.refuse(f"template: {told} | {english}", "template")
    paper.done()
    return found
