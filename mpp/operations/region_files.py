"""Everything that a region says of itself, read together: its offices, the catalogue that it offers, its calendar.

All of it is looked at before anything is refused, so that whoever writes a region hears of every mistake in one round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mpp import catalogue as catalogues
from mpp.calendars import load_calendar
from mpp.calendars.files import read_overrides
from mpp.cases.recording.catalogue_hosts import hosts
from mpp.casework.rules.questionnaire import Questionnaire
from mpp.casework.time.calendar import WorkingCalendar
from mpp.catalogue import Catalogue, package_folder
from mpp.catalogue.check import named_offices
from mpp.catalogue.questionnaire import read_questionnaire, shipped_questionnaire
from mpp.hosting.definition import definitions
from mpp.messages.book import MessageBook
from mpp.messages.reading import read_messages
from mpp.operations.problem import Problem
from mpp.papers import checking
from mpp.papers.forms import checking as form_checking
from mpp.papers.forms.declared import FormBook
from mpp.papers.forms.reading import read_forms
from mpp.papers.templates.finding import Templates
from mpp.regions import Region, find
from mpp.regions.folder import RegionFolder
from mpp.regions.office_file import Examined, examine_region
from mpp.yaml_files import CatalogueError

_CHECK = "mpp offices check"


@dataclass(frozen=True)
class Files:
    """What the configuration files say."""

    region: Region
    catalogue: Catalogue
    calendar: WorkingCalendar
    forms: FormBook = FormBook()
    messages: MessageBook = MessageBook()
    questionnaire: Questionnaire = field(default_factory=shipped_questionnaire)


def shipped_catalogues() -> list[Path]:
    """The catalogue folders of the installed services."""
    return [package_folder(d.catalogue) for d in definitions().values() if d.catalogue is not None]


def read(named: str, *, printing: bool = True) -> Files:
    """The files of this region. Raises Problem with the first mistake, and how many more there are.

    `printing`: also the templates of its papers, which takes a second where the region has many of its own.
    """
    files, faults = examine(named, printing=printing)
    if files is None:
        more = len(faults) - 1
        told = f"; dan {more} lagi: {_CHECK} | and {more} more" if more else ""
        raise Problem(f"berkas wilayah salah: {faults[0]}{told}", "the files of the region cannot be used")
    return files


def examine(named: str, *, printing: bool = True) -> tuple[Files | None, list[CatalogueError]]:
    """The files of this region, or None and everything that is wrong with them, each with file, line and remedy."""
    try:
        where = find(named)
        files, faults = _examine(where)
        if files is not None and printing:
            if where.papers is not None:
                faults = checking.faults_of(where.papers, files.catalogue)
            faults += form_checking.own_faults(files.forms, files.catalogue, where.papers, where.catalogue)
        return (None if faults else files), faults
    except CatalogueError as error:
        return None, [error]
    except OSError as error:
        return None, [CatalogueError(named, 1, f"tidak terbaca | cannot be read: {error.strerror}")]


def _examine(where: RegionFolder) -> tuple[Files | None, list[CatalogueError]]:
    found = examine_region(where.file)
    faults = [*found.faults, *where.strays()]
    catalogue, wrong = catalogues.examine(shipped_catalogues(), where.catalogue, hosts=hosts(), without=found.without)
    faults += [*_unknown(found, catalogue), *_missing(found, catalogue), *wrong]
    for kind in catalogue:
        missing = checking.missing_templates(kind, Templates(where.papers))
        faults += [catalogues.fault_at(catalogue.path_of(kind.code), reason) for reason in missing]
    forms = read_forms(shipped_catalogues(), where.catalogue, faults)
    if not wrong:
        faults += form_checking.faults_of(forms, catalogue, Templates(where.papers))
    for kind in catalogue:
        unknown = form_checking.unknown_forms(kind, forms)
        faults += [catalogues.fault_at(catalogue.path_of(kind.code), reason) for reason in unknown]
    messages = read_messages(where.messages, faults)
    for table in where.calendars:
        faults += _of_calendar(table)
    questions = read_questionnaire(where.satisfaction, faults)
    if faults or found.region is None:
        return None, faults
    calendar = load_calendar(found.region.offices.zone, overrides=where.calendars)
    return Files(found.region, catalogue, calendar, forms, messages, questions), []


def _of_calendar(table: Path) -> list[CatalogueError]:
    faults: list[CatalogueError] = []
    try:
        read_overrides(table, faults)
    except CatalogueError as error:
        faults.append(error)
    return faults


def _unknown(region: Examined, catalogue: Catalogue) -> Iterator[CatalogueError]:
    """What the region leaves out must be there without it: a misspelt code would offer what was not meant."""
    left_out = {kind.code for kind in catalogue.left_out}
    for code in region.without:
        if code not in left_out and region.lines is not None:
            known = ", ".join(sorted({kind.code for kind in catalogue.with_left_out()}))
            told = f"tidak ada layanan bawaan {code!r}; yang ada {known}"
            english = f"no service {code!r} comes with the mall; there are {known}"
            yield CatalogueError(region.file, region.lines["services"], f"services.without: {told} | {english}")


def _missing(region: Examined, catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Each office that the catalogue names and the region does not have, with who needs it and the line to write."""
    if region.lines is None:
        return
    needed: dict[str, dict[str, None]] = {}
    for kind in (*catalogue, *catalogue.linked.values()):
        for _, office in named_offices(kind):
            if office not in region.codes:
                needed.setdefault(office, {})[kind.code] = None
    for office, kinds in needed.items():
        codes = ", ".join(kinds)
        line = f"- {{code: {office}, name: ..., kind: opd}}"
        yield CatalogueError(
            region.file,
            region.lines["offices"],
            f"offices: kantor {office!r} belum ada, dipakai {codes}: tambahkan `{line}`, atau tinggalkan layanannya "
            f"(services: {{without: [{codes}]}}) | office {office!r} is missing and {codes} name it: add it, or leave "
            "the services out",
        )
