"""What the environment says of telling people: tokens of providers, the mall at its mail server, keys of reports."""

from __future__ import annotations

from mpp.messages.book import SMS, WHATSAPP
from mpp.messages.channels.making import MessageSecrets
from mpp.operations.environment import Environment
from mpp.operations.problem import Problem

USER, PASSWORD = "MPP_MAIL_USER", "MPP_MAIL_PASSWORD"
HTTP = (SMS, WHATSAPP)


def message_secrets(given: Environment) -> MessageSecrets:
    """All of them; what is empty is not there. Raises Problem for a user without a password."""
    user, password = given.text(USER), given.text(PASSWORD)
    if (user is None) != (password is None):
        raise Problem(f"{USER} dan {PASSWORD} harus diisi keduanya", f"{USER} and {PASSWORD} go together")
    tokens = {name: token for name in HTTP if (token := given.text(f"MPP_{name.upper()}_TOKEN")) is not None}
    keys = {name: _keys(given, name) for name in HTTP}
    return MessageSecrets(tokens, user, password, {name: found for name, found in keys.items() if found})


def _keys(given: Environment, channel: str) -> tuple[bytes, ...]:
    """The key with which a provider signs its reports, and its former one while that is still used."""
    names = (f"MPP_{channel.upper()}_REPORT_KEY", f"MPP_{channel.upper()}_REPORT_KEY_BEFORE")
    return tuple(key for name in names if (key := given.key(name)) is not None)
