"""The secrets by which applicants act on their cases: derived, so that they are stored nowhere.

They are made with a key that only the case's own service has (guarantee 9). Once they were made with the key of
pseudonyms, which every service holds: a citizen who has such a secret keeps it, for the one case that it was given for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from mpp.cases.storage.case_rows import has_own_secret
from mpp.casework.codes import tracking


@dataclass(frozen=True)
class Secrets:
    """The secrets of one service's cases."""

    own: bytes = field(repr=False)
    former: bytes = field(repr=False)

    def of_new(self, case_id: str) -> str:
        """The secret of a case that is filed now."""
        return tracking.secret_of(case_id, self.own)

    def of(self, tx: Connection, case_id: str) -> str:
        """The secret that was given for this case when it was filed."""
        return tracking.secret_of(case_id, self._key(tx, case_id))

    def match(self, tx: Connection, given: str, case_id: str) -> bool:
        """Whether this is the case's secret; compared in constant time."""
        return tracking.secret_matches(given, case_id, self._key(tx, case_id))

    def _key(self, tx: Connection, case_id: str) -> bytes:
        return self.own if has_own_secret(tx, case_id) else self.former
