"""What a user of the load does: the calls of one lifecycle, in the order and with the roles of the office."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mpp.identity import demo as people

Body = dict[str, Any]
RESIDENTS = 120  # that `mpp prepare --demo` makes
DOCTORS = 10_000
COUNTERS = ("petugas.sukodono", "petugas.mpp", "petugas.kecamatan")


@dataclass(frozen=True)
class Call:
    """One write: who, which action ("open" files), and the body's data."""

    name: str
    account: str
    data: Body = field(default_factory=dict)


@dataclass(frozen=True)
class Lifecycle:
    """One case from its filing to its end."""

    name: str
    collection: str
    service: str
    calls: tuple[Call, ...]

    @property
    def accounts(self) -> set[str]:
        """Who must be logged in."""
        return {call.account for call in self.calls} | set(COUNTERS)

    def filing(self, chance: random.Random) -> Body:
        """The body that opens a case of one of the demo residents."""
        # a doctor may have three places of practice: there must be more doctors than residents who have a family card
        index = chance.randrange(DOCTORS if self.service == "PRZ-SIP-DR" else RESIDENTS)
        who = people.resident(index)
        applicant = {"kind": "person", "nik": who.nik, "name": who.name}
        return {"service": self.service, "applicant": applicant, "data": _DATA[self.service](chance)}


def _report(chance: random.Random) -> Body:
    return {
        "title": "Jalan berlubang",
        "text": "Ada lubang besar di jalan desa, di depan pasar, sejak hujan minggu lalu.",
        "classification": "complaint",
    }


def _licence(chance: random.Random) -> Body:
    place = chance.randrange(10**9)
    return {
        "kind": "new",
        "str_number": "STR-2026-0001",
        "practice_name": f"Klinik Contoh {place}",
        "practice_address": f"Jalan Contoh {place}",
        "practice_region": "35.15.14.2013",
        "requirements": {"str": True, "practice_place": True, "identity": True},
    }


def _birth(chance: random.Random) -> Body:
    mother = people.resident(chance.randrange(RESIDENTS // 2) * 2 + 1)
    born = date.today() - timedelta(days=chance.randrange(2, 40))  # noqa: DTZ011
    return {
        "family_card": mother.family_card,
        "mother_nik": mother.nik,
        "child": {"name": "Bayi Contoh", "sex": "female", "birth_date": born.isoformat(), "birth_place": "Sidoarjo"},
        "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
    }


_DATA = {"PGD-LPR": _report, "PRZ-SIP-DR": _licence, "ADM-LHR-01": _birth}

COMPLAINT = Lifecycle(
    "complaint",
    "complaints",
    "PGD-LPR",
    (
        Call("open", "@counter"),
        Call("verify", "admin.pengaduan", {"category": "Infrastruktur"}),
        Call("refer", "admin.pengaduan", {"agency": "dpubmsda"}),
        Call("close", "admin.pengaduan"),
    ),
)
PERMIT = Lifecycle(
    "permit",
    "permits",
    "PRZ-SIP-DR",
    (
        Call("open", "@counter"),
        Call("verify", "verifikator.dpmptsp"),
        Call("recommend", "teknis.dinkes"),
        Call("sign", "penandatangan.dpmptsp"),
    ),
)
BIRTH = Lifecycle(
    "birth",
    "registrations",
    "ADM-LHR-01",
    (Call("open", "@counter"), Call("verify", "verifikator.dukcapil"), Call("sign", "pejabat.dukcapil")),
)
LIFECYCLES = {found.name: found for found in (COMPLAINT, PERMIT, BIRTH)}
