"""An open case that builds on an earlier document follows it when that was corrected: before the next step on it.

The step of an official and what the case takes over are two entries of the timeline, in one transaction: so the case is
decided by what holds now, and shows whose mistake was mended where.
"""

from __future__ import annotations

from dataclasses import replace

from mpp.cases.commands.amending import with_people
from mpp.cases.commands.filing import region_of
from mpp.cases.recording import recorder
from mpp.cases.recording.work import Work
from mpp.cases.storage import case_rows
from mpp.casework.access.actors import SYSTEM
from mpp.casework.case.case import evolve
from mpp.casework.case.changes import PersonCorrected

FOLLOW = "follow"  # the action of the timeline
NOTE = "Dokumen yang menjadi dasar sudah diperbaiki (the document that this builds on was corrected)"


def follow(work: Work) -> Work:
    """The work with the case as it is when it has taken over what was corrected; the same work where nothing was."""
    changes = work.host.hooks.follow(work)
    if not changes:
        return work
    entry = work.case.entry(FOLLOW, SYSTEM.id, work.now, changes, note=NOTE)
    people = [change for change in changes if isinstance(change, PersonCorrected)]
    record = with_people(work.record, people, work.runtime.person_key)
    case = evolve(work.case, entry)
    region = region_of(work.runtime, work.service_type, case.data, case.office_of_origin)
    after = recorder.record(work.by(SYSTEM).of(replace(record, region=region)), entry, "updated")
    if people:
        case_rows.write_people(work.tx, after.record)
    return work.of(after.record)
