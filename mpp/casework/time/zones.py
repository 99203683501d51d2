"""The time zones of Indonesia, by the names under which they are known."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo

# Indonesia has had three zones without summer time since 1988: no time zone database is needed to be right.
_WIB = timezone(timedelta(hours=7), "WIB")
_WITA = timezone(timedelta(hours=8), "WITA")
_WIT = timezone(timedelta(hours=9), "WIT")
ZONES: dict[str, tzinfo] = {
    "Asia/Jakarta": _WIB,
    "Asia/Pontianak": _WIB,
    "Asia/Makassar": _WITA,
    "Asia/Jayapura": _WIT,
    "WIB": _WIB,
    "WITA": _WITA,
    "WIT": _WIT,
}


def zone_named(name: str) -> tzinfo:
    """The zone of that name (IANA name or WIB, WITA, WIT). ValueError for one that is not Indonesian."""
    try:
        return ZONES[name]
    except KeyError:
        raise ValueError(f"not a time zone of Indonesia: {name!r} (known: {', '.join(ZONES)})") from None
