"""What a region's messages say and how they go: texts by moment, channel and language, addresses, quiet hours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from string import Formatter

from mpp.casework.rules.service_type import Text

SMS, WHATSAPP, EMAIL = "sms", "whatsapp", "email"
CHANNELS = (WHATSAPP, SMS, EMAIL)  # in this order, where the region says no other
LANGUAGES = ("id", "en")
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")  # of e-mail
# What a text may ask for.
FIELDS: Mapping[str, str] = {
    "code": "P0123456789V",
    "state": "Menunggu rekomendasi teknis",
    "next": "Rekomendasi teknis DPUPR",
    "date": "30 November 2026",
    "missing": "Surat Tanda Registrasi, Surat keterangan tempat praktik",
    "amount": "1.250.000",
    "link": "https://mpp.contoh.go.id/lacak/P0123456789V",
    "rate": "Nilai layanan ini: https://mpp.contoh.go.id/s/P7K2M9QX4TB01233?via=message",
}


@dataclass(frozen=True)
class MessageText:
    """What is told of one moment, in both languages. `whatsapp` says the same as `sms` where the file has none;
    `approved` is the name under which the provider knows the WhatsApp text."""

    moment: str
    version: int
    sms: Text
    whatsapp: Text
    subject: Text
    body: Text
    approved: str | None = None

    def said(self, channel: str) -> Text:
        """The text that goes over a channel."""
        return self.body if channel == EMAIL else self.whatsapp if channel == WHATSAPP else self.sms


@dataclass(frozen=True)
class HttpChannel:
    """A provider that takes JSON over HTTP. `ask`: the address, with `{id}`, that tells what became of a message; None:
    it cannot be asked."""

    url: str
    ask: str | None = None


@dataclass(frozen=True)
class EmailChannel:
    """A mail server, and who the mail is from."""

    host: str
    port: int
    sender: str
    starttls: bool = True


@dataclass(frozen=True)
class Quiet:
    """The hours in which nobody is told, local time; over midnight where they begin later than they end."""

    begins: time = time(20)
    ends: time = time(7)

    def over(self, moment: datetime, zone: tzinfo) -> datetime:
        """The moment itself, or the end of the quiet hours that it lies in."""
        local = moment.astimezone(zone)
        clock = local.time()
        if self.begins <= self.ends:
            quiet = self.begins <= clock < self.ends
        else:
            quiet = clock >= self.begins or clock < self.ends
        if not quiet:
            return moment
        day = local.date() if clock < self.ends else local.date() + timedelta(days=1)
        return datetime.combine(day, self.ends, zone).astimezone(moment.tzinfo)


@dataclass(frozen=True)
class Channels:
    """How people are reached. Without any channel everything goes on the call list."""

    order: Sequence[str] = CHANNELS
    http: Mapping[str, HttpChannel] = field(default_factory=dict)  # sms, whatsapp
    email: EmailChannel | None = None
    quiet: Quiet = Quiet()
    language: str = "id"

    @property
    def configured(self) -> tuple[str, ...]:
        """The channels that there are, the first choice first."""
        return tuple(name for name in self.order if name in self.http or (name == EMAIL and self.email is not None))


@dataclass(frozen=True)
class MessageBook:
    """Everything that a region says of its messages."""

    texts: Mapping[str, MessageText] = field(default_factory=dict)
    channels: Channels = Channels()


def fields_in(text: str) -> set[str]:
    """The names between braces. Raises ValueError where a brace is left open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
