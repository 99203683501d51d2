"""What is wrong with the forms of a mall, looked for before anybody stands at a counter and needs one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from mpp.casework.rules.service_type import FormField, ServiceType
from mpp.catalogue import Catalogue
from mpp.papers.forms.declared import (
    DATA,
    FOLDER,
    REGISTER,
    SERVICE,
    TODAY,
    FormBook,
    FormLine,
    PrintedForm,
    Source,
    Word,
)
from mpp.papers.forms.filling import Values, field_at
from mpp.papers.forms.page import page_of
from mpp.papers.rendering.renderer import Renderer, RenderingFailed
from mpp.papers.templates.finding import Templates
from mpp.yaml_files import CatalogueError

_DAYS = {("register", "birth_date")}
_LONG = "Warga Contoh Dengan Nama Yang Panjang Sekali Sehingga Harus Turun Ke Baris Berikutnya"


def faults_of(book: FormBook, catalogue: Catalogue, templates: Templates) -> Iterator[CatalogueError]:
    """What is wrong with each form's file: services and fields that are not there, codes that do not fit, no template.

    Where the region has put a service type of its own in the place of one, both count: what its form does not have is
    left for the pen.
    """
    known = list(catalogue.with_left_out())
    for form in book:
        for code in form.services:
            if code not in {kind.code for kind in known}:
                told = f"services: tidak ada layanan {code!r} | there is no service {code!r}"
                yield _at(form, form.services_line, told)
        kinds = [kind for kind in known if kind.code in form.services]
        for line in form.lines:
            yield from _of_line(form, line, kinds)
        if templates.path_of(form.template_path) is None:
            where = f"papers/{FOLDER}/{form.template}.typ"
            told = f"template: tidak ada {where} di folder wilayah | there is no {where} in the region folder"
            yield _at(form, form.template_line, told)


def unknown_forms(service_type: ServiceType, book: FormBook) -> Iterator[str]:
    """Each requirement that names a form which is not there, as `place: Indonesian | English`."""
    for requirement in service_type.requirements:
        if requirement.form is not None and book.get(requirement.form) is None:
            listed = ", ".join(form.code for form in book)
            told = f"tidak ada formulir {requirement.form!r}; yang ada {listed}"
            yield f"requirements.{requirement.code}.form: {told} | there is no form {requirement.form!r}"


def own_faults(
    book: FormBook, catalogue: Catalogue, papers: Path | None, own_catalogue: Path | None
) -> list[CatalogueError]:
    """Why the forms for which the region has a template or a file of its own cannot be printed with."""
    folder = None if papers is None else papers / FOLDER
    own = set() if folder is None else {path.stem for path in folder.glob("*.typ")}
    declared = None if own_catalogue is None else own_catalogue / FOLDER
    tried = [form for form in book if form.template in own or form.path.parent == declared]
    unused = sorted(own - {form.template for form in book})
    told = "tidak dipakai formulir mana pun | no form uses this template"
    found = [CatalogueError(f"papers/{FOLDER}/{name}.typ", 1, told) for name in unused]
    if not tried:
        return found
    renderer = Renderer(papers)
    try:
        return [*found, *(fault for form in tried for fault in print_faults(form, catalogue, renderer))]
    finally:
        renderer.close()


def print_faults(form: PrintedForm, catalogue: Catalogue, renderer: Renderer) -> Iterator[CatalogueError]:
    """Why the form's template cannot be printed with, tried filled in and empty; at most one is told."""
    kinds = [kind for kind in catalogue.with_left_out() if kind.code in form.services]
    service = kinds[0].code if kinds else "-"
    name = kinds[0].name if kinds else form.name
    full: Values = {line.name: _example(line, kinds) for line in form.lines}
    for values in (full, dict.fromkeys(full)):
        page = page_of(form, values, (service, name), date(2026, 11, 27), "Contoh", ())
        try:
            renderer.render(page, known_facts=form.names)
        except RenderingFailed as failed:
            if failed.fault is not None:
                yield failed.fault.error()
            else:
                told = f"penyusun surat tidak menjawab: {failed.code} | what prints papers did not answer"
                yield _at(form, form.template_line, told)
            return


def _at(form: PrintedForm, line: int, reason: str) -> CatalogueError:
    return CatalogueError(f"{FOLDER}/{form.path.name}", line, reason)


def _of_line(form: PrintedForm, line: FormLine, kinds: list[ServiceType]) -> Iterator[CatalogueError]:
    sources = [*line.sources, *(() if line.of is None else (line.of,))]
    for source in sources:
        if source.kind == DATA and kinds and not _fields(source, kinds):
            codes = ", ".join(kind.code for kind in kinds)
            told = f"{line.name}: formulir {codes} tidak punya isian {source} | no form of {codes} has {source}"
            yield _at(form, line.line, told)
    if line.codes is None:
        return
    words = [_words(source, form, kinds) for source in line.sources]
    if not words or not all(some for some, _ in words):
        return
    strange = [word for word in line.codes if not any(word in some for some, _ in words)]
    without = [word for _, every in words for word in every if word not in line.codes]
    if strange:
        listed = ", ".join(str(word) for some, _ in words for word in some)
        told = f"{line.name}: codes: kata {strange[0]!r} tidak ada; yang ada {listed} | there is no word {strange[0]!r}"
        yield _at(form, line.line, told)
    if without:
        told = f"{line.name}: codes: {without[0]!r} belum punya kode | {without[0]!r} has no code"
        yield _at(form, line.line, told)


def _fields(source: Source, kinds: Iterable[ServiceType]) -> list[FormField]:
    found = [field_at(kind.form, source.path) for kind in kinds]
    return [field for field in found if field is not None]


def _words(source: Source, form: PrintedForm, kinds: Iterable[ServiceType]) -> tuple[list[Word], list[Word]]:
    """What the source can say with some of the services, and with every one that has it; nothing where that is no
    list of words."""
    if source.kind == SERVICE:
        return [*form.services], [*form.services]
    fields = _fields(source, kinds) if source.kind == DATA else []
    said: list[list[Word]] = []
    for field in fields:
        if field.type == "boolean":
            said.append([True, False])
        elif field.type == "choice":
            said.append([value for value, _ in field.choices])
        else:
            return [], []
    some = [word for words in said for word in words]
    return some, [word for word in dict.fromkeys(some) if all(word in words for words in said)]


def _example(line: FormLine, kinds: list[ServiceType]) -> str:
    if line.codes:
        return next(iter(line.codes.values()))
    source = line.sources[0] if line.sources else None
    if source is None:
        return _LONG
    fields = _fields(source, kinds)
    dated = source.kind == TODAY or (source.kind, *source.path) in _DAYS or any(f.type == "date" for f in fields)
    if dated:
        return "2026-11-12"
    last = source.path[-1] if source.path else ""
    if any(field.type in ("nik", "no_kk") for field in fields) or last in ("nik", "family_card"):
        return "3515990101809990"
    if source.kind == REGISTER or source.kind == DATA:
        return _LONG
    return "35.15.14.2013" if last == "code" else _LONG
