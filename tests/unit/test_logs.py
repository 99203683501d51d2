"""Whatever a line of the log is made of, no number of a person is in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.support.log import written

NIK, PHONE = "3515140508689990", "0812 - 3456 - 7890"


class Applicant:
    """Something that tells too much of itself."""

    def __repr__(self) -> str:
        return f"Applicant({NIK})"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log of a process, from here on."""
    with written() as stream:
        yield stream


@pytest.mark.parametrize(
    "value",
    [NIK, int(NIK), [NIK], (PHONE,), {NIK}, {"nik": PHONE}, {NIK: 1}, {int(NIK): 1}, NIK.encode(), Applicant(),
     ValueError(f"bad {PHONE}"), {"a": [{"b": Applicant()}]}],
)  # fmt: skip
def test_a_value_of_any_kind_is_masked(lines: io.StringIO, value: object) -> None:
    structlog.get_logger("tests").info("happened", value=value, size=12_345_678, took=0.0123456789)
    line = json.loads(lines.getvalue())
    assert (line["size"], line["took"]) == (12_345_678, 0.0123456789)  # what names nobody stays a number
    assert "*" in json.dumps(line["value"])
    assert NIK not in lines.getvalue()
    assert "7890" not in lines.getvalue()


def test_what_a_library_says_is_masked_with_its_traceback(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"no such person: {NIK}")
    except ValueError:
        logging.getLogger("library").exception("cannot take %s", NIK)
    assert "cannot take ****************" in lines.getvalue()
    assert NIK not in lines.getvalue()
