"""docs/problems.md: what every refusal says, for who builds on the interface. `python -m mpp.web.texts.page`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from mpp.web.texts.examples import FIELD_EXAMPLES, PROBLEM_EXAMPLES
from mpp.web.texts.fields import FIELDS
from mpp.web.texts.lookup import field_message, problem_text
from mpp.web.texts.problems import PROBLEMS

_HEAD = """# Penolakan | Refusals

Made from the code by `python -m mpp.web.texts.page > docs/problems.md`. Every refusal is problem+json (RFC 9457):
`code` is stable, `title` and `detail` are in the language that `Accept-Language` asks for, `errors` name each field
with a code and a sentence of their own. The role, action, office or bound in a sentence here is an example. A program
decides by the codes; people read the sentences.
"""


def problem_line(code: str) -> tuple[str, str]:
    """What the problem says, Indonesian and English."""
    told = PROBLEM_EXAMPLES.get(code, {})
    (title, detail), (english, more) = (problem_text(code, 400, told, language) for language in ("id", "en"))
    return f"{title}. {detail}", f"{english}. {more}"


def field_line(code: str) -> tuple[str, str]:
    """What is said of a field, Indonesian and English."""
    told = FIELD_EXAMPLES.get(code, {})
    return field_message(code, told, "id"), field_message(code, told, "en")


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            _HEAD,
            *_table("Kode permintaan | Codes of a refusal", ((code, *problem_line(code)) for code in sorted(PROBLEMS))),
            "",
            *_table("Kode isian | Codes of a field", ((code, *field_line(code)) for code in sorted(FIELDS))),
            "",
        ]
    )


def _table(title: str, lines: Iterable[tuple[str, str, str]]) -> list[str]:
    rows = [f"| `{code}` | {indonesian} | {english} |" for code, indonesian, english in lines]
    return [f"## {title}", "", "| code | Indonesia | English |", "|---|---|---|", *rows]


if __name__ == "__main__":
    sys.stdout.write(page())
