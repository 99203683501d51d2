"""From the YAML of texts and channels to a `MessageBook`; what each key means is in docs/messages.md.

A region's folder `messages/` has texts in the place of those that are shipped, by the same name, and `channels.yaml`.
"""

from __future__ import annotations

import re
from datetime import time
from importlib.resources import files
from pathlib import Path

from mpp.casework.rules.moments import MOMENTS
from mpp.casework.rules.service_type import Text
from mpp.messages.book import (
    ADDRESS,
    CHANNELS,
    EMAIL,
    FIELDS,
    LANGUAGES,
    SMS,
    WHATSAPP,
    Channels,
    EmailChannel,
    HttpChannel,
    MessageBook,
    MessageText,
    Quiet,
    fields_in,
)
from mpp.outgoing import safe_url
from mpp.yaml_files import CatalogueError, Faults, Section, read

FOLDER = "messages"  # of the region
CHANNELS_FILE = "channels.yaml"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_APPROVED = re.compile(r"[a-z0-9_]{1,100}")
LONGEST_SMS, LONGEST_SUBJECT, LONGEST_BODY = 480, 150, 5000


def read_messages(own: Path | None, faults: Faults) -> MessageBook:
    """The shipped texts and what the region's folder has in their place. Mistakes go to `faults`."""
    texts: dict[str, MessageText] = {}
    shipped = Path(str(files("mpp.messages") / "texts"))
    channels = Channels()
    for path in [*sorted(shipped.glob("*.yaml")), *([] if own is None else sorted(own.glob("*.yaml")))]:
        wrong: Faults = []
        try:
            if path.name == CHANNELS_FILE:
                channels = _channels(read(path, wrong))
            else:
                text = _text(read(path, wrong), path)
                texts[text.moment] = text
        except CatalogueError as error:
            wrong.append(error)
        faults += [CatalogueError(f"{FOLDER}/{path.name}", each.line, each.reason) for each in wrong]
    for moment in MOMENTS:
        if moment not in texts and not faults:
            faults.append(CatalogueError(f"{FOLDER}/{moment}.yaml", 1, "belum ada teks | there is no text"))
    return MessageBook(texts, channels)


def _text(top: Section, path: Path) -> MessageText:
    moment = top.choice("moment", tuple(MOMENTS))
    if path.stem != moment:
        top.refuse(f"moment: berkas ini harus bernama {moment}.yaml | the file must be called so", "moment")
    version = top.integer("version")
    if version < 1:
        top.refuse("version: paling kecil 1 | must be 1 or more", "version")
    sms = _said(top, "sms", LONGEST_SMS)
    approved = top.text("approved", None)
    if approved is not None and not _APPROVED.fullmatch(approved):
        top.refuse(f"approved: {approved!r} tidak berbentuk benar | {approved!r} has an odd form", "approved")
    whatsapp = _said(top, WHATSAPP, LONGEST_BODY) if top.has(WHATSAPP) else sms
    email = top.section(EMAIL)
    subject = _said(email, "subject", LONGEST_SUBJECT, lines=False)
    body = _said(email, "body", LONGEST_BODY)
    email.done()
    top.done()
    return MessageText(moment, version, sms, whatsapp, subject, body, approved)


def _said(section: Section, key: str, longest: int, *, lines: bool = True) -> Text:
    inner = section.section(key)
    found = {}
    for language in LANGUAGES:
        text = inner.text(language).strip()
        found[language] = text
        try:
            strange = sorted(fields_in(text) - set(FIELDS))
        except ValueError:
            told = f"{key}.{language}: kurung kurawal tidak lengkap | a brace is left open"
            inner.refuse(told, language)
            continue
        if strange:
            known = ", ".join(FIELDS)
            told = f"{key}.{language}: tidak ada isian {strange[0]!r}; yang ada {known}"
            inner.refuse(f"{told} | there is no field {strange[0]!r}", language)
        if len(text) > longest:
            inner.refuse(f"{key}.{language}: lebih dari {longest} huruf | more than {longest} characters", language)
        if not lines and "\n" in text:
            inner.refuse(f"{key}.{language}: harus satu baris | must be one line", language)
    inner.done()
    return found


def _channels(top: Section) -> Channels:
    http = {name: _http(top.section(name)) for name in (SMS, WHATSAPP) if top.has(name)}
    email = _email(top.section(EMAIL)) if top.has(EMAIL) else None
    quiet = _quiet(top.section("quiet")) if top.has("quiet") else Quiet()
    language = top.choice("language", LANGUAGES, "id")
    order = top.words("order", CHANNELS)
    for name in order:
        if name not in CHANNELS:
            told = f"order: tidak ada saluran {name!r}; yang ada {', '.join(CHANNELS)} | there is no channel {name!r}"
            top.refuse(told, "order")
    missing = [name for name in [*http, *([EMAIL] if email else [])] if name not in order]
    if missing:
        top.refuse(f"order: {missing[0]} diatur tetapi tidak disebut | {missing[0]} is set up, but not named", "order")
    top.done()
    return Channels(order, http, email, quiet, language)


def _http(section: Section) -> HttpChannel:
    url, ask = section.text("url"), section.text("ask", None)
    if url and not safe_url(url):
        section.refuse(_UNSAFE.format("url"), "url")
    if ask is not None and (ask.count("{id}") != 1 or not safe_url(ask.replace("{id}", "P0"))):
        section.refuse(f"ask: alamat dengan {{id}}; {_UNSAFE.format('ask')}", "ask")
    section.done()
    return HttpChannel(url, ask)


_UNSAFE = "{}: harus https://, atau http:// dalam jaringan sendiri | https://, or http:// in one's own network"


def _email(section: Section) -> EmailChannel:
    host, port, sender = section.text("host"), section.integer("port", 587), section.text("from")
    if sender and not ADDRESS.fullmatch(sender):
        section.refuse(f"from: {sender!r} bukan alamat surel | {sender!r} is no e-mail address", "from")
    if not 0 < port < 65536:
        section.refuse("port: 1 sampai 65535 | 1 to 65535", "port")
    starttls = section.flag("starttls", True)
    if not starttls and not safe_url(f"http://{host}"):
        told = "starttls: boleh false hanya dalam jaringan sendiri | may be false in one's own network only"
        section.refuse(told, "starttls")
    section.done()
    return EmailChannel(host, port, sender, starttls)


def _quiet(section: Section) -> Quiet:
    found = []
    for key in ("from", "until"):
        text = section.text(key)
        match = _CLOCK.fullmatch(text)
        if text and match is None:
            section.refuse(f'{key}: {text!r} bukan jam, seperti "20:00" | {text!r} is no time of the day', key)
        found.append(time(int(match[1]), int(match[2])) if match else time())
    section.done()
    return Quiet(*found)
