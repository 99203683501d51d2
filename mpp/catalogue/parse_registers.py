"""From a YAML section to who registers what a service type is about (`registered_by`)."""

from __future__ import annotations

import re

from mpp.casework.rules.registers import MALL, OUTSIDE, RegisteredBy
from mpp.yaml_files import Section

_CODE = re.compile(r"[a-z][a-z0-9_]{0,30}")


def read_registered_by(top: Section) -> RegisteredBy | None:
    """The registers of a service type; None for one that knows none but the mall. Raises CatalogueError."""
    if not top.has("registered_by"):
        return None
    section = top.section("registered_by")
    outside = {}
    for each in section.sections("outside"):
        code = each.text("code")
        if not _CODE.fullmatch(code) or code in (MALL, OUTSIDE):
            told = f"{code!r} bukan kode daftar luar, seperti siak"
            each.refuse(f"code: {told} | {code!r} is no code of an outside register, such as siak", "code")
        outside[code] = each.texts("name")
        each.done()
    if not outside:
        section.refuse("outside: belum ada daftar luar | outside: there is no outside register", "outside")
    found = RegisteredBy(section.choice("default", (MALL, *outside)), outside)
    section.done()
    return found
