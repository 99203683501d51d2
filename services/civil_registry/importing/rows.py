"""One row of a file of residents: what it says in the register's words, or why it is not taken. Pure.

A fault keeps the row out, a warning does not: an old NIK may disagree with a birth date that a court has corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mpp.identity.kk import parse_kk
from mpp.identity.names import tidy_name
from mpp.identity.nik import Nik, parse_nik
from mpp.identity.regions import RegionKnown
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity
from services.civil_registry.importing import words

LONGEST = {"name": 150, "birth_place": 100, "address": 255, "occupation": 100, "mother_name": 150, "father_name": 150}
OLDEST = 130  # years: nobody was ever older, so such a birth date is an error of writing
_VILLAGE = 13  # characters of a dotted code of a village
_WORDS = {
    "sex": words.SEX,
    "relation": words.RELATION,
    "status": words.STATUS,
    "religion": words.RELIGION,
    "marital_status": words.MARITAL,
    "blood_type": words.BLOOD,
    "education": words.EDUCATION,
    "citizenship": words.CITIZENSHIP,
}
_DEFAULTS = {"status": "alive", "citizenship": "citizen"}
_NEEDED = ("name", "sex", "birth_place", "birth_date", "region")
_OF_A_CARD = ("card", "relation")  # who has moved out or has died is on none
_TEXTS = ("birth_place", "address", "occupation")
_NAMES = ("name", "mother_name", "father_name")

Told = dict[str, str | None]


@dataclass(frozen=True)
class Fault:
    """Why a row is not taken, or what is odd about it: a coded reason and the field that it is about."""

    reason: str
    field: str
    warning: bool = False


@dataclass
class Checked:
    """What a row says (field -> the register's word; only what the file has), and what is wrong with it."""

    told: Told
    faults: list[Fault] = field(default_factory=list)

    @property
    def taken(self) -> bool:
        """Whether nothing keeps it out."""
        return all(fault.warning for fault in self.faults)


class Checker:
    """Checks the rows of a file. `as_of`: the day of the file, for rows that name none."""

    def __init__(self, places: Mapping[str, int], today: date, as_of: date, regency: str, known: RegionKnown) -> None:
        self._places = places
        self._width = max(places.values()) + 1
        self._today, self._iso_today = today, today.isoformat()
        self._as_of = as_of.isoformat()
        self._oldest = f"{today.year - OLDEST:04d}-01-01"
        self._regency, self._known = regency, known
        self._regions: dict[str, str | None] = {}

    def check(self, row: Sequence[str]) -> Checked:
        """What the row says; with faults where it cannot be taken."""
        if len(row) < self._width:
            return Checked({}, [Fault("row_too_short", "")])
        told: Told = {name: row[place].strip() or None for name, place in self._places.items()}
        found = Checked(told)
        self._numbers(found)
        self._words(found)
        self._texts(found)
        self._days(found)
        self._whole(found)
        return found

    def _numbers(self, found: Checked) -> None:
        told = found.told
        nik = self._nik(found, "nik")
        for parent, sex in (("mother_nik", "female"), ("father_nik", "male")):
            number = self._nik(found, parent) if told.get(parent) else None
            if number is None:
                continue
            if number.number == told["nik"]:
                found.faults.append(Fault("own_parent", parent))
            if number.sex != sex:
                found.faults.append(Fault("parent_sex_differs", parent, warning=True))
        if told["nik"] is None:
            found.faults.append(Fault("missing", "nik"))
        if told["card"]:
            try:
                told["card"] = parse_kk(told["card"], self._today).number
            except InvalidIdentity as error:
                found.faults.append(Fault(error.code, "card"))
        told["_nik_birth"] = None if nik is None else nik.birth_date.isoformat()
        told["_nik_sex"] = None if nik is None else nik.sex

    def _nik(self, found: Checked, name: str) -> Nik | None:
        written = found.told[name]
        if written is None:
            return None
        try:
            nik = parse_nik(written, self._today)
        except InvalidIdentity as error:
            found.faults.append(Fault(error.code, name))
            return None
        found.told[name] = nik.number
        return nik

    def _words(self, found: Checked) -> None:
        told = found.told
        for name, known in _WORDS.items():
            written = told.get(name)
            if written is None:
                told[name] = _DEFAULTS.get(name)
                continue
            told[name] = known.read(written)
            if told[name] is None:
                found.faults.append(Fault("unknown_value", name))
        written = told["region"]
        if written is not None:
            told["region"] = self._region(written)
            if told["region"] is None:
                found.faults.append(Fault("region_unknown", "region"))
            elif not told["region"].startswith(self._regency):
                found.faults.append(Fault("other_regency", "region"))
        for name in ("rt", "rw"):
            written = told.get(name)
            if written is not None:
                if written.isascii() and written.isdigit() and len(written) <= 3:
                    told[name] = written.zfill(3)
                else:
                    found.faults.append(Fault("not_a_number", name))

    def _region(self, written: str) -> str | None:
        """The dotted code of a village that there is; None else."""
        if written not in self._regions:
            code = written
            if len(code) == 10 and code.isascii() and code.isdigit():
                code = f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:]}"
            found = code if len(code) == _VILLAGE and self._known(code) else None
            if len(self._regions) > 100_000:  # a file of nonsense must not fill the memory
                self._regions.clear()
            self._regions[written] = found
        return self._regions[written]

    def _texts(self, found: Checked) -> None:
        told = found.told
        for names, form in ((_NAMES, tidy_name), (_TEXTS, tidy)):
            for name in names:
                written = told.get(name)
                if written is None:
                    continue
                if len(written) > LONGEST[name]:
                    found.faults.append(Fault("too_long", name))
                    continue
                try:
                    told[name] = form(written)
                except InvalidIdentity as error:
                    found.faults.append(Fault(error.code, name))

    def _days(self, found: Checked) -> None:
        told = found.told
        told.setdefault("died_on", None)
        for name in ("birth_date", "died_on", "as_of"):
            written = told.get(name)
            if written is None:
                continue
            read = told[name] = words.day(written)
            if read is None:
                found.faults.append(Fault("invalid_date", name))
            elif read > self._iso_today:
                found.faults.append(Fault("in_future", name))
        told["as_of"] = told.get("as_of") or self._as_of
        born, died = told["birth_date"], told["died_on"]
        if born is not None and born < self._oldest:
            found.faults.append(Fault("too_long_ago", "birth_date"))
        if born is not None and died is not None and died < born:
            found.faults.append(Fault("before_birth", "died_on"))

    def _whole(self, found: Checked) -> None:
        """What the row as a whole must be."""
        told, broken = found.told, {fault.field for fault in found.faults}
        alive = told["status"] == "alive"
        for name in (*_NEEDED, *(_OF_A_CARD if alive else ())):
            if told[name] is None and name not in broken:
                found.faults.append(Fault("missing", name))
        if told["status"] == "deceased" and told["died_on"] is None and "died_on" not in broken:
            found.faults.append(Fault("missing", "died_on"))
        if told["status"] != "deceased" and told["died_on"] is not None:
            found.faults.append(Fault("alive_and_died", "died_on"))
        born, sex = told.pop("_nik_birth"), told.pop("_nik_sex")
        if born and told["birth_date"] and born != told["birth_date"] and "birth_date" not in broken:
            found.faults.append(Fault("birth_date_differs", "nik", warning=True))
        if sex and told["sex"] and sex != told["sex"]:
            found.faults.append(Fault("sex_differs", "nik", warning=True))
        if told["relation"] in _SPOUSE_SEX and told["sex"] not in (None, _SPOUSE_SEX[told["relation"] or ""]):
            found.faults.append(Fault("relation_sex_differs", "relation"))


_SPOUSE_SEX = {"husband": "male", "wife": "female"}
