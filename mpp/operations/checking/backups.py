"""How old the newest backup is, and when one was last proved: for the doctor and for an operator's page."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from mpp.hosting.state.parts import Part
from mpp.operations.backup.shelf import Standing, standing
from mpp.operations.settings import Settings, backups_beside

_DAILY = timedelta(hours=26)
_PROVED_WITHIN = timedelta(days=35)
_PART = "backup"


def of_mall(settings: Settings, now: datetime) -> list[Part]:
    """The same, where this process may see backups at all: in a container of their own they are not to be read here."""
    if settings.backup_folder is None and not (settings.data / "lock").exists():
        return [Part(_PART, "backup_elsewhere")]
    return of_shelf(backups_beside(settings), now)


def of_shelf(shelf: Path, now: datetime) -> list[Part]:
    """What is the matter with the newest backup and with the last proof; one good part where nothing is."""
    return _parts(shelf, standing(shelf), now)


def _parts(shelf: Path, found: list[Standing], now: datetime) -> list[Part]:
    if not found:
        return [Part(_PART, "backup_none", str(shelf))]
    last = found[-1]
    age = now - last.begun_at
    proved = max((each.proved_at for each in found if each.proved_at is not None), default=None)
    how = f"mpp restore {last.folder} --into /tmp/bukti"
    told = [Part(_PART, "backup_old", f"{last.folder.name}, {_age(age)}")] if age > _DAILY else []
    if proved is None:
        told.append(Part(_PART, "backup_unproved", how))
    elif now - proved > _PROVED_WITHIN:
        told.append(Part(_PART, "backup_proof_old", f"{_age(now - proved)}: {how}"))
    return told or [Part(_PART, "backup_well", f"{last.folder.name}, {_age(age)}")]


def told_of(shelf: Path, now: datetime) -> tuple[str, list[str]]:
    """What is well in one line, and what the operator should know."""
    found = standing(shelf)
    last = next(reversed(found), None)
    good = "" if last is None else f"{last.folder.name}, {_age(now - last.begun_at)}"
    return good, [part.line() for part in _parts(shelf, found, now) if part.state != "good"]


def _age(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    return f"{hours // 24} hari (d)" if hours >= 48 else f"{hours} jam (h)"  # noqa: PLR2004
