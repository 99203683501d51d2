"""What an applicant filed alone, as it is shown until it is a case: in full, in a list, and to the public."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from mpp.cases.reading.lists import read_limit, read_place
from mpp.cases.reading.presenter import masked
from mpp.cases.recording.command import visible, who
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows, online_rows
from mpp.cases.storage.online_rows import OnlineFiling
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import list_sight, office_for, sight_of
from mpp.casework.codes import tracking
from mpp.casework.refusals import not_found
from mpp.casework.rules.online import (
    ACCEPT,
    CORRECT,
    DECLINE,
    DECLINED,
    LAPSED,
    WAITING,
    WITHDRAW,
    WITHDRAWN,
)
from mpp.casework.rules.service_type import ServiceType, Text
from mpp.json_values import Json, JsonObject, iso
from mpp.persistence.deadline import Deadline
from mpp.web.schemas.pagination import encode_cursor

LABELS: dict[str, Text] = {
    WAITING: {"id": "Menunggu diterima petugas", "en": "Waiting for a clerk to accept it"},
    DECLINED: {"id": "Tidak diterima", "en": "Not accepted"},
    LAPSED: {"id": "Lewat waktu, tidak berlaku lagi", "en": "Out of time, no longer valid"},
    WITHDRAWN: {"id": "Ditarik kembali", "en": "Withdrawn"},
    "accepted": {"id": "Sudah diterima", "en": "Accepted"},
}
_NEXT: dict[str, Text] = {
    WAITING: {"id": "Petugas memeriksa identitas dan isian", "en": "A clerk checks identity and form"},
    DECLINED: {"id": "Baca alasannya, lalu ajukan lagi", "en": "Read the reason, then file again"},
    LAPSED: {"id": "Ajukan lagi, atau datang ke loket", "en": "File again, or come to a counter"},
    WITHDRAWN: {"id": "Tidak ada", "en": "None"},
}
_ACTIONS: dict[str, tuple[Text, tuple[str, ...]]] = {
    ACCEPT: ({"id": "Terima", "en": "Accept"}, ("nik", "data")),
    DECLINE: ({"id": "Jangan terima", "en": "Do not accept"}, ("note",)),
    CORRECT: ({"id": "Perbaiki isian", "en": "Correct it"}, ("data",)),
    WITHDRAW: ({"id": "Tarik kembali", "en": "Withdraw it"}, ()),
}
_NOBODY: Text = {"id": "Tidak ada", "en": "None"}


class OnlineView:
    """Reads them for one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def get(self, actor: Actor | None, secret: str | None, named: str, deadline: Deadline) -> JsonObject:
        """One in full, for clerks of its office and for its applicant. Raises Refused 404."""
        with self._host.database.transaction(deadline) as tx:
            filing = online_rows.find(tx, named)
            reader = who(tx, self._host.secrets, actor, secret, filing.id)
            return self.full(tx, seen(self._host, filing, reader), reader)

    def page(self, actor: Actor, limit: int | None, cursor: str | None, deadline: Deadline) -> JsonObject:
        """Those that wait at the actor's offices, the oldest first; `next` is the cursor of the following page."""
        most, after, sight = read_limit(limit), read_place(cursor), list_sight(actor, self._host.offices)
        with self._host.database.transaction(deadline) as tx:
            found = online_rows.waiting(tx, sight.offices, self._today(), after, most + 1)
            items = [self._line(tx, filing) for filing in found[:most]]
        return {"items": items, "next": encode_cursor([found[most - 1].id]) if len(found) > most else None}

    def track(self, code: str, deadline: Deadline) -> JsonObject:
        """What everybody with the code may know. Raises Refused 404."""
        if tracking.normalise(code) is None:
            raise not_found()
        with self._host.database.transaction(deadline) as tx:
            filing = online_rows.find(tx, code)
            service = self._service(tx, filing)
        status = self._status(filing)
        waits = status == WAITING
        on = self._host.offices.name_of(filing.office) or filing.office
        waiting: dict[str, Json] = {
            "on": {"id": on, "en": on},
            "since": filing.filed_at.isoformat(),
            "why": dict(_NEXT[status]),
        }
        return {
            "tracking_code": filing.tracking_code,
            "service": service,
            "state_label": dict(LABELS[status]),
            "next_step": dict(_NEXT[status]),
            "waiting_on": {"id": on, "en": on} if waits else dict(_NOBODY),
            "waiting": {**waiting, "overdue_since": None} if waits else None,
            "submitted_at": filing.filed_at.isoformat(),
            "due_at": None,
            "calendar_complete": True,
            "promise": _no_promise(),
            "window": None,
            "online": {"status": status, "ends_on": filing.ends_on.isoformat()},
        }

    def case_of(self, tx: Connection, id_: str, actor: Actor) -> None:
        """Raises Refused 404 unless it has become a case that the actor sees."""
        visible(case_rows.find(tx, id_=id_), actor, self._host.offices)

    def full(self, tx: Connection, filing: OnlineFiling, actor: Actor) -> JsonObject:
        """All of it, with what the reader may do now."""
        return {
            **self._head(tx, filing),
            "collection": self._host.definition.collection,
            "version": filing.version,
            "ended_at": iso(filing.ended_at),
            "reason": filing.reason,
            "applicant": filing.body.get("applicant"),
            "proxy": filing.body.get("proxy"),
            "data": filing.body.get("data", {}),
            "actions": self._actions(tx, filing, actor),
        }

    def filed(
        self, id_: str, code: str, service_type: ServiceType, office: str, status: str, last: date | None
    ) -> JsonObject:
        """What who files it is told at once: nothing of a person, since it is kept under the key."""
        return {
            "id": id_,
            "collection": service_type.collection,
            "tracking_code": code,
            "service": {"code": service_type.code, "name": dict(service_type.name)},
            "status": status,
            "status_label": dict(LABELS[status]),
            "office": office,
            "office_name": self._host.offices.name_of(office),
            "ends_on": None if last is None else last.isoformat(),
        }

    def changed(self, tx: Connection, filing: OnlineFiling, actor: Actor, *, accepted: bool = False) -> JsonObject:
        """What a step is answered: who it is about is left out, since the answer is kept under the key."""
        body = {**self.full(tx, filing, actor), "applicant": None, "proxy": None, "data": {}}
        if not accepted:
            return body
        told: JsonObject = {"status": "accepted", "status_label": dict(LABELS["accepted"]), "actions": []}
        return {**body, **told, "version": filing.version + 1}

    def _line(self, tx: Connection, filing: OnlineFiling) -> JsonObject:
        applicant = filing.body.get("applicant")
        return {**self._head(tx, filing), "applicant": masked(applicant if isinstance(applicant, dict) else None)}

    def _head(self, tx: Connection, filing: OnlineFiling) -> JsonObject:
        status = self._status(filing)
        return {
            "id": filing.id,
            "tracking_code": filing.tracking_code,
            "service": self._service(tx, filing),
            "status": status,
            "status_label": dict(LABELS[status]),
            "office": filing.office,
            "office_name": self._host.offices.name_of(filing.office),
            "filed_at": filing.filed_at.isoformat(),
            "ends_on": filing.ends_on.isoformat(),
        }

    def _service(self, tx: Connection, filing: OnlineFiling) -> JsonObject:
        return {"code": filing.service, "name": dict(type_of(tx, self._host, filing).name)}

    def _actions(self, tx: Connection, filing: OnlineFiling, actor: Actor) -> list[Json]:
        if not filing.waits(self._today()):
            return []
        mine: tuple[str, ...] = ()
        if actor.is_applicant:
            mine = (CORRECT, WITHDRAW)
        elif office_for(actor, type_of(tx, self._host, filing).filed_by, [filing.office]) is not None:
            mine = (ACCEPT, DECLINE)
        named = filing.body.get("applicant") is not None
        found: list[Json] = []
        for code in mine:
            label, needs = _ACTIONS[code]
            wanted = [need for need in needs if need != "nik" or named]
            found.append({"action": code, "label": dict(label), "needs": wanted})
        return found

    def _status(self, filing: OnlineFiling) -> str:
        """A day that is over ends it, before anybody has written that down."""
        return LAPSED if filing.status == WAITING and not filing.waits(self._today()) else filing.status

    def _today(self) -> date:
        return self._host.today(self._host.clock.now())


def seen(host: CaseHost, filing: OnlineFiling, actor: Actor) -> OnlineFiling:
    """The filing, to its applicant and to who sees its office. Raises Refused 404 for everybody else."""
    if not actor.is_applicant and not sight_of(actor, host.offices).sees([filing.office]):
        raise not_found()
    return filing


def type_of(tx: Connection, host: CaseHost, filing: OnlineFiling) -> ServiceType:
    """The service type in its newest version; the one of the filing, where it is offered no longer."""
    return host.newest(filing.service) or host.versions.get(tx, filing.service, filing.service_version)


def _no_promise() -> JsonObject:
    """Nothing is promised before it is accepted."""
    return {
        "given": None,
        "due_at": None,
        "calendar_complete": True,
        "doubts": [],
        "moved": [],
        "stopped": None,
        "remaining": None,
    }
