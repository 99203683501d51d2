"""What each refusal says, in Indonesian and English.

The tables are in `problems`, `fields`, `shorter` and, for codes that a refusal names, `words`. A code without a text
still gets a sentence that fits its status, and a test fails, so that no clerk has to read it for long.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence

from mpp.web.texts.fields import FIELDS
from mpp.web.texts.languages import Language
from mpp.web.texts.problems import PROBLEMS, ProblemText
from mpp.web.texts.shorter import BARE, SHORTER
from mpp.web.texts.words import worded

__all__ = ["FIELDS", "PROBLEMS", "ProblemText", "field_message", "problem_text"]

P = ProblemText

_BY_STATUS: dict[int, ProblemText] = {
    400: P("Permintaan salah", "Permintaan tidak dapat dibaca.", "Bad request", "The request cannot be read."),
    401: P("Belum masuk", "Masuk lebih dahulu.", "Not logged in", "Log in first."),
    403: P("Tidak berwenang", "Anda tidak berwenang.", "Forbidden", "You may not do this."),
    404: P("Tidak ditemukan", "Tidak ditemukan.", "Not found", "Not found."),
    409: P("Tidak dapat dilakukan sekarang", "Keadaan berkas tidak mengizinkannya.",
           "Not possible now", "The state of the case does not allow it."),
    422: P("Ada isian yang belum benar", "Perbaiki isian yang disebut.",
           "Some fields need correction", "Correct the fields named here."),
}  # fmt: skip
_UNTOLD = ("Isian ini tidak dapat diterima.", "This value cannot be accepted.")
_OTHER = P("Permintaan ditolak", "Permintaan tidak dapat dipenuhi.", "Refused", "The request was refused.")


def problem_text(code: str, status: int, params: Mapping[str, str | int], language: Language) -> tuple[str, str]:
    """Title and detail of a problem; never raises, whatever code or parameters a service sends."""
    text = PROBLEMS.get(code) or _BY_STATUS.get(status, _OTHER)
    shorter = SHORTER.get(code, ())
    title, details = (text.title_id, [text.detail_id]) if language == "id" else (text.title_en, [text.detail_en])
    details += [indonesian if language == "id" else english for indonesian, english in shorter]
    return title, filled(_said(details, params), params, language)


def field_message(code: str, params: Mapping[str, str | int], language: Language) -> str:
    """What is wrong with a field, and what would be right; never raises."""
    texts = [FIELDS.get(code) or _UNTOLD, *BARE.get(code, ())]
    said = _said([indonesian if language == "id" else english for indonesian, english in texts], params)
    return filled(said, params, language)


def _said(texts: Sequence[str], params: Mapping[str, str | int]) -> str:
    """The first text whose parameters were all told, else the last one: a check that tells less is said with less."""
    told = params.keys() | {name[:-3] for name in params if name.endswith(("_id", "_en"))}
    return next((text for text in texts if parameters_of(text) <= told), texts[-1])


def parameters_of(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def filled(text: str, params: Mapping[str, str | int], language: Language) -> str:
    """The text with its parameters, in the reader's words; one that is missing shows as `?` instead of failing."""
    return text.format_map(_Lenient(params, language)) if "{" in text else text


class _Lenient(dict[str, str | int]):
    def __init__(self, params: Mapping[str, str | int], language: Language) -> None:
        super().__init__()
        self._params, self._language = params, language

    def __missing__(self, key: str) -> str:
        own = self._params.get(f"{key}_{self._language}")
        if own is not None:
            return str(own)
        value = self._params.get(key, "?")
        indonesian, both, english = str(value).partition(" | ")
        if both:  # a mistake in a file, told in both languages
            return indonesian if self._language == "id" else english
        return worded(key, value, self._language)
