"""How citizens are told, as a part of the mall's state."""

from __future__ import annotations

from mpp.hosting.settings import ServiceSettings
from mpp.hosting.state.parts import Part
from mpp.messages.book import EMAIL, Channels


def of_messages(channels: Channels, settings: ServiceSettings) -> Part:
    """How citizens are told, and what would keep a message from being of use."""
    if not channels.configured:
        return Part("messages", "messages_none")
    secrets = settings.message_secrets
    without = [each for each in channels.http if secrets is None or each not in secrets.tokens]
    if without:
        return Part("messages", "messages_no_token", ", ".join(f"MPP_{each.upper()}_TOKEN" for each in without))
    if settings.public_url is None and EMAIL in channels.configured:
        return Part("messages", "messages_no_address")
    return Part("messages", "messages_well", ", ".join(channels.configured))
