"""The task of a worker that prints: a compiler that is kept, on a private copy of the templates."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

import typst

from mpp.json_values import JsonObject, mapping, optional_mapping, optional_text, text, texts
from mpp.papers.rendering.faults import FONT, IMAGE, STAGE, Fault, fault_of
from mpp.papers.rendering.symbol import drawn
from mpp.papers.templates.finding import FONTS, THEIRS, Templates, digest, emblem_of, place_of
from mpp.papers.worker.process import Answer, TaskRefused
from mpp.yaml_files import CatalogueError

_MEMORY = "/dev/shm"  # noqa: S108
MISSING, UNREADABLE, LOST, ODD_QR = "no_template", "unreadable_file", "lost_file", "odd_qr"


class _Stage:
    """The templates of one mall, copied, with a compiler on them."""

    def __init__(self, templates: Templates) -> None:
        files = templates.files()
        self.there = frozenset(files)
        self.emblem = emblem_of(self.there)
        self.digest = _digest_of(files)
        self._folder = tempfile.TemporaryDirectory(prefix=f"{STAGE}{os.getpid()}-", dir=_room())
        self.root = Path(self._folder.name)
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        fonts = self.root / THEIRS / FONTS
        found = typst.Fonts(include_system_fonts=False, font_paths=[fonts] if fonts.is_dir() else [])
        self._compiler = typst.Compiler(root=self.root, font_paths=found, package_path=self.root / "none")
        self._look_at_emblem()

    def _look_at_emblem(self) -> None:
        """Refuse an emblem that is no picture, before a template is blamed for it."""
        source = f'#set document(title: "x")\n#image("/{self.emblem}", alt: "x")'
        try:
            self._compiler.compile(input=source.encode(), format="pdf")
        except typst.TypstError as error:
            told = "lambang ini bukan gambar yang dapat dibaca | this emblem is no image that can be read"
            said = " ".join(error.message.split())
            raise _refused(Fault(IMAGE, self.emblem, 1, f"{told}: {said}")) from error

    def compiled(self, main: str, inputs: dict[str, str], issued: datetime, *, made_up: bool) -> bytes:
        """The PDF. Raises TaskRefused with the fault."""
        try:
            pdf, warnings = self._compiler.compile_with_warnings(
                input=self.root / main,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards="ua-1",
                timestamp=issued,
            )
        except typst.TypstError as error:
            raise _refused(fault_of(main, error.message, error.diagnostic, made_up=made_up)) from error
        for warning in warnings:
            fault = fault_of(main, warning.message, warning.diagnostic, made_up=True)
            if fault.code == FONT:
                raise _refused(fault)
        if not isinstance(pdf, bytes):
            raise ValueError("no PDF")
        return pdf


def _digest_of(files: dict[str, bytes]) -> str:
    """What is printed with these files, as one value."""
    return digest({**files, "typst": version("typst").encode()})


def _room() -> str | None:
    """Where the copy lies: in memory, since the disk of a container is not to be written to. What workers left behind
    that were killed is removed."""
    if not os.access(_MEMORY, os.W_OK | os.X_OK):
        return None
    for folder in Path(_MEMORY).glob(f"{STAGE}*-*"):
        pid = folder.name.removeprefix(STAGE).partition("-")[0]
        if pid.isdecimal() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)
    return _MEMORY


@cache
def _stage(folder: str | None) -> _Stage:
    return _Stage(Templates(None if folder is None else Path(folder)))


def look(given: JsonObject, blobs: Sequence[bytes]) -> Answer:
    """Read the files and the emblem, and print nothing. Raises TaskRefused with a `Fault`."""
    return Answer({"digest": _stage_of(given).digest})


def _stage_of(given: JsonObject) -> _Stage:
    """The templates, with all files that were `there` when the mall started: without one of them another would take its
    place, such as the emblem of the examples."""
    try:
        stage = _stage(optional_text(given, "folder"))
    except CatalogueError as error:
        raise _refused(Fault(UNREADABLE, error.file, error.line, error.reason)) from error
    for name in texts(given, "there"):
        if not (stage.root / name).is_file():
            told = (
                "berkas ini ada saat mal dimulai, dan hilang | this file was there when the mall started, and is lost"
            )
            raise _refused(Fault(LOST, name, 1, told))
    return stage


def _other_files(given: JsonObject) -> bool:
    """Whether the files are others by now than those that were copied, which are then forgotten."""
    folder = optional_text(given, "folder")
    templates = Templates(None if folder is None else Path(folder))
    try:
        if _digest_of(templates.files()) == _stage(folder).digest:
            return False
    except (CatalogueError, TaskRefused):
        return False
    _stage.cache_clear()
    return True


def compile_paper(given: JsonObject, blobs: Sequence[bytes]) -> Answer:
    """As `_compiled` does; what cannot be printed is tried once more where its files were mended since."""
    try:
        return _compiled(given)
    except TaskRefused:
        if not _other_files(given):
            raise
    return _compiled(given)


def _compiled(given: JsonObject) -> Answer:
    """Print `paper` (a snapshot) in `language` on `sheet`; `facts` are the names that a template may ask for where it
    is checked, `all_fields` says that the paper has every field of its form. The answer: the PDF, and the `digest` of
    the templates. Raises TaskRefused with a `Fault`."""
    paper = mapping(given, "paper")
    stage = _stage_of(given)
    name = text(paper, "template")
    main = place_of(name, stage.there)
    if main is None:
        told = f"tidak ada templat {name!r} | there is no template {name!r}"
        raise _refused(Fault(MISSING, f"{THEIRS}/{name}.typ", 1, told))
    try:
        symbol = drawn(text(paper, "qr"))
    except ValueError as error:
        raise _refused(Fault(ODD_QR, main, 1, f"isi kode QR terlalu panjang | {error}")) from error
    inputs = {
        "paper": _written(paper),
        "qr": symbol,
        "emblem": f"/{stage.emblem}",
        "language": text(given, "language"),
        "sheet": text(given, "sheet"),
    }
    facts = optional_mapping(given, "facts")
    if facts is not None:
        inputs["facts"] = _written(facts)
    if given.get("all_fields") is True:
        inputs["fields"] = "all"
    issued = datetime.fromisoformat(text(paper, "issued_on")).replace(tzinfo=UTC)
    pdf = stage.compiled(main, inputs, issued, made_up=facts is not None)
    return Answer({"digest": stage.digest}, (pdf,))


def _written(value: JsonObject) -> str:
    """The same text for the same value, so that the same paper is the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refused(fault: Fault) -> TaskRefused:
    return TaskRefused(fault.code, {"file": fault.file, "line": fault.line, "reason": fault.reason})
