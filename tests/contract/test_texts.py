"""Every code that a refusal in the code can carry has a text in both languages."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpp.catalogue import forms
from mpp.web.texts.fields import FIELDS
from mpp.web.texts.lookup import PROBLEMS

ROOT = Path(__file__).resolve().parents[2]


def _literals(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be: a literal, or the ends of `a if x else b`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.List | ast.Tuple):
        for item in node.elts:
            yield from _literals(item)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def used(name: str, position: int) -> dict[str, str]:
    """Codes given to calls of `name`, with a place where each is used."""
    found: dict[str, str] = {}
    for folder in ("mpp", "services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if called != name:
                    continue
                keyword = next((k.value for k in node.keywords if k.arg == "code"), None)
                argument = keyword or (node.args[position] if len(node.args) > position else None)
                for code in _literals(argument) if argument is not None else ():
                    found.setdefault(code, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_every_problem_has_a_text() -> None:
    codes = used("Refused", 1)
    assert len(codes) > 20  # the search itself works
    assert {code: place for code, place in codes.items() if code not in PROBLEMS} == {}


def test_every_field_code_has_a_text() -> None:
    codes = used("FieldError", 1) | used("Coded", 0)
    assert len(codes) > 10
    assert {code: place for code, place in codes.items() if code not in FIELDS} == {}


def test_every_reason_against_a_nik_or_a_phone_number_has_a_text() -> None:
    codes = used("InvalidIdentity", 0)
    assert codes
    assert {code: place for code, place in codes.items() if code not in FIELDS} == {}


def test_every_code_of_the_catalogues_forms_has_a_text() -> None:
    codes = set(used("ValidationError", 0)) | set(forms._MESSAGES.values())
    for node in ast.walk(ast.parse(Path(forms.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Return) and node.value is not None:
            codes |= {code for code in _literals(node.value) if code.islower()}
    assert {"in_future", "unknown_region"} <= codes
    assert codes - FIELDS.keys() == set()


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_both_languages_say_the_same_with_the_same_parameters(code: str) -> None:
    text = PROBLEMS[code]
    assert all(part.strip() for part in text)
    assert _parameters(text.detail_id) == _parameters(text.detail_en)


@pytest.mark.parametrize("code", sorted(FIELDS))
def test_both_languages_of_a_field_use_the_same_parameters(code: str) -> None:
    indonesian, english = FIELDS[code]
    assert _parameters(indonesian) == _parameters(english)


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
