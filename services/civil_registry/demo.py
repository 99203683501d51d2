"""Demo residents: enough living ones for the demo to be run again and again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from mpp import regions
from mpp.cases.recording.events import emit
from mpp.clock import SystemClock, new_id
from mpp.hosting.seeding import Seeding
from mpp.identity import demo as people
from mpp.identity.person import person_key
from mpp.persistence.database import Database
from services.civil_registry.register import families
from services.civil_registry.register import people as register
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.families import Card
from services.civil_registry.register.people import ALIVE, Person
from services.civil_registry.tables import residents

LIVING = 120


def demo(database: Database, seeding: Seeding) -> None:
    """Top the demo residents up to `LIVING` living ones; each new one is announced like any other person."""
    offices = regions.load(seeding.region).offices
    place = (regions.region_name(offices.region) or "").partition(" ")[2]  # without "Kabupaten" or "Kota"
    villages = [office.code for office in offices if office.kind in ("desa", "kelurahan")]
    with database.transaction() as tx:
        mine = residents.c.nik.like(f"{people.DISTRICT}%9990") & residents.c.demo
        known = int(tx.execute(select(func.count()).where(mine)).scalar_one())
        living = int(tx.execute(select(func.count()).where(mine, residents.c.status == ALIVE)).scalar_one())
        for index in range(known, known + max(0, LIVING - living)):
            who = people.resident(index)
            _add(tx, replace(who, region=_home(who, villages)), place, seeding.person_key)


def _home(who: people.DemoResident, villages: list[str]) -> str:
    """Where they live: one village for a whole family, of whatever region the mall serves."""
    return who.region if who.region in villages else villages[int(who.family_card) % len(villages)]


def _add(tx: Connection, who: people.DemoResident, birth_place: str, key: bytes) -> None:
    """The first of a family is its head; the demo knows of nobody else how they are related."""
    by = Recorded(SystemClock().now(), who.birth_date, "demo", "system")
    card = families.find(tx, number=who.family_card)
    if card is None:
        families.add(tx, Card(new_id(), who.family_card, who.region, demo=True), by)
        card = families.find(tx, number=who.family_card)
        members = {"region": who.region, "members": 1, "reason": "registered"}
        _emit(tx, "civil_registry.family_card.updated.v1", card.id, who.region, members)
    person = person_key(who.nik, key)
    relation = "family" if families.living(tx, card.id) else families.HEAD
    entered = Person(
        who.nik, person, who.name, who.sex, who.birth_date, birth_place, card.id, relation, source="mall", demo=True
    )
    register.add(tx, entered, by)
    _emit(tx, "civil_registry.person.registered.v1", person, who.region, {"person": person, "region": who.region})


def _emit(tx: Connection, type_: str, subject: str, region: str, data: dict[str, Any]) -> None:
    emit(
        tx,
        type_=type_,
        source="civil_registry",
        subject=subject,
        version=1,
        region=region,
        data=data,
        now=SystemClock().now(),
        correlation_id=new_id(),
    )
