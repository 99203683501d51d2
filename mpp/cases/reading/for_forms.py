"""What a form that people sign by hand is filled in from; the audit trail says who printed which."""

from __future__ import annotations

from collections.abc import Collection

from mpp.cases.recording.command import visible, who
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.refusals import not_found
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline


class CasesForForms:
    """The cases of one service, as forms need them."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def read(
        self,
        actor: Actor | None,
        secret: str | None,
        case_id: str,
        form: str,
        services: Collection[str],
        deadline: Deadline,
        correlation_id: str,
    ) -> JsonObject:
        """The data of the case's form and its people, to whom the case is visible with its applicant.

        Raises Refused 404 for everybody else, and for a form that belongs to none of these services and that no
        requirement of the case names.
        """
        with self._host.database.transaction(deadline) as tx:
            id_ = case_rows.find_id(tx, case_id)
            reader = who(tx, self._host.secrets, actor, secret, id_)
            record = visible(case_rows.find(tx, id_=id_), reader, self._host.offices)
            if self._host.hooks.hide_applicant(record, reader):
                raise not_found()
            case, kind = record.case, self._host.service_type_of(tx, record.case)
            if kind.code not in services and form not in {r.form for r in kind.requirements}:
                raise not_found()
            trail.record(
                tx,
                at=self._host.clock.now(),
                actor=reader,
                office=reader.office_for(*CASE_ROLES),
                action="print_form",
                case_id=case.id,
                details={"form": form},
                correlation_id=correlation_id,
                chained=False,  # it changes nothing, and so takes no lock of the case
            )
            asked = {field.name for field in kind.form}
            return {
                "service": kind.code,
                "tracking_code": record.tracking_code,
                "office": case.office_of_origin,
                "applicant": record.applicant,
                "proxy": record.proxy,
                "data": {name: given for name, given in case.data.items() if name in asked},
            }
