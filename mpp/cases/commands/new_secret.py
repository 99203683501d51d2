"""A new secret for an applicant who has lost the receipt: by a clerk who has seen the identity card.

It is not stored, as the first one is not: the case keeps a number, from which the secret is derived. The former one
ends in the same moment, and whose card was seen is in the audit trail.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from mpp.cases.commands.cards import whose_card
from mpp.cases.recording import once
from mpp.cases.recording.command import Command, Outcome, visible
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.refusals import Refused, wrong_role
from mpp.json_values import Json, JsonObject, text, whole
from mpp.persistence.audit import trail

ACTION = "new_secret"


class NewSecrets:
    """Gives new secrets for the cases of one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def give(self, command: Command, case_id: str) -> Outcome:
        """200 with the `secret` that holds from now on; who repeats the command is given the same.

        `nik` is the one on the card that the clerk has seen: the applicant's own, or that of the proxy who filed. Of an
        organisation whoever comes for it is on record. Raises Refused: 404 for who does not see the case, 403 for whom
        it was not filed with or who may not know the applicant, 409 without an applicant, 422 for another's card.
        """

        def do(tx: Connection, cause: Cause, id_: str) -> JsonObject:
            record = visible(case_rows.find(tx, id_=id_, lock=True), cause.actor, self._host.offices)
            return self._give(work_on(self._host, tx, record, cause), command.body.get("nik"))

        outcome = once.on_case(self._host, command, case_id, 200, do)
        secret = self._host.secrets.of_issue(text(outcome.body, "id"), whole(outcome.body, "issue"))
        return replace(outcome, body={**outcome.body, "secret": secret})

    def _give(self, work: Work, nik: Json) -> JsonObject:
        office = office_for(work.actor, work.service_type.filed_by, work.case.touching)
        if office is None:
            raise wrong_role(work.service_type.filed_by, action=ACTION)
        if self._host.hooks.hide_applicant(work.record, work.actor):
            raise Refused(403, "office_may_not", params={"action": ACTION})
        seen = whose_card(work.record.applicant, work.record.proxy, nik, work.today)
        issue = self._host.secrets.give_another(work.tx, work.case.id)
        trail.record(
            work.tx,
            at=work.now,
            actor=work.actor,
            office=office,
            action=ACTION,
            case_id=work.case.id,
            details={"issue": issue, "card": str(nik), "of": seen},  # the trail masks the number
            correlation_id=work.cause.correlation_id,
        )
        return {"id": work.case.id, "tracking_code": work.record.tracking_code, "issue": issue}
