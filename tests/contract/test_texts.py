"""Every code that a refusal in the code can carry has a text in both languages that says what would be right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpp.casework.access.actors import ROLES
from mpp.casework.rules import built_in
from mpp.catalogue import forms
from mpp.web.texts.examples import FIELD_EXAMPLES, PROBLEM_EXAMPLES
from mpp.web.texts.fields import FIELDS
from mpp.web.texts.lookup import PROBLEMS, parameters_of
from mpp.web.texts.page import field_line, page, problem_line
from mpp.web.texts.shorter import BARE, SHORTER
from mpp.web.texts.words import WORDS

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
    codes = set(used("ValidationError", 0)) | set(used("Coded", 0)) | set(forms._messages("text").values())
    for node in ast.walk(ast.parse(Path(forms.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Return) and node.value is not None:
            codes |= {code for code in _literals(node.value) if code.islower()}
    assert {"in_future", "unknown_region"} <= codes
    assert codes - FIELDS.keys() == set()


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_both_languages_say_the_same_with_the_sameparameters_of(code: str) -> None:
    text = PROBLEMS[code]
    assert all(part.strip() for part in text)
    assert parameters_of(text.detail_id) == parameters_of(text.detail_en)


@pytest.mark.parametrize("code", sorted(FIELDS))
def test_both_languages_of_a_field_use_the_sameparameters_of(code: str) -> None:
    indonesian, english = FIELDS[code]
    assert parameters_of(indonesian) == parameters_of(english)


# ------------------------------------------------------------------------- what is said

# Words of programs that a reader is to type or to find exactly so.
_TYPED = {"application/x-www-form-urlencoded", "numbers", "series", "accounts", "own-password", "mpp"}
_CODES = (
    set(ROLES)
    | set(built_in.BUILT_IN)
    | {word for words in WORDS.values() for word in words}
    | {"submitted", "verify", "revoked", "suspend", "organisation"}
) - {"bank", "desa", "kelurahan", "kecamatan", "mpp", "operator", "bumd", "bumn"}
_TO_TYPE = {"unknown_choice"}  # its choices are values of the interface: whoever sends them must see them as they are


def _sentences() -> dict[str, tuple[str, str]]:
    found = {f"problem {code}": problem_line(code) for code in PROBLEMS}
    return found | {f"field {code}": field_line(code) for code in FIELDS if code not in _TO_TYPE}


@pytest.mark.parametrize("sentence", _sentences())
def test_no_english_code_stands_in_an_indonesian_sentence(sentence: str) -> None:
    indonesian, english = _sentences()[sentence]
    assert "?" not in indonesian.removesuffix("?"), "every parameter has its word"
    assert "?" not in english.removesuffix("?")
    words = {word.strip("\"'.,:;()") for word in indonesian.split()}
    assert words & _CODES == set()
    assert [w for w in words if re.fullmatch(r"[a-z]+(_[a-z]+)+", w) and w not in _TYPED] == []
    assert indonesian != english


def test_every_refusal_with_a_parameter_has_an_example_and_no_other_has() -> None:
    told = {code for code, text in PROBLEMS.items() if parameters_of(text.detail_id)}
    assert set(PROBLEM_EXAMPLES) == told
    assert set(FIELD_EXAMPLES) == {code for code, (text, _) in FIELDS.items() if parameters_of(text)}


def test_no_text_is_of_a_code_that_does_not_exist() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("mpp", "services")
        for path in (ROOT / folder).rglob("*.py")
        if "texts" not in path.parts
    )
    assert [name for name in (*PROBLEMS, *FIELDS) if f'"{name}"' not in code] == []


def test_the_page_of_refusals_is_the_one_that_the_code_says() -> None:
    assert (ROOT / "docs" / "problems.md").read_text("utf-8") == page(), (
        "stale: run `python -m mpp.web.texts.page > docs/problems.md`"
    )


def test_who_raises_a_refusal_tells_what_its_sentence_needs() -> None:
    """Where the parameters are written out, some text of the code has them all; a `**helper(...)` is believed."""
    problems = {c: [t.detail_id, *(a for a, _ in SHORTER.get(c, ()))] for c, t in PROBLEMS.items()}
    fields = {c: [t[0], *(a for a, _ in BARE.get(c, ()))] for c, t in FIELDS.items()}
    wrong = [
        f"{place}: {code} tells {sorted(told)}"
        for texts, name, params_at in ((problems, "Refused", 9), (fields, "FieldError", 2))
        for code, told, place in told_by(name, params_at)
        if code in texts and not any(parameters_of(text) <= told for text in texts[code])
    ]
    assert wrong == []


def told_by(name: str, params_at: int) -> Iterator[tuple[str, set[str], str]]:
    """Of each call whose params are a literal, or none at all: its code, the names of the params, its place."""
    for folder in ("mpp", "services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != name:
                    continue
                given = next((k.value for k in node.keywords if k.arg == "params"), None)
                given = given or (node.args[params_at] if len(node.args) > params_at else None)
                if given is not None and (not isinstance(given, ast.Dict) or None in given.keys):
                    continue
                told = {str(k.value) for k in given.keys if isinstance(k, ast.Constant)} if given is not None else set()
                for code in _literals(node.args[1]) if len(node.args) > 1 else ():
                    yield code, told, f"{path.relative_to(ROOT)}:{node.lineno}"
