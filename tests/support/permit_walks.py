"""Walks any permit type to its ends by what the mall offers, and fills forms by what the catalogue asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from mpp.casework.access.actors import BANK
from mpp.casework.rules.service_type import Action, FormField, ServiceType
from tests.support.desks import Desks, answering, doctor

ORIGIN = "35.15.14.2013"
TYPES = ("PRZ-SIP-DR", "PRZ-SIP-NK", "PRZ-KRK", "PRZ-PNL", "NAK-AK1", "PRZ-TRY", "PRZ-KP", "PRZ-RKL", "PRZ-PBG")
Case = dict[str, Any]


def value_of(field: FormField, desks: Desks) -> Any:
    """Something that fits the field."""
    if field.type == "choice":
        return field.choices[0][0]
    if field.type in ("integer", "money"):
        return max(field.min or 0, 1)
    if field.type == "date":
        return desks.clock.now().date().isoformat()
    if field.type == "region":
        return ORIGIN
    return "contoh"


def filled(fields: Sequence[FormField], desks: Desks) -> dict[str, Any]:
    """Every required field."""
    return {field.name: value_of(field, desks) for field in fields if field.required}


def kind_of(desks: Desks, service: str) -> ServiceType:
    """The service type."""
    kind = desks.runtime.catalogue.get(service)
    assert kind is not None
    return kind


def file(desks: Desks, service: str, index: int = 0, *, applicant: Any = None, **data: Any) -> Case:
    """File a complete application at a village counter."""
    kind = kind_of(desks, service)
    form = {**filled(kind.form, desks), **data}
    form = {name: value for name, value in form.items() if value is not None}
    papers = {r.code: True for r in kind.requirements}
    return desks.open(
        "petugas.sukodono", service, applicant=applicant or doctor(index), data={**form, "requirements": papers}
    )


def who(desks: Desks, office: str, role: str) -> str:
    """An account with this role at this office."""
    account = f"{role}.{office}"
    desks.staff[account] = (office, role)
    return account


HANDED_OVER = {"recipient": "Warga Contoh 01", "relation": "applicant", "proof": "signature"}
"""Who takes a paper at the counter, and what they left on the slip."""


def takers(desks: Desks, case: Case, kind: ServiceType, action: Action) -> str | None:
    """The account that may take the action; None for the applicant."""
    office = kind.owner
    if action.task is not None:
        offices = [t["office"] for t in case["tasks"] if t["code"] == action.task and t["outcome"] is None]
        assert offices, f"{case['tracking_code']} has no open task for {action.code}"
        office = offices[0]
    roles = [role for role in action.roles if role != "applicant"]
    return who(desks, office, roles[0]) if roles else None


def take(desks: Desks, case: Case, code: str, **data: Any) -> Case:
    """Take the action as who may, with whatever it asks for; it must have been offered."""
    kind = kind_of(desks, case["service"]["code"])
    action = kind.actions[code]
    account = takers(desks, case, kind, action)
    secret = case.get("secret")
    seen = desks.get(account, case, secret=None if account else secret)
    offered = {a["action"] for a in seen["actions"]}
    assert code in offered, f"{code} is not offered in {case['state']}: {sorted(offered)}"
    body: dict[str, Any] = {"data": {**filled(action.data, desks), **data}}
    if action.note_required:
        body["note"] = "alasan"
    elif account is not None:
        body |= answering(seen)
    after = desks.act(account, case, code, secret=None if account else secret, **body)
    return {**after, "secret": secret}


def pay(desks: Desks, case: Case, **changes: Any) -> dict[str, Any]:
    """The bank reports the payment of the case's levy."""
    levy = case["levy"] or {"number": "", "amount": 0}
    body = {
        "number": levy["number"],
        "amount": levy["amount"],
        "paid_at": (desks.clock.now() - timedelta(minutes=5)).isoformat(),
        "reference": f"REF-{levy['number']}",
        **changes,
    }
    payload = {**desks.payload(None, "POST", "/api/v1/payments/callback", body), "token": desks.session(BANK)}
    return dict(desks.answer("permits", "pay", payload)["body"])


def ways(kind: ServiceType, data: Mapping[str, Any], goal: str) -> list[str]:
    """The shortest list of actions from filing to a state, of those that a person or the bank can take."""
    paths: dict[str, list[str]] = {kind.initial: []}
    todo = [kind.initial]
    while todo:
        state = todo.pop(0)
        if state == goal:
            return paths[state]
        for steps, target in _steps(kind, state, data):
            if target not in paths:
                paths[target] = [*paths[state], *steps]
                todo.append(target)
    raise AssertionError(f"{kind.code}: no way to {goal}")


def _steps(kind: ServiceType, state: str, data: Mapping[str, Any]) -> list[tuple[list[str], str]]:
    found = []
    actions = [a for a in kind.actions_from(state) if a.when is None or a.when.holds(data)]
    for action in actions:
        if action.to is not None and "system" not in action.roles:
            found.append(([action.code], action.to))
    join = kind.states[state].join
    if join is not None:
        yes = [next(a.code for a in actions if a.task == t.code and a.outcome == "approved")
               for t in kind.states[state].tasks]  # fmt: skip
        no = [a.code for a in actions if a.outcome == "refused"][-1]
        found.append((yes, join.to))
        refusing = kind.actions[no].task
        others = [code for code in yes if kind.actions[code].task != refusing]
        found.append(([*others, no], join.refused or join.to))
    return found


def walk(desks: Desks, case: Case, goal: str) -> Case:
    """Bring a case that was just filed to a state."""
    kind = kind_of(desks, case["service"]["code"])
    for code in ways(kind, case["data"], goal):
        if kind.levy is not None and code == kind.levy.paid:
            pay(desks, case)
            case = {**desks.get("petugas.sukodono", case), "secret": case["secret"]}
        else:
            case = take(desks, case, code)
    assert case["state"] == goal
    return case
