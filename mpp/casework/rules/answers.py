"""The answers to warnings: who decides for the applicant says why what looks like a mistake is none. Pure.

An answer counts for who gave it: the signer answers for himself what the verifier has answered before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mpp.casework.access.actors import Actor
from mpp.casework.bounds import NOTE_MAX
from mpp.casework.case.case import Entry
from mpp.casework.case.changes import WarningAnswered
from mpp.casework.refusals import FieldError
from mpp.casework.rules.naming import listed
from mpp.casework.rules.service_type import Action, Text
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json

ANSWERS_MAX = 20
REASON_MIN = 3
_BOUNDS: Mapping[str, Mapping[str, int]] = {"too_short": {"min": REASON_MIN}, "too_long": {"max": NOTE_MAX}}
_OF_THE_COUNTER = frozenset({"clerk", "applicant"})


@dataclass(frozen=True)
class CaseWarning:
    """What is no mistake and may be one. `about` is what it is about (the other case, the permit, the person): another
    one of the same code is another warning. `text` says it in both languages."""

    code: str
    about: str
    field: str
    text: Text

    @property
    def id(self) -> str:
        """By which it is answered; the same as long as it warns of the same."""
        return f"{self.code}.{self.about}"


def asks(action: Action, actor: Actor) -> bool:
    """Whether the action needs an answer to every warning: a decision in the applicant's favour by a person.

    What needs a note (to return, to ask, to refuse) is not in the applicant's favour; counters and applicants decide
    nothing; nobody is asked when a time has run out.
    """
    by_a_person = not (actor.is_system or actor.is_bank or actor.is_applicant)
    return by_a_person and not action.note_required and not _OF_THE_COUNTER & set(action.roles)


def given(timeline: Iterable[Entry]) -> list[tuple[Entry, WarningAnswered]]:
    """All answers of a case, the oldest first."""
    return [(entry, change) for entry in timeline for change in entry.changes if isinstance(change, WarningAnswered)]


def read(sent: Json, warnings: Sequence[CaseWarning]) -> tuple[list[WarningAnswered], list[FieldError]]:
    """The answers of a request, `[{"warning": ID, "reason": TEXT}]`, and each one that cannot stand."""
    if sent is None:
        return [], []
    if not isinstance(sent, list):
        return [], [FieldError("answers", "wrong_type", {"kind": "list"})]
    if len(sent) > ANSWERS_MAX:
        return [], [FieldError("answers", "too_many", {"max": ANSWERS_MAX})]
    known = {warning.id for warning in warnings}
    found: list[WarningAnswered] = []
    errors: list[FieldError] = []
    for place, each in enumerate(sent):
        answer = each if isinstance(each, Mapping) else {}
        warning, reason = answer.get("warning"), answer.get("reason")
        if not isinstance(warning, str) or warning not in known:
            errors.append(FieldError(f"answers.{place}.warning", "unknown_warning"))
            continue
        try:
            found.append(WarningAnswered(warning, _reason(reason)))
        except InvalidIdentity as error:
            errors.append(FieldError(f"answers.{place}.reason", error.code, _BOUNDS.get(error.code, {})))
    return found, errors


def _reason(sent: Json) -> str:
    """The reason as it is kept. InvalidIdentity for one that says nothing, or too much."""
    text = tidy(sent if isinstance(sent, str) else "", lines=True)
    if len(text) < REASON_MIN:
        raise InvalidIdentity("too_short")
    if len(text) > NOTE_MAX:
        raise InvalidIdentity("too_long")
    return text


def unanswered(warnings: Sequence[CaseWarning], answered: Iterable[str]) -> list[FieldError]:
    """Each warning without an answer, as what is wrong with the request."""
    done = set(answered)
    return [
        FieldError("answers", "answer_required", listed("text", [warning.text]))
        for warning in warnings
        if warning.id not in done
    ]
