"""Changes of what is in the file: its data, its papers. Use them from `mpp.casework.case.changes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mpp import json_values
from mpp.casework.case.papers import Paper
from mpp.json_values import JsonObject, mapping, text, truth


@dataclass(frozen=True)
class Opened:
    """The case was filed at an office."""

    office: str

    def to_json(self) -> JsonObject:
        return {"kind": "opened", "office": self.office}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Opened:
        return cls(text(stored, "office"))


@dataclass(frozen=True)
class DataSet:
    """Data of the case: the form at the filing; later what an action brings, under the code of the action."""

    values: JsonObject

    def to_json(self) -> JsonObject:
        return {"kind": "data", "set": self.values}

    @classmethod
    def from_json(cls, stored: JsonObject) -> DataSet:
        return cls(mapping(stored, "set"))


@dataclass(frozen=True)
class DataCorrected:
    """Fields of the form that got another value, and optional ones that were taken out."""

    values: JsonObject
    removed: tuple[str, ...]

    def to_json(self) -> JsonObject:
        return {"kind": "data", "set": self.values, "unset": list(self.removed)}

    @classmethod
    def from_json(cls, stored: JsonObject) -> DataCorrected:
        return cls(mapping(stored, "set"), json_values.texts(stored, "unset"))


@dataclass(frozen=True)
class PersonCorrected:
    """Details of somebody named in the case (`role`: applicant, proxy) were corrected. `former` is what stood there.

    Null is for what was not there before, or is not any more. Stored as a correction of no field of the form: that is
    all that a version from before there were such corrections reads of it.
    """

    role: str
    values: JsonObject
    former: JsonObject

    def to_json(self) -> JsonObject:
        person: JsonObject = {"role": self.role, "set": self.values, "former": self.former}
        return {"kind": "data", "set": {}, "unset": [], "person": person}

    @classmethod
    def from_json(cls, stored: JsonObject) -> PersonCorrected:
        person = mapping(stored, "person")
        return cls(text(person, "role"), mapping(person, "set"), mapping(person, "former"))


@dataclass(frozen=True)
class WarningAnswered:
    """Why what looked like a mistake is none, in the words of whoever took the step. `warning` is the warning's id.

    Stored as data that sets nothing: that is all that a version from before there were answers reads of it.
    """

    warning: str
    reason: str

    def to_json(self) -> JsonObject:
        return {"kind": "data", "set": {}, "answer": {"warning": self.warning, "reason": self.reason}}

    @classmethod
    def from_json(cls, stored: JsonObject) -> WarningAnswered:
        answer = mapping(stored, "answer")
        return cls(text(answer, "warning"), text(answer, "reason"))


@dataclass(frozen=True)
class Ticked:
    """Requirements of which somebody says that they are fulfilled (True) or open (False)."""

    ticks: Mapping[str, bool]

    def to_json(self) -> JsonObject:
        return {"kind": "ticks", "set": dict(self.ticks)}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Ticked:
        given = mapping(stored, "set")
        return cls({requirement: truth(given, requirement) for requirement in given})


@dataclass(frozen=True)
class DocumentHandedIn:
    """A document fulfils a requirement. `sha256` is of its content."""

    requirement: str
    document: str
    sha256: str

    def to_json(self) -> JsonObject:
        ticks = {self.requirement: True}
        return {"kind": "ticks", "set": ticks, "document": self.document, "sha256": self.sha256}

    @classmethod
    def from_json(cls, stored: JsonObject) -> DocumentHandedIn:
        (requirement,) = mapping(stored, "set")
        return cls(requirement, text(stored, "document"), text(stored, "sha256"))


@dataclass(frozen=True)
class DocumentTakenOut:
    """A document was taken out; `fulfilled` says whether its requirement stands without it."""

    requirement: str
    document: str
    fulfilled: bool

    def to_json(self) -> JsonObject:
        return {"kind": "ticks", "set": {self.requirement: self.fulfilled}, "removed": self.document}

    @classmethod
    def from_json(cls, stored: JsonObject) -> DocumentTakenOut:
        ticks = mapping(stored, "set")
        (requirement,) = ticks
        return cls(requirement, text(stored, "removed"), truth(ticks, requirement))


@dataclass(frozen=True)
class PaperLearned:
    """What is known now of a paper that the mall itself issues, and that a requirement needs."""

    requirement: str
    paper: Paper

    def to_json(self) -> JsonObject:
        return {"kind": "paper", "requirement": self.requirement, "paper": self.paper.to_json()}

    @classmethod
    def from_json(cls, stored: JsonObject) -> PaperLearned:
        return cls(text(stored, "requirement"), Paper.from_json(mapping(stored, "paper")))
