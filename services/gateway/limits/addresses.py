"""Whose address it is: one client, and one network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_IPV4, _IPV6 = 24, 48  # of a network that may be named
_ONE_CUSTOMER = 64  # bits of an IPv6 address that a customer is given: the others anybody changes at will


def one_client(address: str) -> str:
    """What stands for the client in counts: the address, of IPv6 the network of one customer."""
    found = _read(address)
    return str(ip_network((found, _ONE_CUSTOMER), strict=False)) if isinstance(found, IPv6Address) else address


def network(address: str) -> str | None:
    """The network of an address: enough to see where guesses come from, without naming a machine."""
    found = _read(address)
    if found is None:
        return None
    return str(ip_network((found, _IPV6 if isinstance(found, IPv6Address) else _IPV4), strict=False))


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address.strip("[]"))
    except ValueError:
        return None
