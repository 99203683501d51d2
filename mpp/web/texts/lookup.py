"""What each refusal says, in Indonesian and English.

The tables are `texts_problems` and `texts_fields`. A code without a text still gets a sentence that fits its status,
and a test fails, so that no clerk has to read it for long.
"""

from __future__ import annotations

from collections.abc import Mapping

from mpp.web.texts.fields import BARE, FIELDS
from mpp.web.texts.languages import Language
from mpp.web.texts.problems import PROBLEMS, ProblemText

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
_OTHER = P("Permintaan ditolak", "Permintaan tidak dapat dipenuhi.", "Refused", "The request was refused.")


def problem_text(code: str, status: int, params: Mapping[str, str | int], language: Language) -> tuple[str, str]:
    """Title and detail of a problem; never raises, whatever code or parameters a service sends."""
    text = PROBLEMS.get(code) or _BY_STATUS.get(status, _OTHER)
    title, detail = (text.title_id, text.detail_id) if language == "id" else (text.title_en, text.detail_en)
    return title, filled(detail, params)


def field_message(code: str, params: Mapping[str, str | int], language: Language) -> str:
    """What is wrong with a field; never raises."""
    text = (
        (BARE.get(code) if not params else None)
        or FIELDS.get(code)
        or ("Isian ini tidak dapat diterima.", "This value cannot be accepted.")
    )
    return filled(text[0] if language == "id" else text[1], params)


def filled(text: str, params: Mapping[str, str | int]) -> str:
    """The text with its parameters; one that is missing shows as `?` instead of failing the answer."""
    return text.format_map(_Lenient(params)) if "{" in text else text


class _Lenient(dict[str, str | int]):
    def __missing__(self, key: str) -> str:
        return "?"
