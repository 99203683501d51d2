"""How much may be handed in within a day: nobody fills the disk, whether what they sent stays or is taken out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mpp.casework.refusals import Refused
from mpp.hosting.settings import ServiceSettings
from services.gateway.limits.queries import Limit, tally, wait_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DAY = timedelta(hours=24)
_KIB = 1024
_LEAST = 64  # KiB that any upload counts for: each is also some rows in the databases


@dataclass(frozen=True)
class Sender:
    """Who hands in a document: an account, or the applicant of a case, whose id is the name then."""

    name: str
    is_applicant: bool = False


class Allowances:
    """What an account, and the applicant of a case, may hand in within 24 hours from the first byte, in bytes."""

    def __init__(
        self,
        of_account: int = ServiceSettings.account_day_bytes,
        of_applicant: int = ServiceSettings.case_max_bytes,
    ) -> None:
        self._of_account = Limit("upload_account", of_account // _KIB, _DAY)
        self._of_applicant = Limit("upload_applicant", of_applicant // _KIB, _DAY)

    def check(self, tx: Connection, sender: Sender, size: int, now: datetime) -> None:
        """Whether so much more may come. Raises Refused 429 `upload_allowance_used`."""
        limit = self._limit(sender)
        wait = wait_of(tx, limit, sender.name, now, _counted(size))
        if wait:
            params = {"max": limit.most // _KIB, "retry_after": wait}
            raise Refused(429, "upload_allowance_used", params=params)

    def count(self, tx: Connection, sender: Sender, size: int, now: datetime) -> None:
        """So much came and was kept."""
        tally(tx, self._limit(sender), sender.name, now, _counted(size))

    def _limit(self, sender: Sender) -> Limit:
        return self._of_applicant if sender.is_applicant else self._of_account


def _counted(size: int) -> int:
    """KiB, rounded up."""
    return max(_LEAST, -(-size // _KIB))
