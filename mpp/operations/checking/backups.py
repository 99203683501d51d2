"""How old the newest backup is, and when one was last proved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from mpp.operations.backup.shelf import standing

_DAILY = timedelta(hours=26)
_PROVED_WITHIN = timedelta(days=35)


def told_of(shelf: Path, now: datetime) -> tuple[str, list[str]]:
    """What is well in one line, and what the operator should know."""
    found = standing(shelf)
    if not found:
        return "", [f"belum ada di {shelf}: `mpp backup` | there is none in {shelf}: `mpp backup`"]
    last = found[-1]
    proved = max((each.proved_at for each in found if each.proved_at is not None), default=None)
    good = f"{last.folder.name}, {_age(now - last.begun_at)}"
    return good, list(_warnings(last.folder, now - last.begun_at, None if proved is None else now - proved))


def _warnings(folder: Path, age: timedelta, proof: timedelta | None) -> Iterator[str]:
    if age > _DAILY:
        yield f"yang terbaru berumur {_age(age)}: apakah jadwalnya berjalan? | the newest is {_age(age)} old"
    how = f"`mpp restore {folder} --into /tmp/bukti`"
    if proof is None:
        yield f"belum pernah dibuktikan: {how} | never proved: {how}"
    elif proof > _PROVED_WITHIN:
        yield f"terakhir dibuktikan {_age(proof)} yang lalu: {how} | last proved {_age(proof)} ago: {how}"


def _age(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    return f"{hours // 24} hari (d)" if hours >= 48 else f"{hours} jam (h)"  # noqa: PLR2004
