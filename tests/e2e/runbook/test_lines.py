"""The runbook as it is printed: every line that an operator types is run by a test, most of them here, on one mall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.runbook import page
from tests.e2e.runbook.elsewhere import BY_HAND, TESTS
from tests.e2e.runbook.operator import Operator, real_mall
from tests.support.mall import data_folder, processes_of
from tests.support.wait import until

ROOT = Path(__file__).parents[3]
PRINTED = page.PAGE.read_text("utf-8")
ALL = [*page.lines(PRINTED), *page.mentioned(PRINTED)]
HERE = [line for line in ALL if line not in TESTS | BY_HAND]


@pytest.fixture
def operator() -> Iterator[Operator]:
    with data_folder() as folder:
        mall = real_mall(folder)
        yield Operator(mall.start(), folder)
        mall.kill()
        until(lambda: not processes_of(mall.folder), what="the end of the database")


def test_every_line_that_asks_a_mall_is_typed_as_it_is_printed(operator: Operator) -> None:
    for line in HERE:
        operator.types(line)
    assert "kepala.dpmptsp" in operator.said("mpp accounts list")
    assert "person.registered" in operator.said("mpp dead-letters show permits <id> <langganan>")


def test_a_line_is_run_here_or_by_a_test_that_is_named() -> None:
    strange = [
        line for line in HERE if not re.match(r"(MPP_DATA=\.data )?(\.venv/bin/)?mpp |make run$|curl -s '?http:", line)
    ]
    assert strange == [], "nobody runs these: name the test that does"
    assert sorted((TESTS | BY_HAND).keys() - set(ALL)) == [], "the page does not print these any more"
    for name in set(TESTS.values()):
        file, _, test = name.partition("::")
        assert f"\ndef {test}(" in (ROOT / file).read_text("utf-8"), name
