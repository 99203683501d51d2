"""The one-time address by which a citizen may answer the nine questions: it comes into being when a case ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Work
from mpp.cases.storage import satisfaction_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.satisfaction_rows import Address
from mpp.casework.codes import one_time
from mpp.casework.rules.built_in import WITHDRAWN
from mpp.casework.rules.questionnaire import free_of_charge


@dataclass(frozen=True)
class OneTime:
    """An address that can be answered by until `ends_on`, that day included. The code is never stored."""

    code: str
    ends_on: date

    def path(self, channel: str) -> str:
        """The page, below the address of the mall; `channel` is one of `questionnaire.CHANNELS`."""
        return one_time.path_of(self.code, channel)


def ended(work: Work) -> None:
    """Queue the address of a case that ends with this step. Who withdrew has not had the service: there is none."""
    address = address_of_end(work.tx, work.host, work.record)
    if address is not None:
        satisfaction_rows.begin(work.tx, address)


def address_of(tx: Connection, host: CaseHost, case_id: str) -> OneTime | None:
    """The address of a case, for a message, a receipt or a screen. None: the case has none, or no longer one that
    could be answered by."""
    code = code_of(host, case_id)
    found = satisfaction_rows.find(tx, one_time.hash_of(code))
    if found is None or found.answered or found.ends_on < host.today(host.clock.now()):
        return None
    return OneTime(code, found.ends_on)


def code_of(host: CaseHost, case_id: str) -> str:
    """The code of a case, whether or not it has one that holds."""
    return one_time.code_of(host.definition.tracking_letter or "", case_id, host.secrets.own)


def address_of_end(tx: Connection, host: CaseHost, record: Record) -> Address | None:
    """The address of a case that has ended, kept yet or not; None for one that goes on, or was withdrawn."""
    case, finished = record.case, record.finished_at
    if finished is None or case.state == WITHDRAWN:
        return None
    service_type = host.service_type_of(tx, case)
    return Address(
        hash=one_time.hash_of(code_of(host, case.id)),
        service=case.service,
        office=case.office,
        free=free_of_charge(service_type, host.today(record.submitted_at)),
        ends_on=host.today(finished) + timedelta(days=host.questionnaire.days),
    )
