"""`mpp/` serves services that it does not know: what it needs to know of one is in the service's definition."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mpp.hosting.definition import definitions

ROOT = Path(__file__).parents[2] / "mpp"
NAMES = {*definitions(), *(d.collection for d in definitions().values() if d.collection)}
NAMED = re.compile(rf"(?<![a-z_])({'|'.join(sorted(NAMES))})(?![a-z_])")

# What looks like the name of a service and is none, or cannot change any more: (file, text).
ALLOWED = {
    # who signs tokens, in every token that was ever given out
    ("tokens/signed.py", "mpp-gateway"),
    # the 14 components of a service standard: how one complains (UU 25/2009 art. 21)
    ("catalogue/parse.py", "complaints"),
    ("catalogue/pages.py", "complaints"),
    ("cases/reading/receipt.py", "complaints"),
    # an element of the satisfaction survey: how complaints are handled
    ("casework/rules/questionnaire.py", "complaints"),
    # what a person reads about any licence
    ("web/texts/problems.py", "Too many permits"),
    ("web/texts/problems.py", "The holder has {max} permits in force already; more are not allowed."),
    ("web/texts/fields.py", "This person has {max} permits in force already."),
}


def texts(path: Path) -> Iterator[str]:
    """The strings of a module, without those that only explain it."""
    tree = ast.parse(path.read_text())
    explaining = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.value


def test_no_text_of_mpp_names_a_service_or_its_collection() -> None:
    files = [path for path in ROOT.rglob("*.py") if "contracts" not in path.relative_to(ROOT).parts]
    assert len(files) > 100
    found = {(path.relative_to(ROOT).as_posix(), text) for path in files for text in texts(path) if NAMED.search(text)}
    assert found == ALLOWED
