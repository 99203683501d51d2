"""One case of those that were ticked: decided in the applicant's favour, where nothing but a signature is asked for."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.api.calls import Away
from services.portal.api.client import Mall, Refusal

BATCH = ""  # its papers wait, and are signed with all others
SIGNED, BY_HAND, OPEN, ANSWER = "signed", "by_hand", "open", "answer"
_TICKED = re.compile(r"([a-z_]{1,40}):([A-Z0-9]{8,16}):([0-9]{0,9})")
_REFUSAL = "refusal"


@dataclass(frozen=True)
class Ticked:
    """A case as it stood on the page: its version; "" where it was decided, and nothing of it can change."""

    collection: str
    code: str
    version: str

    @classmethod
    def read(cls, sent: str) -> Ticked | None:
        """From the value of its control."""
        found = _TICKED.fullmatch(sent)
        return None if found is None else cls(*found.groups())


def decide(mall: Mall, ticked: Ticked, key: str) -> tuple[str, list[str]]:
    """What came of it, and the papers that wait: BATCH with them, or why there is none."""
    address = f"/{ticked.collection}/{ticked.code}"
    try:
        case = mall.get(address).body
        if case["signing"] is None:
            action, why = _to_take(case)
            if action is None or not ticked.version:
                return why or OPEN, []
            own = str(uuid.uuid5(uuid.UUID(key), ticked.code))
            sent = {"action": action, "data": {}}
            case = mall.post(f"{address}/actions", sent, key=own, version=ticked.version).body
    except Away:
        return "away", []
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return refusal.code or "other", []
    return _told(case)


def _told(case: Mapping[str, Any]) -> tuple[str, list[str]]:
    signing = case["signing"]
    if signing is None:
        return SIGNED, []
    return (BY_HAND, []) if signing["adapter"] == "wet" else (BATCH, [str(paper) for paper in signing["papers"]])


def _to_take(case: Mapping[str, Any]) -> tuple[str | None, str]:
    """The one action that makes papers and refuses nothing, or None and why it is not for many at once: whatever has
    to be chosen, written or answered is done on the page of the case."""
    found = [each for each in case["actions"] if each["paper"] not in (None, _REFUSAL)]
    if len(found) != 1 or "note" in found[0]["needs"] or any(field["required"] for field in found[0]["data"]):
        return None, OPEN
    if "answers" in found[0]["needs"]:
        return None, ANSWER
    return str(found[0]["action"]), ""
