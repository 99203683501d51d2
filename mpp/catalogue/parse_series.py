"""From a YAML section to a series of legal numbers: of documents (`number`) and of levies (`levy`)."""

from __future__ import annotations

from mpp.casework.codes.numbers import NumberTemplate
from mpp.casework.codes.series import DIVISIONS, NumberSeries
from mpp.yaml_files import Section


def read_series(section: Section) -> NumberSeries:
    """The series of a section, which may hold more than that. Raises CatalogueError."""
    try:
        template = NumberTemplate.parse(section.text("template"))
    except ValueError as error:
        raise section.error(f"template: tidak dapat dipakai | {error}", "template") from error
    per = section.words("per", [])
    unknown = [name for name in per if name not in DIVISIONS]
    if unknown:
        word, known = repr(unknown[0]), ", ".join(DIVISIONS)
        section.refuse(f"per: {word} bukan salah satu dari {known} | {word} is not one of {known}", "per")
    divided = tuple(name for name in DIVISIONS if name in per)
    return NumberSeries(section.text("series"), template, section.text("classification", ""), divided)
