"""The channels of a mall, from what its region says and the secrets of its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mpp.clock import Clock
from mpp.messages.book import EMAIL, Channels
from mpp.messages.channels.port import Channel


@dataclass(frozen=True)
class MessageSecrets:
    """Tokens by channel, who the mall is at the mail server, and the keys with which providers sign their reports."""

    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    mail_user: str | None = field(default=None, repr=False)
    mail_password: str | None = field(default=None, repr=False)
    report_keys: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)


def make(channels: Channels, secrets: MessageSecrets, clock: Clock) -> dict[str, Channel]:
    """Every channel that is set up, by its name. What speaks to providers is imported only where there is one."""
    made: dict[str, Channel] = {}
    for name, settings in channels.http.items():
        from mpp.messages.channels.http import HttpProvider

        made[name] = HttpProvider(name, settings, secrets.tokens.get(name))
    if channels.email is not None:
        from mpp.messages.channels.email import MailServer

        made[EMAIL] = MailServer(channels.email, clock, secrets.mail_user, secrets.mail_password)
    return made
