"""How a permit is shown: with its holder to the agency that issued it, masked to others, without one to the public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mpp.cases.reading.form_fields import form_body
from mpp.cases.reading.presenter import masked
from mpp.casework.access.actors import Actor
from mpp.casework.codes import verification
from mpp.casework.refusals import Refused
from mpp.casework.rules.people import HOLDER, Named, partial
from mpp.casework.rules.service_type import FormField, ServiceType
from mpp.hosting.runtime import Runtime
from mpp.json_values import JsonObject, optional_text, text
from mpp.papers.qr.claims import initials_of
from mpp.papers.standing import KINDS
from mpp.regions import places
from services.permits.domain.permit import STATUSES, VALID, Deed, Permit, offered
from services.permits.domain.sight import RegisterSight, authorise


@dataclass(frozen=True)
class Beside:
    """What is shown with a permit and stands in other rows: its history, the numbers of the permits that it supersedes
    or that supersede it (by id), and the correction of it that is being signed."""

    history: Sequence[JsonObject]
    linked: Mapping[str, str]
    signing: JsonObject | None = None


class PermitPresenter:
    """Bodies of the register."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def line(self, permit: Permit, service_type: ServiceType, today: date) -> JsonObject:
        """One row of a list: the holder masked, whoever reads."""
        status = permit.status_on(today)
        return {
            "id": permit.id,
            "number": permit.number,
            "service": {"code": permit.service, "name": dict(service_type.name)},
            "status": status,
            "status_label": dict(STATUSES[status]),
            "version": permit.version,
            "valid_from": permit.valid_from.isoformat(),
            "valid_until": _iso(permit.valid_until),
            "region": permit.region,
            "region_name": places.path_name(permit.region),
            "issued_by": permit.owner,
            "issued_by_name": self._runtime.offices.name_of(permit.owner),
            "holder": masked(permit.holder),
        }

    def full(
        self,
        permit: Permit,
        service_type: ServiceType,
        beside: Beside,
        actor: Actor,
        sight: RegisterSight,
        today: date,
    ) -> JsonObject:
        """The whole entry."""
        in_full, linked, history = sight.in_full(permit.owner), beside.linked, beside.history
        return {
            **self.line(permit, service_type, today),
            "holder": dict(permit.holder) if in_full and permit.holder is not None else masked(permit.holder),
            "data": dict(permit.data) if in_full else {},
            "case": permit.case_id if in_full else None,
            "verification": {
                "code": verification.printed(permit.verification),
                "path": verification.path_of(permit.verification),
            },
            "supersedes": _link(permit.supersedes, linked),
            "superseded_by": _link(permit.superseded_by, linked),
            "history": [self._change(each if in_full else {**each, "actor": None, "note": None}) for each in history],
            "signing": beside.signing if in_full else None,
            "actions": self._actions(permit, service_type, actor, today),
        }

    def public(self, permit: Permit, service_type: ServiceType, replaced_by: str | None, today: date) -> JsonObject:
        """What anybody may know who holds the paper: whether it is real and holds; of whom only initials."""
        status = permit.status_on(today)
        return {
            "code": verification.printed(permit.verification),
            "kind": "permit",
            "kind_label": dict(KINDS["permit"]),
            "number": permit.number,
            "service": {"code": permit.service, "name": dict(service_type.name)},
            "status": status,
            "status_label": dict(STATUSES[status]),
            "valid": status == VALID,
            "valid_from": permit.valid_from.isoformat(),
            "valid_until": _iso(permit.valid_until),
            "region": permit.region,
            "region_name": places.path_name(permit.region),
            "issued_by": self._runtime.offices.name_of(permit.owner) or permit.owner,
            "holder": None if permit.holder is None else initials_of(optional_text(permit.holder, "name") or ""),
            "superseded_by": None if replaced_by is None else {"number": replaced_by},
        }

    def _change(self, told: JsonObject) -> JsonObject:
        label = dict(STATUSES[text(told, "status")])
        return {
            **told,
            "status_label": label,
            "office_name": self._runtime.offices.name_of(optional_text(told, "office")),
        }

    def _actions(self, permit: Permit, service_type: ServiceType, actor: Actor, today: date) -> list[JsonObject]:
        return [_deed(deed, permit, service_type) for deed in offered(permit, today) if self._may(permit, deed, actor)]

    def _may(self, permit: Permit, deed: Deed, actor: Actor) -> bool:
        try:
            authorise(actor, permit, deed, self._runtime.offices)
        except Refused:
            return False
        return True


def _deed(deed: Deed, permit: Permit, service_type: ServiceType) -> JsonObject:
    fields: tuple[FormField, ...] = ()
    if deed.code == "correct":
        fields = partial(service_type.form)
        if permit.holder is not None:
            fields += (Named(HOLDER, permit.holder).group,)
    needs = ["reason", "note"] + (["data"] if fields else [])
    data = [form_body(field) for field in fields]
    return {"action": deed.code, "label": dict(deed.label), "needs": needs, "reasons": list(deed.reasons), "data": data}


def _link(permit_id: str | None, numbers: Mapping[str, str]) -> dict[str, str] | None:
    return None if permit_id is None else {"id": permit_id, "number": numbers[permit_id]}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
