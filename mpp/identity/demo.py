"""The demo residents: well-formed identities that are nobody's, since their district 35.15.99 does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DISTRICT = "351599"
VILLAGES = ("35.15.14.2013", "35.15.14.2016", "35.15.16.2009", "35.15.08.1013")
FAMILY = 4
FIRST_BIRTHDAY = date(1980, 1, 1)  # the ten thousand are of age, and the first of them may be parents


@dataclass(frozen=True)
class DemoResident:
    """One of them; `family_card` is shared by four in a row."""

    nik: str
    name: str
    sex: str
    birth_date: date
    family_card: str
    region: str


def resident(index: int) -> DemoResident:
    """The demo resident of this index (0..9999), always the same one."""
    if not 0 <= index <= 9999:
        raise ValueError("there are ten thousand demo residents")
    born = FIRST_BIRTHDAY + timedelta(days=index)
    sex = "female" if index % 2 else "male"
    day = born.day + (40 if sex == "female" else 0)
    card = index // FAMILY
    recorded = date(2020, 1, 1) + timedelta(days=card)
    return DemoResident(
        nik=f"{DISTRICT}{day:02d}{born:%m%y}9990",
        name=f"Warga Contoh {index + 1:02d}",
        sex=sex,
        birth_date=born,
        family_card=f"{DISTRICT}{recorded:%d%m%y}9990",
        region=VILLAGES[card % len(VILLAGES)],
    )
