"""What went wrong, said once and in one line, to a person who may not be a programmer."""

from __future__ import annotations


class Problem(Exception):
    """Something the operator can put right. Printed as one line, Indonesian first; exit status 1, no traceback."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(f"{_line(indonesian)} | {_line(english)}")


def _line(text: str) -> str:
    return " ".join(text.split())
