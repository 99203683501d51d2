"""A number that was mistyped is corrected, at any time, and what could have gone elsewhere is told again; and a person
says that they do not want to be told, or in which language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from mpp.cases.recording import once, recorder, telling
from mpp.cases.recording.command import Command, Outcome, visible
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.telling.addressees import holder_of
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.case.changes import PersonCorrected
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.casework.rules import people
from mpp.casework.rules.people import APPLICANT, STAND_IN
from mpp.identity.phone import parse_phone
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject, optional_mapping
from mpp.messages import rows
from mpp.messages.book import LANGUAGES
from mpp.messages.rows import Message, Preference
from mpp.messages.table import CALL_LIST, DELIVERED, NOT_REACHED, SENT
from mpp.persistence.audit import trail

ACTION = "contact"
_EVENT = "updated"
_TOLD_AGAIN = (SENT, DELIVERED, CALL_LIST, NOT_REACHED)  # what may have gone to the wrong number, or to nobody


class Contacting:
    """The corrections of one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def correct(self, command: Command, case_id: str) -> Outcome:
        """200 with what is kept now. By a clerk of an office that the case concerns and at which such cases are filed.

        Raises Refused: 404 for who does not see the case, 403 for any other role or who may not know the applicant, 409
        `no_applicant`, 422 for what cannot be.
        """

        def do(tx: Connection, cause: Cause, id_: str) -> JsonObject:
            record = visible(case_rows.find(tx, id_=id_, lock=True), cause.actor, self._host.offices)
            work = work_on(self._host, tx, record, cause)
            office = office_for(cause.actor, work.service_type.filed_by, record.case.touching)
            if office is None:
                raise wrong_role(work.service_type.filed_by, action=ACTION)
            if self._host.hooks.hide_applicant(record, cause.actor):
                raise Refused(403, "office_may_not", params={"action": ACTION})
            return _correct(work, office, command.body)

        return once.on_case(self._host, command, case_id, 200, do)


def _correct(work: Work, office: str, body: JsonObject) -> JsonObject:
    correction = _read(work.record, body)
    holder = holder_of(work.record)
    before = rows.preference(work.tx, holder)
    said = _preference(body, before)
    told_again = None
    after = work
    if correction is not None:
        after = _stored(work, correction, office)
        told_again = _tell_again(after)
    if said != before:
        rows.prefer(work.tx, holder, said, work.actor.id, work.now)
        trail.record(
            work.tx,
            at=work.now,
            actor=work.actor,
            office=office,
            action="contact_preference",
            case_id=work.case.id,
            details={"do_not_contact": said.do_not_contact, "language": said.language},
            correlation_id=work.cause.correlation_id,
        )
    return {
        "id": work.case.id,
        "tracking_code": work.record.tracking_code,
        "version": after.case.version,
        "corrected": [] if correction is None else _names(correction),
        "told_again": told_again,
        "do_not_contact": said.do_not_contact,
        "language": said.language,
    }


def _names(correction: PersonCorrected) -> list[str]:
    contact = correction.values.get("contact")
    inner = contact if isinstance(contact, Mapping) else correction.values
    return sorted(name for name in ("phone", "email") if name in inner)


def _read(record: Record, body: JsonObject) -> PersonCorrected | None:
    """The correction; None where nothing is to be corrected. Raises Refused 409 and 422."""
    role = STAND_IN if body.get("of") == STAND_IN else APPLICANT
    details = record.proxy if role == STAND_IN else record.applicant
    if details is None:
        raise Refused(409, "no_applicant")
    given: dict[str, Json] = {name: body[name] for name in ("phone", "email") if name in body}
    errors = people.malformed(given, "") if given else []
    errors = [FieldError("email", error.code, error.params) for error in errors]
    if role == STAND_IN and given.get("email") is not None:
        errors.append(FieldError("email", "not_allowed_here"))
    if isinstance(given.get("phone"), str):
        try:
            given["phone"] = parse_phone(str(given["phone"])).e164
        except InvalidIdentity as error:
            errors.append(FieldError("phone", error.code))
    if errors:
        raise invalid(*errors)
    contact = optional_mapping(details, "contact")
    named = people.named_in(record.applicant, record.proxy, ())
    who = next(each for each in named if each.role == role)
    if contact is None or not given:
        return who.corrected(given) if given else None
    merged = {name: value for name, value in {**contact, **given}.items() if value is not None}
    return who.corrected({"contact": merged})


def _preference(body: JsonObject, before: Preference) -> Preference:
    language = body.get("language", before.language)
    if language is not None and language not in LANGUAGES:
        raise invalid(FieldError("language", "unknown_choice", {"choices": ", ".join(LANGUAGES)}))
    wish = body.get("do_not_contact", before.do_not_contact)
    if not isinstance(wish, bool):
        raise invalid(FieldError("do_not_contact", "wrong_type", {"kind": "truth"}))
    return Preference(wish, None if language is None else str(language))


def _stored(work: Work, correction: PersonCorrected, office: str) -> Work:
    record = work.record
    if correction.role == STAND_IN:
        record = replace(record, proxy=people.with_correction(record.proxy or {}, correction))
    else:
        record = replace(record, applicant=people.with_correction(record.applicant or {}, correction))
    entry = work.case.entry(ACTION, work.actor.id, work.now, (correction,), office=office)
    after = recorder.record(work.of(record), entry, _EVENT)
    case_rows.write_people(work.tx, after.record)
    return after


def _tell_again(after: Work) -> str | None:
    """The newest message of the case is told anew, where it may not have reached this person; its moment."""
    rows.lock(after.tx, after.case.id)
    known = rows.of_case(after.tx, after.case.id)
    told = [each for each in known if each.state != "merged"]
    if not told or told[-1].state not in _TOLD_AGAIN or not after.has_addressee:
        return None
    newest: Message = told[-1]
    message = telling.again(after, newest.moment, newest.facts)
    for each in told:
        if each.state == CALL_LIST:
            rows.merge(after.tx, each, message, "newer")
    return newest.moment
