"""Reads the questions of the satisfaction survey: those that ship, with what the region says otherwise.

Every mistake is a CatalogueError, one line `file:line: reason`; nothing is half read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from mpp.casework.rules.questionnaire import BEST, ELEMENTS, MOST_DAYS, Question, Questionnaire
from mpp.casework.rules.service_type import Text
from mpp.yaml_files import CatalogueError, Faults, Section, read

_TEXT_MAX, _LABEL_MAX = 300, 80


@cache
def shipped_questionnaire() -> Questionnaire:
    """The questions that come with the mall. Raises CatalogueError."""
    return _read_shipped(Path(str(resources.files("mpp.casework").joinpath("data", "satisfaction.yaml"))))


def read_questionnaire(own: Path | None, faults: Faults) -> Questionnaire:
    """The questions of a region; `own` is its file, None: it has none. What is wrong in it is added to `faults`, and
    nobody uses the questions then."""
    shipped = shipped_questionnaire()
    if own is None:
        return shipped
    try:
        return _changed(shipped, read(own, faults))
    except CatalogueError as error:
        faults.append(error)
        return shipped


def _read_shipped(path: Path) -> Questionnaire:
    top = read(path)
    days = _days(top, 0)
    questions = tuple(_question(section, None) for section in top.sections("questions"))
    top.done()
    if tuple(sorted(q.code for q in questions)) != tuple(sorted(ELEMENTS)):
        raise top.error(f"questions: harus tepat sembilan unsur | the nine elements are wanted: {', '.join(ELEMENTS)}")
    return Questionnaire(days, questions)


def _changed(shipped: Questionnaire, top: Section) -> Questionnaire:
    """What the region's file says, in place of what ships; what it does not say stays."""
    days = _days(top, shipped.days)
    known: Mapping[str, Question] = {question.code: question for question in shipped.questions}
    said: dict[str, Question] = {}
    for section in top.sections("questions"):
        question = _question(section, known)
        if question.code in said:
            section.refuse(f"unsur {question.code} ada dua kali | {question.code} stands here twice", "code")
        said[question.code] = question
    top.done()
    return replace(shipped, days=days, questions=tuple(said.get(q.code, q) for q in shipped.questions))


def _days(top: Section, default: int) -> int:
    days = top.integer("days", default)
    if not 1 <= days <= MOST_DAYS:
        top.refuse(f"days harus 1 sampai {MOST_DAYS} | days must be 1 to {MOST_DAYS}", "days")
    return days


def _question(section: Section, known: Mapping[str, Question] | None) -> Question:
    """A question in full, or what is said differently from the one that is known."""
    code = section.choice("code", ELEMENTS)
    before = None if known is None else known.get(code)
    text, scale = (Question(code, {}, ()) if before is None else before).text, before.scale if before else ()
    if before is None or section.has("text"):
        text = section.texts("text")
        _short(section, "text", text, _TEXT_MAX)
    if before is None or section.has("scale"):
        scale = tuple(_label(label) for label in section.sections("scale"))
        if len(scale) != BEST:
            told = "harus empat jawaban, dari yang terburuk | four labels are wanted, the worst first"
            section.refuse(f"scale: {told}", "scale")
    section.done()
    return Question(code, text, scale)


def _label(section: Section) -> Text:
    label = {"id": section.text("id"), "en": section.text("en")}
    for language in label:
        _short(section, language, {language: label[language]}, _LABEL_MAX)
    section.done()
    return label


def _short(section: Section, key: str, text: Text, longest: int) -> None:
    if any(len(said) > longest for said in text.values()):
        section.refuse(f"{key} lebih dari {longest} karakter | {key} is longer than {longest} characters", key)
