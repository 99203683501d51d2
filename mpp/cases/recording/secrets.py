"""The secrets by which applicants act on their cases: derived, so that they are stored nowhere.

They are made with a key that only the case's own service has (guarantee 9). A new one differs by a number that the
case keeps; whoever has the former one has nothing any more. Once they were made with the key of pseudonyms, which every
service holds: a citizen who has such a secret keeps it, for the one case that it was given for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from mpp.cases.storage.secret_rows import give_another_secret, how_secret_was_made
from mpp.casework.codes import tracking


@dataclass(frozen=True)
class Secrets:
    """The secrets of one service's cases."""

    own: bytes = field(repr=False)
    former: bytes = field(repr=False)

    def of_new(self, case_id: str) -> str:
        """The secret of a case that is filed now."""
        return tracking.secret_of(case_id, self.own)

    def of_filing(self, tx: Connection, case_id: str) -> str:
        """The secret that was given for this case when it was filed, whether or not it still opens the case."""
        own, _ = how_secret_was_made(tx, case_id)
        return tracking.secret_of(case_id, self._key(own, 0))

    def give_another(self, tx: Connection, case_id: str) -> int:
        """The secret that holds ends, and another one holds; which, for `of_issue`. The caller holds the case's row."""
        return give_another_secret(tx, case_id)

    def of_issue(self, case_id: str, issue: int) -> str:
        """The secret that was given as this one after the filing."""
        return tracking.secret_of(case_id, self.own, issue)

    def match(self, tx: Connection, given: str, case_id: str) -> bool:
        """Whether this is the secret that holds; compared in constant time."""
        own, issue = how_secret_was_made(tx, case_id)
        return tracking.secret_matches(given, case_id, self._key(own, issue), issue)

    def _key(self, own: bool, issue: int) -> bytes:
        return self.own if own or issue else self.former
