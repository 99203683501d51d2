"""Reports of others that are signed: HMAC-SHA256 over the timestamp, a dot and the body as it was sent.

One that is older than five minutes, or from the future, is refused, so that a recorded one cannot be sent again later.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from mpp.casework.refusals import Refused
from mpp.web.bank import SIGNATURE, TIMESTAMP, sign
from mpp.web.routing import HttpRequest

WINDOW = timedelta(minutes=5)


def check(request: HttpRequest, keys: Sequence[bytes], now: datetime, invalid: Refused, old: Refused) -> bool:
    """Whether it was signed with the newest of the keys, else with a former one.

    Raises `invalid` where it was signed with none of them, `old` where the time is not now.
    """
    timestamp = request.headers.get(TIMESTAMP, "")
    given = request.headers.get(SIGNATURE, "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise invalid
    wanted = [sign(key, timestamp, request.raw).encode() for key in keys]
    fitting = [index for index, each in enumerate(wanted) if hmac.compare_digest(each, given.encode())]
    if not fitting:
        raise invalid
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise old
    return fitting[0] == 0
