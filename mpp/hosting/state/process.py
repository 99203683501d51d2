"""What one process of the mall finds of itself: what it stands on, and what waits there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from mpp.hosting.broker_watch import ALARM, PREPARE
from mpp.hosting.runtime import Runtime
from mpp.hosting.state.parts import Part
from mpp.jobs.dead_jobs import count_dead
from mpp.messaging.metrics import backlog
from mpp.persistence.database import DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline

ROOM = 1_000_000_000  # bytes that a disk should have left
_LATE = 60.0  # seconds that an event may wait for the broker
_SECONDS = 2.0  # for counting


def of_process(runtime: Runtime, service: str) -> list[Part]:
    """The parts that one service stands on. It raises nothing: what does not answer is what is told."""
    database = list(_database(runtime, service))
    waiting = _waiting(runtime, service) if database[0].state == "good" else iter(())
    return [*database, _broker(runtime), *waiting, *_folders(runtime)]


def _database(runtime: Runtime, service: str) -> Iterator[Part]:
    trouble = runtime.watches[service].trouble()
    if trouble is None:
        yield Part("database", "database_well")
    else:
        yield Part("database", "database_readonly" if "takes no writes" in trouble else "database_away", trouble)


def _broker(runtime: Runtime) -> Part:
    trouble = runtime.broker_watch.trouble()
    if trouble is None:
        return Part("broker", "broker_well")
    if PREPARE in trouble:
        return Part("broker", "broker_new", trouble)
    return Part("broker", "broker_alarm" if trouble == ALARM else "broker_away", trouble)


def _waiting(runtime: Runtime, service: str) -> Iterator[Part]:
    """Events that nobody has yet, and what was given up."""
    database, deadline = runtime.databases[service], Deadline.after(_SECONDS)
    try:
        found = backlog(database, deadline)
        dead = found.unsettled.get("dead", 0) + count_dead(database, deadline)
    except (DatabaseAway, TooSlow) as error:
        yield Part("database", "database_away", type(error).__name__)
        return
    late = found.oldest > _LATE
    yield Part("outbox", "outbox_late" if late else "outbox_well", str(found.unpublished) if late else None)
    if dead:
        yield Part("letters", "letters_some", str(dead))


def _folders(runtime: Runtime) -> Iterator[Part]:
    watches = runtime.store_watches
    troubles = [trouble for watch in watches if (trouble := watch.trouble()) is not None]
    yield from (Part("folder", "folder_unusable", trouble) for trouble in troubles)
    if watches and not troubles:
        yield Part("folder", "folder_well")
    known = (runtime.settings.files, runtime.settings.audit.folder)
    rooms = [shutil.disk_usage(at).free for at in (_existing(folder) for folder in known) if at is not None]
    if rooms:
        low = min(rooms) < ROOM
        yield Part("disk", "disk_low" if low else "disk_well", f"{min(rooms) // 1_000_000} MB" if low else None)


def _existing(folder: Path | None) -> Path | None:
    return folder if folder is not None and folder.exists() else None
