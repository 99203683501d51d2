"""The one check of who is named in a case: what cannot be is refused, what is unlikely is a warning."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection

from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import persons
from mpp.cases.storage.case_rows import Record
from mpp.casework.refusals import FieldError
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.people import APPLICANT, ROLES, STAND_IN
from mpp.casework.rules.service_type import Text
from mpp.identity import roles
from mpp.identity.nik import parse_nik
from mpp.identity.person import person_of
from mpp.identity.roles import CARD_AGE, InRole
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import JsonObject

_UNLIKELY: dict[str, Text] = {
    roles.YOUNG: {
        "id": f"{{role}} berumur di bawah {CARD_AGE} tahun menurut NIK. Periksa siapa yang berhak mewakilinya.",
        "en": f"By the NIK this person is younger than {CARD_AGE} ({{role}}). Look who may act for them.",
    },
    roles.DECEASED: {
        "id": "{role} tercatat meninggal. Periksa siapa yang mengurus permohonan ini sekarang.",
        "en": "This person is registered as deceased ({role}). Look who sees to this application now.",
    },
}


def impossible(
    tx: Connection, people: Mapping[str, JsonObject | None], key: bytes, today: date, corrected: Collection[str] = ()
) -> list[FieldError]:
    """The roles that these people cannot have, by the field of the NIK.

    With the roles that a correction names: what it brings with it. A proxy who died since does not keep the applicant's
    details from being corrected.
    """
    pseudonyms = {person for who in people.values() if (person := _person(who, key)) is not None}
    died = persons.deaths_of(tx, sorted(pseudonyms))
    found = [each for each in roles.findings(_in_roles(people, key, today, died), today) if each.impossible]
    if not corrected:
        return [FieldError(f"{each.who.role}.nik", each.code) for each in found]
    brought = [each for each in found if each.who.role in corrected or each.code == roles.SAME_PERSON]
    return [FieldError(f"data.{each.who.role}.nik", each.code) for each in brought]


def warnings(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    """What whoever decides must answer: somebody young, and a proxy who has died since. An applicant's death holds the
    case, so nothing is decided then."""
    applicant, proxy = record.applicant, record.proxy
    key, today = host.runtime.person_key, host.today(host.clock.now())
    stand_in = _person(proxy, key)
    died = {} if stand_in is None else persons.deaths_of(tx, [stand_in])
    found = roles.findings(_in_roles({APPLICANT: applicant, STAND_IN: proxy}, key, today, died), today)
    return [
        CaseWarning(each.code, f"{each.who.role}-{each.who.person[:16]}", f"{each.who.role}.nik", _text(each))
        for each in found
        if each.code == roles.YOUNG or (each.code == roles.DECEASED and each.who.role == STAND_IN)
    ]


def _text(finding: roles.Finding) -> Text:
    role, text = ROLES[finding.who.role], _UNLIKELY[finding.code]
    return {"id": text["id"].format(role=role["id"]), "en": text["en"].format(role=role["en"].lower())}


def _in_roles(
    people: Mapping[str, JsonObject | None], key: bytes, today: date, died: Mapping[str, date]
) -> list[InRole]:
    found = []
    for role, who in people.items():
        person = _person(who, key)
        if who is None or person is None:
            continue
        try:
            born_on = parse_nik(str(who["nik"]), today).birth_date
        except InvalidIdentity:
            continue  # kept by a version that read it in another way; who corrects it is told
        found.append(InRole(role, person, born_on, died.get(person)))
    return found


def _person(who: JsonObject | None, key: bytes) -> str | None:
    """The pseudonym; a proxy is a person without saying so."""
    return None if who is None else person_of({"kind": "person", **who}, key)
