"""Filing by the applicant alone: it waits for a clerk, and counts from when one has accepted it (ADR 0028).

Whatever is looked up of persons and papers is looked up at acceptance, for the clerk: here a stranger would learn it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from mpp.cases.commands.cards import whose_card
from mpp.cases.commands.filing import Filing, offered, read_filing
from mpp.cases.commands.opening import Begun, Opening
from mpp.cases.reading.online import OnlineView, seen, type_of
from mpp.cases.recording import once
from mpp.cases.recording.command import Command, Outcome, check_version, needed_note
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage import case_rows, online_rows
from mpp.cases.storage.online_rows import OnlineFiling
from mpp.casework.access.actors import APPLICANT_ROLE, Actor, applicant_of
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.codes import tracking
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.casework.rules.online import ACCEPT, CORRECT, DECLINE, DECLINED, WITHDRAW, WITHDRAWN, FiledOnline, chosen
from mpp.casework.rules.service_type import ServiceType
from mpp.clock import new_id
from mpp.identity.masking import mask_names, mask_text
from mpp.json_values import Json, JsonObject, mapping, optional_text, text
from mpp.persistence.audit import trail

UNSEEN = "Diajukan daring; identitas tidak diperiksa (filed online; nobody has seen who it is)"
_PEOPLE = ("applicant", "proxy")


class OnlineFilings:
    """The commands on what applicants of one case service file alone."""

    def __init__(self, host: CaseHost, opening: Opening, view: OnlineView) -> None:
        self._host = host
        self._opening = opening
        self._view = view

    def file(self, command: Command) -> Outcome:
        """201 with `id`, `tracking_code` and `secret`, which who repeats the command is told again. Raises Refused 422
        naming each field. Nothing that the answer keeps is a person's."""
        outcome = once.by_anybody(self._host, command, 201, lambda tx, cause: self._file(tx, cause, command.body))
        secret = self._host.secrets.of_new(text(outcome.body, "id"))
        return replace(outcome, body={**outcome.body, "secret": secret})

    def act(self, command: Command, named: str) -> Outcome:
        """200 with the filing, or with the case that it has become. Raises Refused: 404 to whom it is not shown, 403
        for who may not, 409 where it is over, 412 where it has changed, 422."""

        def do(tx: Connection, cause: Cause, id_: str) -> JsonObject:
            return self._act(tx, cause, id_, command)

        return once.on_case(self._host, command, named, 200, do, online_id)

    def _file(self, tx: Connection, cause: Cause, body: JsonObject) -> JsonObject:
        service_type = offered(self._host.runtime, self._host.definition.collection or "", body)
        online = service_type.filed_online
        if online is None:
            raise invalid(FieldError("service", "not_online"))
        filing = self._read(service_type, _office(self._host, online, service_type, body), body, cause)
        last = online.last_day(self._host.today(cause.now))
        letter = self._host.definition.tracking_letter or ""
        id_, code = new_id(), tracking.new_code(letter)
        if last is None:
            begun = Begun(id_, code, filing.office, public=True, note=UNSEEN)
            self._opening.begin(tx, replace(cause, actor=applicant_of(id_)), body, begun)
            return self._view.filed(id_, code, service_type, filing.office, "accepted", None)
        version = service_type.version
        kept = OnlineFiling(id_, code, service_type.code, version, filing.office, kept_body(filing), cause.now, last)
        online_rows.add(tx, kept)
        self._audit(tx, replace(cause, actor=applicant_of(id_)), kept, "online_filed", None)
        return self._view.filed(id_, code, service_type, filing.office, kept.status, last)

    def _read(self, service_type: ServiceType, office: str, body: JsonObject, cause: Cause) -> Filing:
        """What the applicant says, checked as a clerk's filing is. Papers are seen by clerks: none can be ticked."""
        ticked = body.get("data")
        given = ticked.get("requirements") if isinstance(ticked, Mapping) else None
        if isinstance(given, Mapping) and any(value is True for value in given.values()):
            raise invalid(FieldError("data.requirements", "not_allowed_here"))
        return read_filing(self._host.runtime, service_type, office, body, self._host.form_context(cause.now))

    def _act(self, tx: Connection, cause: Cause, id_: str, command: Command) -> JsonObject:
        filing = self._held(tx, cause.actor, id_)
        check_version(command.if_match, filing.version)
        service_type = type_of(tx, self._host, filing)
        action = optional_text(command.body, "action")
        by_clerk = action in (ACCEPT, DECLINE)
        if by_clerk and office_for(cause.actor, service_type.filed_by, [filing.office]) is None:
            raise wrong_role(service_type.filed_by, action=action or "")
        if not by_clerk and not cause.actor.is_applicant:
            raise wrong_role([APPLICANT_ROLE], action=action or "")
        if not filing.waits(self._host.today(cause.now)):
            raise Refused(409, "online_ended")
        if action == ACCEPT:
            return self._accept(tx, cause, filing, command.body)
        after = self._changed(service_type, cause, filing, command.body, action)
        online_rows.change(tx, after)
        self._audit(tx, cause, after, f"online_{after.status if after.ended_at else 'corrected'}", after.reason)
        return self._view.changed(tx, after, cause.actor)

    def _held(self, tx: Connection, actor: Actor, id_: str) -> OnlineFiling:
        """The filing, with its row. Raises Refused: 404, and 409 to whom the case is shown that it has become."""
        try:
            return seen(self._host, online_rows.find(tx, id_, lock=True), actor)
        except Refused:
            self._view.case_of(tx, id_, actor)
            raise Refused(409, "online_ended") from None

    def _changed(
        self, service_type: ServiceType, cause: Cause, filing: OnlineFiling, body: JsonObject, action: str | None
    ) -> OnlineFiling:
        """What becomes of it by any action but acceptance. Raises Refused 422."""
        today = self._host.today(cause.now)
        erase = today if service_type.filed_online is None else service_type.filed_online.kept_until(today)
        if action == DECLINE:
            errors: list[FieldError] = []
            reason = needed_note(body.get("note"), errors)
            if errors:
                raise invalid(*errors)
            return filing.ended(DECLINED, cause.now, erase, reason)
        if action == WITHDRAW:
            return filing.ended(WITHDRAWN, cause.now, erase)
        if action != CORRECT:
            raise invalid(FieldError("action", "unknown_action"))
        read = self._read(service_type, filing.office, overlaid(filing.body, body), cause)
        return replace(filing, body=kept_body(read), version=filing.version + 1)

    def _accept(self, tx: Connection, cause: Cause, filing: OnlineFiling, body: JsonObject) -> JsonObject:
        """The case: opened as if it was filed at this moment, by the clerk, at the office that the applicant chose."""
        whole = overlaid(filing.body, body)
        people = [each if isinstance(each := whole.get(name), Mapping) else None for name in _PEOPLE]
        card = None
        if people[0] is not None and body.get("nik") is None:
            raise invalid(FieldError("nik", "required"))
        if people[0] is not None:
            card = whose_card(people[0], people[1], body.get("nik"), self._host.today(cause.now))
        self._audit(tx, cause, filing, "online_accepted", None, {"card": str(body.get("nik")), "of": card})
        online_rows.remove(tx, filing.id)
        note = f"Diajukan daring pada {filing.filed_at.astimezone(self._host.calendar.current.zone):%d-%m-%Y}"
        begun = Begun(filing.id, filing.tracking_code, filing.office, note=f"{note} (filed online)")
        self._opening.begin(tx, cause, whole, begun)
        return self._view.changed(tx, filing, cause.actor, accepted=True)

    def _audit(
        self, tx: Connection, cause: Cause, filing: OnlineFiling, action: str, note: str | None,
        details: JsonObject | None = None,
    ) -> None:  # fmt: skip
        names = [str(mapping(filing.body, who).get("name", "")) for who in _PEOPLE if who in filing.body]
        trail.record(
            tx,
            at=cause.now,
            actor=cause.actor,
            office=filing.office,
            action=action,
            case_id=filing.id,
            reason=None if note is None else mask_names(mask_text(note), names),
            details={"service": filing.service, "version": filing.version, **(details or {})},
            correlation_id=cause.correlation_id,
        )


