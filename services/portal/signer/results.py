"""What came of what was ticked, one by one. It is in the signer's session alone, and the batch is at the mall."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.signer.deciding import BATCH, SIGNED, Ticked
from services.portal.texts import all_texts

WAITING = "waiting"
# Nothing was decided or signed that could not be tried again as it is.
_AGAIN = (
    "passphrase_wrong", "passphrase_missing", "interrupted", "service_unavailable", "away", "outcome_unknown",
    "signing_under_way", "signer_not_registered", "service_away", "service_not_set", "service_credentials",
    "internal_error",
)  # fmt: skip


def why(told: str) -> str:
    """The key of the words for what came of signing, and what to do: by the mall's codes."""
    key = f"sign.why_{'printing' if told.startswith('printing_') else told}"
    return key if key in all_texts() else "sign.why_other"


@dataclass(frozen=True)
class Result:
    """Of one case: `told` is signed, waiting, or why not."""

    collection: str
    code: str
    version: str
    told: str

    @property
    def why(self) -> str:
        """The key of the words for it."""
        return why(self.told)

    @property
    def again(self) -> bool:
        """Whether it can be tried again from here."""
        return self.told in _AGAIN


def keep(key: str, batch: str, told: Iterable[tuple[Ticked, str, int]]) -> None:
    """For the page of results, in place of the ones before; of each case, how many papers of it are in the batch."""
    items = [[each.collection, each.code, each.version, what, papers] for each, what, papers in told]
    session["signed"] = {"key": key, "batch": batch, "items": items}


def known(key: str) -> bool:
    """Whether the form of this key was sent before."""
    return bool(session.get("signed", {}).get("key") == key)


def show() -> str | Answered:
    """Each result; what is still being signed comes with the next look."""
    kept = session.get("signed")
    if kept is None:
        return redirect(url_for("signer.desk"), 303)
    found = _found(kept)
    counted = {name: sum(each.told == name for each in found) for name in (SIGNED, WAITING)}
    return render_template("sign_results.html", found=found, counted=counted, key=_next_key(kept["key"]))


def _next_key(key: str) -> str:
    return str(uuid.uuid5(uuid.UUID(key), "again"))


def _found(kept: dict[str, Any]) -> list[Result]:
    signed = iter(_of_batch(kept["batch"]))
    return [
        Result(collection, code, version, _together(signed, papers) if told == BATCH else told)
        for collection, code, version, told, papers in kept["items"]
    ]


def _together(signed: Iterator[str], papers: int) -> str:
    """What came of the papers of one case: signed where all are, else why the first that is not is not."""
    of_case = [next(signed, "interrupted") for _ in range(papers)]
    if WAITING in of_case:
        return WAITING
    return next((each for each in of_case if each != SIGNED), SIGNED)


def _of_batch(batch: str) -> list[str]:
    if not batch:
        return []
    try:
        items = asked().mall.get(f"/signatures/{batch}").body["items"]
    except Refusal as refusal:
        if refusal.status != 404:  # noqa: PLR2004 - batches are forgotten after a week
            raise
        return []
    return [each["state"] if each["state"] in (SIGNED, WAITING) else each["failure"] or each["state"] for each in items]
