"""Who may do what, written down a second time and by hand: the matrix test compares the mall with this table.

An office stands in a relation to the case: origin (where it was filed), owner (the agency of the service), agency (the
other one that the case visits), parent (the district above the origin), top (above all), sibling (a village beside
the origin), unrelated. `ways` names them by these words; nothing here is read from the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mpp.identity import demo as people
from tests.support.desks import REPORT, birth_data, death_data

ROLES = ("clerk", "verifier", "officer", "signer", "supervisor", "inspectorate", "partner", "operator", "privacy")
WORKING = ("clerk", "verifier", "officer", "signer")
PLACES = {
    "origin": "35.15.14.2013",
    "parent": "35.15.14",
    "sibling": "35.15.14.2016",
    "top": "setda",
    "unrelated": "bpjs",
}
# Over what a supervisor at this office watches.
BELOW = {
    "origin": {"origin"},
    "owner": {"owner"},
    "agency": {"agency"},
    "parent": {"parent", "origin", "sibling"},
    "top": {"top", "parent", "origin", "sibling", "owner", "agency"},
    "sibling": {"sibling"},
    "unrelated": {"unrelated"},
}


FINAL = frozenset({"issued", "recorded", "rejected", "closed", "archived"})


@dataclass(frozen=True)
class Station:
    """A state: how a case gets there, whom it has met by then, and whose task is open there (role, relation)."""

    path: tuple[str, ...]
    met: frozenset[str]
    task: tuple[str, str] | None


@dataclass(frozen=True)
class Deed:
    """A declared action: the states, roles and the one office that may; `data` makes it complete."""

    states: frozenset[str]
    roles: frozenset[str]
    at: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Way:
    """One service type."""

    owner: str
    agency: str
    opening: Callable[[int], dict[str, Any]]  # of the n-th case
    correction: dict[str, Any]
    stations: dict[str, Station]
    deeds: dict[str, Deed]
    final: frozenset[str] = FINAL
    decided: frozenset[str] = frozenset()  # what is left there is a hand-over or an objection
    brief: bool = False  # tried by those who are near the case

    @property
    def met_agency(self) -> bool:
        """Whether the other agency has a part in this service."""
        return any("agency" in station.met for station in self.stations.values())

    def office(self, relation: str) -> str:
        return {"owner": self.owner, "agency": self.agency, **PLACES}.get(relation, relation)


def station(path: str, met: str, task: str) -> Station:
    role, _, relation = task.partition("@")
    return Station(tuple(path.split()), frozenset(met.split()), (role, relation) if task else None)


def deed(states: str, who: str, **data: Any) -> Deed:
    roles, _, at = who.partition("@")
    return Deed(frozenset(states.split()), frozenset(roles.split("|")), at, data)


BOTH = "origin owner"
ALL = "origin owner agency"


def registration(
    opening: Callable[[int], dict[str, Any]],
    papers: dict[str, bool],
    correction: dict[str, Any],
    *,
    brief: bool = False,
) -> Way:
    return Way(
        owner="dukcapil",
        agency="dinkes",
        opening=opening,
        correction=correction,
        brief=brief,
        stations={
            "incomplete": station("", "origin", "clerk@origin"),
            "submitted": station("", BOTH, "verifier@owner"),
            "returned": station("return", BOTH, "clerk@origin"),
            "signing": station("verify", BOTH, "signer@owner"),
            "recorded": station("verify sign", BOTH, ""),
            "rejected": station("reject", BOTH, ""),
        },
        deeds={
            "complete": deed("incomplete returned", "clerk|applicant@origin", requirements=papers),
            "verify": deed("submitted", "verifier@owner"),
            "return": deed("submitted", "verifier@owner"),
            "sign": deed("signing", "signer@owner"),
            "reject": deed("submitted signing", "verifier|signer@owner"),
        },
    )


def birth(n: int) -> dict[str, Any]:
    """Each of another mother on another day, so that none is taken for another's double."""
    data = birth_data(65 + 4 * n)
    return {**data, "child": {**data["child"], "birth_date": f"2026-11-{1 + n:02d}"}}


def couple(n: int) -> dict[str, Any]:
    """A man and a woman of two families; those of `divorcing` are married."""
    return {"husband_nik": people.resident(24 + 4 * n).nik, "wife_nik": people.resident(29 + 4 * n).nik}


def divorcing(n: int) -> dict[str, Any]:
    return {"husband_nik": people.resident(26 + 4 * n).nik, "wife_nik": people.resident(31 + 4 * n).nik}


