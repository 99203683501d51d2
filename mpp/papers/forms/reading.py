"""From the YAML files of forms to a `FormBook`; what each key means is in docs/catalogue.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from mpp.papers.forms.declared import (
    BARE,
    DATA,
    FOLDER,
    REGISTER,
    SOURCES,
    FormBook,
    FormLine,
    PrintedForm,
    Source,
    Word,
)
from mpp.yaml_files import CatalogueError, Faults, Section, read

_CODE = re.compile(r"[A-Z0-9]+(?:[.-][A-Z0-9]+)*")
CODE_MAX = 24
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TEMPLATE = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")


def read_forms(shipped: Iterable[Path], own: Path | None, faults: Faults) -> FormBook:
    """The forms beside these catalogue folders; one of the region's own takes the place of the one with its code.

    Mistakes go to `faults`; a file with one gives no form.
    """
    found: dict[str, PrintedForm] = {}
    for folders in (list(shipped), [] if own is None else [own]):
        here: dict[str, PrintedForm] = {}
        for path in (path for folder in folders for path in files_of(folder)):
            form = read_form(path, faults)
            if form is not None and form.code in here:
                other = here[form.code].path.name
                told = f"code {form.code!r} sudah dipakai {other} | code {form.code!r} is used by {other} already"
                faults.append(CatalogueError(_shown(path), 1, told))
            elif form is not None:
                here[form.code] = form
        found |= here
    return FormBook(found.values())


def files_of(catalogue: Path) -> list[Path]:
    """The files of forms beside the service types of this folder."""
    folder = catalogue / FOLDER
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]) if folder.is_dir() else []


def _shown(path: Path) -> str:
    return f"{FOLDER}/{path.name}"


def read_form(path: Path, faults: Faults) -> PrintedForm | None:
    """The form in this file; None where `faults` got a mistake."""
    wrong: Faults = []
    found = None
    try:
        found = _form(read(path, wrong), path)
    except CatalogueError as error:
        wrong.append(error)
    faults += [CatalogueError(_shown(path), each.line, each.reason) for each in wrong]
    return None if wrong else found


def _form(top: Section, path: Path) -> PrintedForm:
    names: set[str] = set()

    def line(section: Section) -> FormLine:
        found = _line(section)
        if found.name in names:
            section.refuse(f"name {found.name!r} sudah dipakai | name {found.name!r} is used already", "name")
        names.add(found.name)
        return found

    lines = {key: top.line_of(key) for key in ("services", "template")}
    code = _matching(top, "code", _CODE)
    if len(code) > CODE_MAX:
        top.refuse(f"code lebih dari {CODE_MAX} huruf | code has more than {CODE_MAX} characters", "code")
    found = PrintedForm(
        code=code,
        name=top.texts("name"),
        template=_matching(top, "template", _TEMPLATE, code.lower()),
        services=top.words("services"),
        lines=tuple(top.each("fields", line)),
        unverified=top.texts("unverified") if top.has("unverified") else None,
        path=path,
        services_line=lines["services"],
        template_line=lines["template"],
    )
    top.done()
    return found


def _matching(section: Section, key: str, pattern: re.Pattern[str], default: str | None = None) -> str:
    found = section.text(key) if default is None else section.text(key, default)
    if found and not pattern.fullmatch(found):
        section.refuse(f"{key}: {found!r} tidak berbentuk benar | {found!r} has an odd form", key)
    return found


def _line(section: Section) -> FormLine:
    name = _matching(section, "name", _NAME)
    line = section.line_of("name")
    sources = tuple(_source(section, "from", word) for word in section.words("from", ()))
    of = _source(section, "of", section.text("of")) if section.has("of") else None
    codes = _codes(section) if section.has("codes") else None
    asks_register = any(source.kind == REGISTER for source in sources)
    if asks_register != (of is not None):
        told = "`register` perlu `of`, sumber NIK-nya, dan hanya itu | `register` needs `of`, the source of the NIK"
        section.refuse(told, "from" if asks_register else "of")
    if of is not None and of.kind == REGISTER:
        section.refuse("of: bukan sumber NIK | of: no source of a NIK", "of")
    section.done()
    return FormLine(name, sources, of, codes, line)


def _source(section: Section, key: str, word: str) -> Source:
    kind, *path = word.split(".")
    if (kind in BARE and not path) or (kind == DATA and path and all(map(_NAME.fullmatch, path))):
        return Source(kind, tuple(path))
    if kind in SOURCES and len(path) == 1 and path[0] in SOURCES[kind]:
        return Source(kind, tuple(path))
    known = ", ".join([f"{DATA}.<field>", *BARE, *(f"{k}.{p}" for k, paths in SOURCES.items() for p in paths)])
    section.refuse(f"{key}: sumber {word!r} tidak ada; yang ada {known} | there is no source {word!r}", key)
    return Source(kind, tuple(path))


def _codes(section: Section) -> Mapping[Word, str]:
    inner = section.section("codes")
    found: dict[Word, str] = {}
    for key, value in inner.plain().items():
        if not isinstance(key, Word) or isinstance(value, bool) or not isinstance(value, str | int):
            told = f"{key!r} harus kata, dan kodenya kata atau bilangan"
            inner.refuse(f"{told} | {key!r} must be a word, and its code a word or a number", key)
            continue
        found[key] = str(value)
    return found
