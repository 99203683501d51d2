"""What a case service sends its messages with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from mpp.cases.recording import satisfaction
from mpp.cases.recording.host import CaseHost
from mpp.cases.telling.addressees import addressee_of
from mpp.casework.codes import tracking
from mpp.casework.rules.moments import OF_WINDOWS
from mpp.casework.rules.questionnaire import MESSAGE
from mpp.messages.book import MessageBook
from mpp.messages.channels.port import Channel
from mpp.messages.post import Post
from mpp.messages.rows import Message
from mpp.persistence.database import announce

SETTLED = "windows"  # what a commit that may let a window begin calls back for (`Database.on_commit`)


def post_of(host: CaseHost, channels: Mapping[str, Channel]) -> Post:
    """The post of one process of the service. Where a message is settled that may have opened a window of the citizen,
    the timer is called (`SETTLED`), which lets it run under the lock of the case."""
    runtime = host.runtime
    return Post(
        database=host.database,
        clock=host.clock,
        zone=host.calendar.current.zone,
        book=runtime.messages or MessageBook(),
        channels=channels,
        letter=host.definition.tracking_letter or "",
        addressee=addressee_of,
        link=lambda code: f"{runtime.settings.mall_url}{tracking.PAGE}/{code}",
        settled=_call_the_timer,
        rate=lambda tx, case_id: _rating(tx, host, case_id),
    )


def _rating(tx: Connection, host: CaseHost, case_id: str) -> str | None:
    asked = satisfaction.address_of(tx, host, case_id)
    return None if asked is None else f"{host.runtime.settings.mall_url}{asked.path(MESSAGE)}"


def _call_the_timer(tx: Connection, message: Message, at: datetime) -> None:
    if message.moment in OF_WINDOWS:
        announce(tx, SETTLED)