WEDDING = dict.fromkeys(("officiant_statement", "family_cards", "identity_cards", "photo"), True)
JUDGMENT = dict.fromkeys(("judgment", "marriage_certificate", "family_cards", "identity_cards"), True)
MARRIAGE = {"married_on": "2026-11-14", "religion": "kristen", "officiant": "Pdt. Contoh", "earlier": "none"}
DIVORCE = {"court": "Pengadilan Negeri Sidoarjo", "court_decision": "1/Pdt.G/2026", "final_on": "2026-11-20"}

WAYS = {
    "ADM-KWN-01": registration(
        lambda n: {**MARRIAGE, **couple(n), "requirements": WEDDING}, WEDDING, {"officiant": "Pdt. Lain"}, brief=True
    ),
    "ADM-CRI-01": registration(
        lambda n: {**DIVORCE, **divorcing(n), "requirements": JUDGMENT}, JUDGMENT, {"court": "PN Surabaya"}, brief=True
    ),
    "ADM-KK-01": registration(
        lambda n: {
            "head_nik": people.resident(27 + 4 * n).nik,
            "address": "Jl. Baru 1",
            "requirements": {"family_card": True},
        },
        {"family_card": True},
        {"address": "Jl. Lain 2"},
        brief=True,
    ),
    "ADM-LHR-01": registration(
        birth,
        {"birth_statement": True, "marriage": True, "family_card": True},
        {"father_nik": people.resident(0).nik},
    ),
    "ADM-MTI-01": registration(
        lambda n: death_data(10 + n), {"death_statement": True, "family_card": True}, {"place": "Rumah sakit lain"}
    ),
    "PGD-LPR": Way(
        owner="dinkominfo",
        agency="dpubmsda",
        opening=lambda n: REPORT,
        correction={"title": "Jalan rusak"},
        stations={
            "received": station("", BOTH, "verifier@owner"),
            "deferred": station("defer", BOTH, "clerk@origin"),
            "verified": station("verify", BOTH, "verifier@owner"),
            "referred": station("verify refer", ALL, "officer@agency"),
            "answered": station("verify refer answer", ALL, "verifier@owner"),
            "closed": station("verify refer close", ALL, ""),
            "archived": station("archive", BOTH, ""),
        },
        deeds={
            "verify": deed("received", "verifier@owner", category="jalan"),
            "defer": deed("received", "verifier@owner"),
            "complete": deed("deferred", "clerk|applicant@origin"),
            "refer": deed("verified", "verifier@owner", agency="dpubmsda"),
            "hand_back": deed("referred", "officer@agency"),
            "answer": deed("referred", "officer@agency"),
            "reply": deed("answered", "applicant@"),
            "close": deed("answered referred", "verifier@owner"),
            "archive": deed("received deferred", "verifier@owner"),
        },
    ),
}


def sees(role: str, relation: str, met: frozenset[str]) -> bool:
    """The inspectorate everything, a supervisor what the offices below have met, a clerk what the own office has."""
    if role == "inspectorate":
        return True
    if role == "supervisor":
        return bool(BELOW[relation] & met)
    return role in WORKING and relation in met


def of_declared(way: Way, state: str, role: str, relation: str, action: str) -> int:
    """The status of the answer to a declared action."""
    wanted = way.deeds[action]
    if not sees(role, relation, way.stations[state].met):
        return 404
    if role not in wanted.roles:
        return 403
    if state not in wanted.states:
        return 409
    return 200 if relation == wanted.at else 403


def of_built_in(way: Way, state: str, role: str, relation: str, action: str, extensible: bool) -> int:
    """The status of the answer to a built-in action on a case that nobody has claimed and that is not on hold."""
    if not sees(role, relation, way.stations[state].met):
        return 404
    if role not in BUILT_IN[action]:
        return 403
    if state in way.final or (state in way.decided and action in ("amend", "withdraw", "extend")):
        return 409
    task = way.stations[state].task
    watched = BELOW[relation] if role == "supervisor" else set()
    turn = task == (role, relation)
    if action in ("release", "resume"):
        return 409
    if action == "extend":
        allowed = "owner" in watched
        return (200 if extensible else 409) if allowed else 403
    allowed = {
        "note": True,
        "claim": turn,
        "assign": task is not None and task[1] in watched,
        "amend": turn or (role, relation) == ("clerk", "origin"),
        "withdraw": (role, relation) == ("clerk", "origin"),
    }[action]
    return 200 if allowed else 403


BUILT_IN: dict[str, tuple[str, ...]] = {
    "note": (*WORKING, "supervisor", "inspectorate"),
    "claim": (*WORKING, "supervisor", "inspectorate"),
    "release": (*WORKING, "supervisor", "inspectorate"),
    "assign": ("supervisor",),
    "extend": ("supervisor",),
    "amend": WORKING,
    "withdraw": ("clerk",),
    "resume": ("supervisor", "verifier"),
}