def online_id(tx: Connection, named: str) -> str:
    """The id of a filing, or of the case that it has become. Raises Refused 404."""
    try:
        return online_rows.find(tx, named).id
    except Refused:
        return case_rows.find_id(tx, named)


def overlaid(filed: JsonObject, given: JsonObject) -> JsonObject:
    """The request with what is given in place of what was filed: people as a whole, data field by field."""
    data, more = mapping(filed, "data"), given.get("data")
    new = more if isinstance(more, Mapping) else {}
    papers: dict[str, Json] = {}
    for each in (data, new):
        named = each.get("requirements")
        papers |= named if isinstance(named, Mapping) else {}
    people = {name: given[name] for name in _PEOPLE if given.get(name) is not None}
    return {**filed, **people, "data": {**data, **new, "requirements": papers}}


def kept_body(filing: Filing) -> JsonObject:
    """The request as it is kept until it is accepted: in its normal form, and as it could be sent again."""
    people = {"applicant": filing.applicant, "proxy": filing.proxy}
    named = {name: person for name, person in people.items() if person is not None}
    return {"service": filing.service_type.code, **named, "data": {**filing.data, "requirements": dict(filing.named)}}


def _office(host: CaseHost, online: FiledOnline, service_type: ServiceType, body: JsonObject) -> str:
    """The office at which it waits. Raises Refused 422."""
    asked = optional_text(body, "office")
    office = chosen(online.offices(service_type.owner, host.offices), asked)
    if office is None:
        raise invalid(FieldError("office", "required" if asked is None else "unknown_office"))
    return office
