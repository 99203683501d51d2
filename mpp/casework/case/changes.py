"""What a step of a case changes: a value for each kind of change, and its JSON in the timeline.

`Change` is the union of them all, `read_change` their way back from JSON. The JSON has shipped: a kind keeps its name
and its fields for ever. A field that came later is missing in older rows: its `from_json` says what stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from mpp.casework.case.file_changes import (
    DataCorrected,
    DataSet,
    DocumentHandedIn,
    DocumentTakenOut,
    Opened,
    PaperLearned,
    PersonCorrected,
    Ticked,
    WarningAnswered,
)
from mpp.casework.case.signing import SigningBegun, SigningEnded
from mpp.casework.case.way_changes import (
    ClockMoved,
    Escalated,
    Held,
    Numbered,
    OfficeChanged,
    Reported,
    TaskClaimed,
    TaskClockMoved,
    TaskClosed,
    TaskOpened,
)
from mpp.json_values import JsonObject, text

__all__ = [
    "Change",
    "ClockMoved",
    "DataCorrected",
    "DataSet",
    "DocumentHandedIn",
    "DocumentTakenOut",
    "Escalated",
    "Held",
    "Numbered",
    "OfficeChanged",
    "Opened",
    "PaperLearned",
    "PersonCorrected",
    "Reported",
    "SigningBegun",
    "SigningEnded",
    "TaskClaimed",
    "TaskClockMoved",
    "TaskClosed",
    "TaskOpened",
    "Ticked",
    "WarningAnswered",
    "read_change",
]

Change: TypeAlias = (
    Opened
    | DataSet
    | DataCorrected
    | PersonCorrected
    | WarningAnswered
    | Ticked
    | DocumentHandedIn
    | DocumentTakenOut
    | PaperLearned
    | TaskOpened
    | TaskClosed
    | TaskClaimed
    | OfficeChanged
    | ClockMoved
    | TaskClockMoved
    | Reported
    | Escalated
    | Held
    | Numbered
    | SigningBegun
    | SigningEnded
)


# What came later and is stored as if it set data, by the field that only it has.
_AS_DATA: Mapping[str, Callable[[JsonObject], Change]] = {
    "person": PersonCorrected.from_json,
    "answer": WarningAnswered.from_json,
    "signing": SigningBegun.from_json,
    "signing_ended": SigningEnded.from_json,
    "unset": DataCorrected.from_json,
}


def _data(stored: JsonObject) -> Change:
    reader = next((read for name, read in _AS_DATA.items() if name in stored), DataSet.from_json)
    return reader(stored)


def _ticks(stored: JsonObject) -> Ticked | DocumentHandedIn | DocumentTakenOut:
    if "sha256" in stored:
        return DocumentHandedIn.from_json(stored)
    return DocumentTakenOut.from_json(stored) if "removed" in stored else Ticked.from_json(stored)


_READERS: Mapping[str, Callable[[JsonObject], Change]] = {
    "opened": Opened.from_json,
    "data": _data,
    "ticks": _ticks,
    "paper": PaperLearned.from_json,
    "task_opened": TaskOpened.from_json,
    "task_closed": TaskClosed.from_json,
    "task_claimed": TaskClaimed.from_json,
    "office": OfficeChanged.from_json,
    "clock": ClockMoved.from_json,
    "task_clock": TaskClockMoved.from_json,
    "reported": Reported.from_json,
    "escalated": Escalated.from_json,
    "held": Held.from_json,
    "number": Numbered.from_json,
}


def read_change(stored: JsonObject) -> Change:
    """The change in its JSON. ValueError for a kind that does not exist, or that lacks what it must have."""
    kind = text(stored, "kind")
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError(f"unknown change {kind!r}")
    return reader(stored)
