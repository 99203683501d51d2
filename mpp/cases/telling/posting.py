"""What a case service sends its messages with."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.cases.recording.host import CaseHost
from mpp.cases.telling.addressees import addressee_of
from mpp.casework.codes import tracking
from mpp.messages.book import MessageBook
from mpp.messages.channels.port import Channel
from mpp.messages.post import Post


def post_of(host: CaseHost, channels: Mapping[str, Channel]) -> Post:
    """The post of one process of the service. Nothing depends yet on whether a message has arrived (`Post.settled`)."""
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
    )
