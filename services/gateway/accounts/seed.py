"""Demo clerks, one for each role at each office that a service of the mall needs; made only when somebody asks for
demo data."""

from __future__ import annotations

import zlib

from mpp import regions
from mpp.casework.access.actors import SYSTEM, Assignment
from mpp.casework.access.offices import OfficeTree
from mpp.clock import Clock, SystemClock
from mpp.hosting.seeding import WELL_KNOWN_PASSWORD, Seeding
from mpp.json_values import JsonObject
from mpp.persistence.database import Database
from services.gateway.accounts import queries
from services.gateway.accounts.commands import OPERATOR, listed, tell
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.strength import too_easy, weakness, words_of
from services.gateway.demo.names import VILLAGE, WORKS, called_after
from services.gateway.threads import HereAndNow

DEMO: dict[str, Assignment] = {
    VILLAGE: Assignment("35.15.14.2013", "clerk"),
    "petugas.mpp": Assignment("mpp-sidoarjo", "clerk"),
    "petugas.kecamatan": Assignment("35.15.14", "clerk"),
    "verifikator.dpmptsp": Assignment("dpmptsp", "verifier"),
    "penandatangan.dpmptsp": Assignment("dpmptsp", "signer"),
    "penyelia.dpmptsp": Assignment("dpmptsp", "supervisor"),
    "penyelia.setda": Assignment("setda", "supervisor"),
    "kasi.dpmptsp": Assignment("dpmptsp", "officer"),
    "teknis.dinkes": Assignment("dinkes", "officer"),
    "teknis.dpupr": Assignment("dpupr", "officer"),
    "teknis.bapenda": Assignment("bapenda", "officer"),
    "teknis.satpol-pp": Assignment("satpol-pp", "officer"),
    "teknis.dishub": Assignment("dishub", "officer"),
    "verifikator.dishub": Assignment("dishub", "verifier"),
    "penandatangan.dishub": Assignment("dishub", "signer"),
    "penyelia.dishub": Assignment("dishub", "supervisor"),
    "verifikator.kesbangpol": Assignment("kesbangpol", "verifier"),
    "penandatangan.kesbangpol": Assignment("kesbangpol", "signer"),
    "penyelia.kesbangpol": Assignment("kesbangpol", "supervisor"),
    "verifikator.disnaker": Assignment("disnaker", "verifier"),
    "penyelia.disnaker": Assignment("disnaker", "supervisor"),
    "petugas.dukcapil": Assignment("dukcapil", "clerk"),
    "verifikator.dukcapil": Assignment("dukcapil", "verifier"),
    "pejabat.dukcapil": Assignment("dukcapil", "signer"),
    "penyelia.dukcapil": Assignment("dukcapil", "supervisor"),
    "admin.pengaduan": Assignment("dinkominfo", "verifier"),
    "penyelia.dinkominfo": Assignment("dinkominfo", "supervisor"),
    WORKS: Assignment("dpubmsda", "officer"),
    "inspektorat": Assignment("inspektorat", "inspectorate"),
    "mitra.bpjs": Assignment("bpjs", "partner"),
    "mitra.bapenda": Assignment("bapenda", "partner"),
    "operator": Assignment("mpp-sidoarjo", "operator"),
}


def demo(
    database: Database, seeding: Seeding, clock: Clock | None = None, passwords: Passwords | None = None
) -> list[str]:
    """Make the demo accounts that do not exist yet; the names of all of them.

    An account that exists keeps its password.
    """
    password = seeding.password or WELL_KNOWN_PASSWORD
    clock = clock or SystemClock()
    passwords = passwords or Passwords(HereAndNow())
    offices = regions.load(seeding.region).offices
    assignments = assignments_in(offices)
    with database.transaction() as tx:
        missing = [name for name in assignments if queries.find(tx, name) is None]
    if missing:
        words = (*assignments, *words_of(offices))
        if password != WELL_KNOWN_PASSWORD and weakness(password, "demo", words) is not None:
            raise too_easy("MPP_DEMO_PASSWORD")
        # One hash for all of them: they share the password anyway, and a start should not take two seconds longer.
        hashed = passwords.hash(password)
        with database.transaction() as tx:
            for name in missing:
                person = person_of(name)
                if queries.add(tx, name, hashed, [assignments[name]], clock.now(), demo=True, person=person):
                    details: JsonObject = {"account": name, "assignments": listed([assignments[name]]), "demo": True}
                    tell(tx, SYSTEM, clock.now(), "account_created", details)
    return list(assignments)


def person_of(name: str) -> queries.Person:
    """Who a demo account is: nobody, with a name that says so and a NIP that belongs to nobody."""
    return queries.Person(
        f"Contoh {name.replace('.', ' ').title()}", f"19990101202501{zlib.crc32(name.encode()) % 10_000:04}"
    )


# Where a demo clerk of Sidoarjo sits in another region: the first office of these kinds, or the agency of this code.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "35.15.14.2013": ("desa", "kelurahan"),
    "35.15.14": ("kecamatan",),
    "mpp-sidoarjo": ("mpp", "mini_mpp", "opd"),
    "dpubmsda": ("dpupr", "opd"),
}


def assignments_in(offices: OfficeTree) -> dict[str, Assignment]:
    """The demo clerks at the offices of this region, named by role and office as those of Sidoarjo are.

    An agency that the region does not have has no clerks, either; the operator is there always.
    """
    found = {}
    for name, assignment in DEMO.items():
        wanted = (assignment.office, *_ELSEWHERE.get(assignment.office, ()))
        office = next((o.code for want in wanted for o in offices if want in (o.code, o.kind)), None)
        if office is None and assignment.role == OPERATOR:
            office = next(iter(offices)).code
        if office is not None:
            elsewhere = name in (VILLAGE, WORKS) and office != assignment.office
            found[called_after(office) if elsewhere else name] = Assignment(office, assignment.role)
    return found
