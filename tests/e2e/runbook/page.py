"""docs/runbook.md, read for what an operator types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "runbook.md"
_PIECES = re.compile(r"(?ms)^```(?P<kind>\w*)\n(?P<block>.*?)^```$|``.+?``|`(?P<inline>[^`]+)`")
_PROGRAMS = "apt|cp|curl|docker|git|install|make|mkdir|mpp|nano|nginx|openssl|rm|sh|systemctl"
_PROGRAM = re.compile(rf"([A-Z_]+=\S+ )*(\.venv/bin/)?({_PROGRAMS}) ")


def lines(text: str) -> list[str]:
    """Every line of the page's shell blocks, and every command in its tables, in the page's order."""
    return [line for typed, line in _typed(text) if typed]


def mentioned(text: str) -> list[str]:
    """Commands that stand whole in a sentence; the mere name of one (`mpp doctor`) is the head of another."""
    found = dict.fromkeys(line for typed, line in _typed(text) if not typed)
    longer = {_bare(line) for line in [*found, *lines(text)]}
    return [
        line
        for line in found
        if not _stands_in(line, lines(text)) and not any(head.startswith(f"{_bare(line)} ") for head in longer)
    ]


def example(text: str, first: str) -> str:
    """The YAML block of the page that begins with this word."""
    (block,) = [piece["block"] for piece in _PIECES.finditer(text)
                if piece["kind"] == "yaml" and piece["block"].startswith(first)]  # fmt: skip
    return block


def _typed(text: str) -> Iterator[tuple[bool, str]]:
    """Each command, and whether it stands in a block or a table rather than in a sentence."""
    for piece in _PIECES.finditer(text):
        if piece["kind"] == "":
            for line in piece["block"].splitlines():
                command = re.split(r"\s+#\s", line)[0].strip()
                if command:
                    yield True, command
        elif piece["inline"] is not None:
            command = " ".join(piece["inline"].split())
            if _PROGRAM.match(command) and "..." not in command:
                yield text[text.rfind("\n", 0, piece.start()) + 1] == "|", command


def _stands_in(line: str, printed: list[str]) -> bool:
    return _bare(line) in [_bare(each) for each in printed]


def _bare(line: str) -> str:
    return line.removeprefix(".venv/bin/")
