"""Half-filled forms: the mall keeps them for the account alone, sealed, for a week; the browser keeps nothing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.portal.api.calls import Away
from services.portal.api.client import Refusal

if TYPE_CHECKING:
    from services.portal.asking import Asked

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Draft:
    """One draft; id and version are "" before it was kept. `values` are those of the controls, by name."""

    id: str = ""
    version: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


def read(asked: Asked, draft: str) -> Draft | None:
    """The draft, or None where the account has no such one any more."""
    if not _ID.fullmatch(draft):
        return None
    try:
        found = asked.mall.get(f"/drafts/{draft}")
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004
            return None
        raise
    values = {str(name): str(value) for name, value in found.body["form"].items()}
    return Draft(draft, found.version or "", values)


def keep(asked: Asked, draft: Draft, service: str, values: Mapping[str, str]) -> Draft:
    """Keep these values in the place of what was kept before. Raises Refusal, Away."""
    body = {"service": service, "form": {name: value for name, value in values.items() if value}}
    if _ID.fullmatch(draft.id):
        changed = asked.mall.post(
            f"/drafts/{draft.id}", body, key=str(uuid.uuid4()), version=draft.version, method="PUT"
        )
        return Draft(draft.id, changed.version or "", values)
    kept = asked.mall.post("/drafts", body, key=str(uuid.uuid4()))
    return Draft(str(kept.body["id"]), kept.version or "", values)


def drop(asked: Asked, draft: Draft) -> None:
    """Remove it; one that stays is gone after a week by itself."""
    if not _ID.fullmatch(draft.id):
        return
    try:
        asked.mall.post(f"/drafts/{draft.id}", {}, key=str(uuid.uuid4()), version=draft.version, method="DELETE")
    except (Away, Refusal):
        return
