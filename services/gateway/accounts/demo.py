"""Demo accounts in a mall: where they may come in, and which still open with the password that everybody knows."""

from __future__ import annotations

from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from mpp.persistence.database import Database
from services.gateway.accounts import queries
from services.gateway.accounts.passwords import Passwords
from services.gateway.threads import HereAndNow


def takes_demo(database: Database) -> bool:
    """Whether demo accounts may be added: not to a mall whose accounts are those of people.

    One that has both was a demo before somebody made an account in it, and stays one.
    """
    with database.transaction() as tx:
        return not queries.any_of_people(tx) or bool(queries.live(tx, demo=True))


def with_known_password(database: Database) -> list[str]:
    """The demo accounts that open with the well-known password."""
    passwords = Passwords(HereAndNow())
    with database.transaction() as tx:
        hashes = queries.live(tx, demo=True)
    # They were made with one hash for all of them: checking takes a tenth of a second, not three.
    known = {each for each in set(hashes.values()) if passwords.check(each, WELL_KNOWN_PASSWORD)}
    return [name for name, each in hashes.items() if each in known]


def warnings(database: Database) -> list[str]:
    """For the operator, in one line: how many accounts everybody can log in to."""
    known = with_known_password(database)
    if not known:
        return []
    return [
        f"{len(known)} akun demo dapat dibuka siapa saja dengan sandi yang dikenal umum ({', '.join(known[:3])} ...): "
        "untuk mal sungguhan, `mpp accounts disable-demo` | "
        f"{len(known)} demo accounts open with a password that everybody knows: in a real mall, run "
        "`mpp accounts disable-demo`"
    ]
