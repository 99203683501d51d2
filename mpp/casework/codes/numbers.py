"""Legal numbers of documents: how one is written. Which number comes next is `mpp.cases.storage.numbers`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_PART = re.compile(r"\{([^{}]*)\}")
_SPEC = re.compile(r"(?P<name>[a-z_]+)(?::(?P<width>[1-9]))?")


class _Values(NamedTuple):
    seq: int
    date: date
    code: str
    office: str
    region: str
    district: str
    classification: str


_PARTS: dict[str, Callable[[_Values], str]] = {
    "seq": lambda v: str(v.seq),
    "code": lambda v: v.code,
    "classification": lambda v: v.classification,
    "office": lambda v: v.office,
    "region": lambda v: v.region.replace(".", ""),
    "district": lambda v: v.district,
    "roman_month": lambda v: ROMAN_MONTHS[v.date.month - 1],
    "month": lambda v: f"{v.date.month:02d}",
    "day": lambda v: f"{v.date.day:02d}",
    "year": lambda v: f"{v.date.year:04d}",
    "date": lambda v: f"{v.date:%d%m}{v.date.year:04d}",
}
_WIDTH_ALLOWED = ("seq", "region")
_HOLDS_YEAR = ("year", "date")


@dataclass(frozen=True)
class NumberTemplate:
    """How the numbers of a series are written, e.g. `503/{seq:4}/{code}/{office}/{roman_month}/{year}`.

    Parts: `seq` (`{seq:4}` pads with zeros and never cuts), `code`, `classification` (archive code such as 400.3.8.8),
    `office`, `region` (Kemendagri code without dots; `{region:4}` its first four digits), `district` (the six digits of
    the kecamatan of the matter), `roman_month`, `month`, `day`, `year`, `date` (DDMMYYYY).
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> NumberTemplate:
        """Check and take a template.

        ValueError, naming the place, for an unknown part or width, a stray brace, no or several `{seq}`, no `{year}`
        or `{date}` (the series restarts each year, so a number without a year would come twice), or odd characters.
        """
        rest = _PART.sub("", text)
        if "{" in rest or "}" in rest:
            raise ValueError(f"number template {text!r}: a brace without its partner")
        if re.search(r"[^A-Za-z0-9./_ -]", rest) or text != text.strip():
            raise ValueError(f"number template {text!r}: only letters, digits and . / - _ between the parts")
        names = [cls._part(part, text)[0] for part in _PART.findall(text)]
        if names.count("seq") != 1:
            raise ValueError(f"number template {text!r}: exactly one {{seq}} is needed")
        if not any(name in _HOLDS_YEAR for name in names):
            raise ValueError(f"number template {text!r}: {{year}} or {{date}} is needed")
        return cls(text)

    @property
    def parts(self) -> frozenset[str]:
        """The names of its parts."""
        return frozenset(self._part(part, self.text)[0] for part in _PART.findall(self.text))

    @staticmethod
    def _part(part: str, text: str) -> tuple[str, int | None]:
        spec = _SPEC.fullmatch(part)
        if spec is None or spec["name"] not in _PARTS:
            raise ValueError(f"number template {text!r}: unknown part {{{part}}} (known: {', '.join(_PARTS)})")
        if spec["width"] and spec["name"] not in _WIDTH_ALLOWED:
            raise ValueError(f"number template {text!r}: {{{spec['name']}}} takes no width")
        return spec["name"], int(spec["width"]) if spec["width"] else None

    def render(
        self,
        *,
        seq: int,
        date: date,
        code: str = "",
        office: str = "",
        region: str = "",
        district: str = "",
        classification: str = "",
    ) -> str:
        """The number as printed. `date` is the local day of issue. ValueError names a part that has no value."""
        if seq < 1:
            raise ValueError(f"a sequence number starts at 1, not {seq}")
        values = _Values(seq, date, code, office, region, district, classification)

        def fill(match: re.Match[str]) -> str:
            name, width = self._part(match[1], self.text)
            value = _PARTS[name](values)
            if not value:
                raise ValueError(f"number template {self.text!r}: no value for {{{name}}}")
            if width is None:
                return value
            if name == "seq":
                return value.zfill(width)
            if len(value) < width:
                raise ValueError(f"number template {self.text!r}: {value!r} is too short for {{{match[1]}}}")
            return value[:width]

        return _PART.sub(fill, self.text)
