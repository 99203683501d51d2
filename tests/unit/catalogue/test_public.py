"""A requirement says whether anybody will see what is handed in against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp.casework.rules.attachments import is_public
from mpp.yaml_files import CatalogueError
from tests.unit.catalogue.trying import GOOD, check

LINE = next(line for line in GOOD.splitlines() if "- {code:" in line and "name:" in line)
CODE = LINE.split("code:")[1].split(",")[0].strip()


def said(public: str) -> str:
    return GOOD.replace(LINE, LINE.replace("{code:", f"{{public: {public}, code:"))


def test_only_what_says_so_is_public(tmp_path: Path) -> None:
    assert is_public(check(tmp_path, said("true")), CODE)
    assert not is_public(check(tmp_path, GOOD), CODE)
    assert not is_public(check(tmp_path, said("true")), "another")


def test_it_is_yes_or_no(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="public"):
        check(tmp_path, said("sometimes"))
