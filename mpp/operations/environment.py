"""The environment of a process, one variable at a time. What cannot be is a Problem that names the variable."""

from __future__ import annotations

import binascii
import os
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from mpp import regions
from mpp.files.scanner import Clamd
from mpp.operations.problem import Problem

KEY_BYTES = 32
_LONGEST_DELAY = 86_400  # seconds
_MOST_DAYS = 36_500
_PUBLIC_URL = re.compile(
    r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?"
)


class Environment:
    """Variables by name. An empty value is the same as none: compose hands on empty variables for what is not set."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._given = {name: value.strip() for name, value in variables.items() if value.strip()}

    def text(self, name: str) -> str | None:
        """Any text."""
        return self._given.get(name)

    def flag(self, name: str) -> bool:
        """Whether it says yes."""
        return self._given.get(name, "0").lower() in ("1", "true", "yes", "ya")

    def port(self, name: str) -> int | None:
        """A TCP port."""
        text = self._given.get(name)
        if text is None:
            return None
        if not text.isdecimal() or not 1 <= int(text) <= 65535:
            raise Problem(f"{name}={text} bukan nomor port (1-65535)", f"{name}={text} is not a port (1-65535)")
        return int(text)

    def number(self, name: str) -> int | None:
        """A number from 0."""
        text = self._given.get(name)
        if text is not None and not text.isdecimal():
            raise Problem(f"{name}={text} bukan bilangan", f"{name}={text} is not a number")
        return None if text is None else int(text)

    def days(self, name: str, default: timedelta) -> timedelta:
        """Whole days, at least one."""
        days = self.number(name)
        if days is None:
            return default
        if not 1 <= days <= _MOST_DAYS:
            raise Problem(
                f"{name}={days} bukan jumlah hari (1-{_MOST_DAYS})",
                f"{name}={days} is no number of days (1-{_MOST_DAYS})",
            )
        return timedelta(days=days)

    def delays(self, name: str) -> tuple[timedelta, ...] | None:
        """Seconds, separated by commas."""
        text = self._given.get(name)
        if text is None:
            return None
        parts = [part.strip() for part in text.split(",")]
        if not all(part.isdecimal() and 0 < int(part) <= _LONGEST_DELAY for part in parts):
            raise Problem(f"{name}={text} bukan deret detik (5,30,300,1800)", f"{name}={text} is no list of seconds")
        return tuple(timedelta(seconds=int(part)) for part in parts)

    def path(self, name: str) -> Path | None:
        """A path, there or not."""
        text = self._given.get(name)
        return None if text is None else Path(text)

    def region(self) -> str:
        """Where the region is: `MPP_REGION` (a folder, or the code of a region that is shipped), else the folder
        `region` of the working directory, else the shipped region to try the mall out.

        Raises Problem where both speak, and for what former versions took in other variables or as one file.
        """
        named, there = self.text("MPP_REGION"), regions.here()
        for name, part in (("MPP_CATALOGUE_DIR", "catalogue/"), ("MPP_CALENDAR_FILES", "calendars/")):
            if name in self._given:
                raise Problem(
                    f"{name} tidak dipakai lagi: pindahkan berkasnya ke {part} dalam folder wilayah, lalu kosongkan",
                    f"{name} is used no longer: move its files to {part} of the region folder, then empty it",
                )
        if named is not None and named.endswith((".yaml", ".yml")):
            raise Problem(
                f"MPP_REGION={named} sebuah berkas: jadikan region.yaml dalam folder wilayah, lalu isi nama foldernya",
                f"MPP_REGION={named} is a file: make it region.yaml of a region folder, and name the folder",
            )
        if there is not None and named in regions.shipped():
            raise Problem(
                f"MPP_REGION={named} dan folder {there} menyebut dua wilayah: kosongkan MPP_REGION untuk memakai "
                "folder itu, atau pindahkan foldernya",
                f"MPP_REGION={named} and the folder {there} name two regions: empty MPP_REGION to use the folder, or "
                "move the folder",
            )
        return named or there or regions.DEFAULT

    def scanner(self, name: str) -> str | None:
        """The address of a clamd. Raises Problem."""
        if (text := self.text(name)) is None:
            return None
        try:
            return Clamd(text).address
        except ValueError:
            form = "tcp://host:3310 | unix:///run/clamav/clamd.ctl"
            raise Problem(f"{name} harus berbentuk {form}", f"{name} must look like {form}") from None

    def public_url(self, name: str, longest: int) -> str | None:
        """Where others reach the mall: scheme, host, and a port or path where there is one; no slash at the end. By
        https, but on this machine; at most so many characters, since it stands in QR codes."""
        found = self.text(name)
        if found is None:
            return None
        if not _PUBLIC_URL.fullmatch(found) or len(found.rstrip("/")) > longest:
            raise Problem(
                f"{name}={found!r} bukan alamat seperti https://mpp.contoh.go.id (paling panjang {longest} huruf)",
                f"{name}={found!r} is not an address such as https://mpp.contoh.go.id (at most {longest} letters)",
            )
        return found.rstrip("/")

    def key(self, name: str) -> bytes | None:
        """32 bytes, in hexadecimal digits."""
        text = self._given.get(name)
        if text is None:
            return None
        try:
            key = binascii.unhexlify(text)
        except (ValueError, binascii.Error):
            key = b""
        if len(key) != KEY_BYTES:
            raise Problem(
                f"{name} harus {KEY_BYTES * 2} digit heksadesimal (buat dengan `mpp secrets`)",
                f"{name} must be {KEY_BYTES * 2} hexadecimal digits (make it with `mpp secrets`)",
            )
        return key

    def database_url(self, name: str) -> str | None:
        """SQLAlchemy would read plain postgresql:// as another driver, one that blocks every greenlet."""
        url = self._given.get(name)
        for prefix in ("postgresql://", "postgres://", "postgresql+psycopg2://"):
            if url is not None and url.startswith(prefix):
                return "postgresql+psycopg2://" + url.removeprefix(prefix)
        if url is not None:
            form = "postgresql://user:password@host/database"
            raise Problem(f"{name} harus berbentuk {form}", f"{name} must look like {form}")
        return None

    def database_urls(self, services: Iterable[str]) -> dict[str, str]:
        """`<SERVICE>_DATABASE_URL` by service, where it is set."""
        found = {service: self.database_url(f"{service.upper()}_DATABASE_URL") for service in services}
        return {service: url for service, url in found.items() if url is not None}

    def amqp_uri(self, name: str) -> str | None:
        """The address of a RabbitMQ, with account and vhost."""
        uri = self._given.get(name)
        if uri is not None and not (uri.startswith(("amqp://", "amqps://")) and urlsplit(uri).hostname):
            form = "amqp://user:password@host:5672/vhost"
            raise Problem(f"{name} harus berbentuk {form}", f"{name} must look like {form}")
        return uri

    def amqp_uris(self, services: Iterable[str]) -> dict[str, str]:
        """`<SERVICE>_AMQP_URI` by service, where it is set."""
        found = {service: self.amqp_uri(f"{service.upper()}_AMQP_URI") for service in services}
        return {service: uri for service, uri in found.items() if uri is not None}

    def addresses(self, name: str) -> dict[str, str]:
        """Addresses by what listens there."""
        pairs = [pair.partition("=") for pair in self._given.get(name, "").split(",") if pair.strip()]
        if any(not url.startswith(("http://", "https://")) for _, _, url in pairs):
            raise Problem(
                f"{name} harus berbentuk nama=http://...,nama=http://...",
                f"{name} must look like name=http://...,name=http://...",
            )
        return {who.strip(): url.strip() for who, _, url in pairs}

    def accounts(self, name: str) -> dict[str, str]:
        """Accounts with their passwords."""
        pairs = [pair.partition(":") for pair in self._given.get(name, "").split(",") if pair.strip()]
        accounts = {user.strip(): password for user, _, password in pairs}
        if any(not password or not user.replace("_", "").isalnum() for user, password in accounts.items()):
            raise Problem(
                f"{name} harus berbentuk nama:sandi,nama:sandi (nama: huruf, angka, garis bawah)",
                f"{name} must look like name:password,name:password (names: letters, digits, underscores)",
            )
        return accounts


def region_of(named: str | None) -> str:
    """The region that was named on the command line, else the one of this mall. Raises Problem."""
    return named or Environment(os.environ).region()
