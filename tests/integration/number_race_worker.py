"""A process of the race for numbers: issues so many in two books; every third transaction is thrown away."""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime

from mpp import catalogue, regions
from mpp.cases.storage import numbers
from mpp.catalogue import package_folder
from mpp.hosting.definition import definitions
from mpp.persistence.database import Database


class _Change(Exception):
    """The signer has thought better of it."""


def main(url: str, case_id: str, seed: str, attempts: int) -> None:
    offices = regions.load("35.15").offices
    permits = definitions()["permits"]
    kind = next(k for k in catalogue.load([package_folder(permits.catalogue or "")]) if k.code == "PRZ-SIP-DR")
    database = Database(url, name="race", pool_size=1)
    chance = random.Random(seed)
    given: list[str] = []
    print("ready", flush=True)
    sys.stdin.readline()
    rolled_back = 0
    for _ in range(attempts):
        office = chance.choice(("dpmptsp", "dinkes"))
        try:
            with database.transaction() as tx:
                number = numbers.allocate(tx, kind, case_id, office, offices, "35.15.14", datetime.now(UTC))
                if chance.random() < 0.3:
                    raise _Change
        except _Change:
            rolled_back += 1
        else:
            given.append(number)
    print(json.dumps({"committed": len(given), "rolled_back": rolled_back, "numbers": given}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
