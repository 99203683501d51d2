"""The crowd of a load test: well-formed identities that are nobody's, more of them than there are demo residents."""

from __future__ import annotations

from datetime import timedelta

from mpp.identity import demo

CROWD = 9 * 2 * 10_000


def stranger(index: int) -> demo.DemoResident:
    """One of the crowd of a load test (0..CROWD - 1), always the same one; none of them is a demo resident, and none is
    in the register of residents."""
    if not 0 <= index < CROWD:
        raise ValueError(f"there are {CROWD} of them")
    day_of, which = index % 10_000, index // 10_000
    born = demo.FIRST_BIRTHDAY + timedelta(days=day_of)
    female, sequence = which % 2 == 1, 9991 + which // 2
    return demo.DemoResident(
        nik=f"{demo.DISTRICT}{born.day + (40 if female else 0):02d}{born:%m%y}{sequence}",
        name=f"Warga Contoh {10_001 + index}",
        sex="female" if female else "male",
        birth_date=born,
        family_card=f"{demo.DISTRICT}{born:%d%m%y}{sequence}",
        region=demo.VILLAGES[index % len(demo.VILLAGES)],
    )
