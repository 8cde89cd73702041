"""Where may a webhook lead? To no address inside a network, unless the city allows that network.

Whoever registers an address names a host; what matters is where that leads at the moment of
sending. So it is resolved then, every address found must be allowed, and one of them is used.
"""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Iterable[Address]]

LONGEST = 2_000
PORTS = {"https": 443, "http": 80}
# Addresses of IPv6 that stand for one of IPv4, wherever that is.
TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class NoDestination(ValueError):
    """An address that nothing is sent to; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a webhook's messages go; `address` is where its host was found to be."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address


def destination(
    url: str, allowed: Iterable[Network], resolve: Resolve | None = None
) -> Destination:
    """Find where an address leads now, or say why nothing is sent there."""
    scheme, host, port, path = _parts(url)
    permitted = tuple(allowed)
    found = tuple((resolve or addresses)(host, port))
    if not found:
        msg = f"url: nothing is known by the name {host!r}"
        raise NoDestination(msg)
    inside = [any(each in network for network in permitted) for each in found]
    for address, known in zip(found, inside, strict=True):
        if not known and not _public(address):
            msg = f"url: {host!r} leads to {address}, which is inside a network"
            raise NoDestination(msg)
    if scheme != "https" and not all(inside):
        msg = "url: https:// is needed, so that nobody reads on the way"
        raise NoDestination(msg)
    return Destination(scheme=scheme, host=host, port=port, path=path, address=found[0])


def addresses(host: str, port: int) -> list[Address]:
    """Return what a host's name leads to, nothing where nobody knows it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    # A scope, as in fe80::1%eth0, belongs to no address.
    return [ip_address(str(where[0]).partition("%")[0]) for *_, where in found]


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        msg = f"url: {url!r} is no address"
        raise NoDestination(msg) from error
    plain = len(url) <= LONGEST and url.isascii() and url.isprintable() and " " not in url
    if not plain or parts.scheme not in PORTS or not parts.hostname:
        msg = f"url: {url[:100]!r} is no address such as https://example.org/alerts"
        raise NoDestination(msg)
    if parts.username is not None or parts.password is not None or parts.fragment:
        msg = "url: an address has no user, no password and no fragment; messages are signed"
        raise NoDestination(msg)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme], path


def _public(address: Address) -> bool:
    """Tell whether an address is everybody's: reached from anywhere, and one host."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return _public(address.ipv4_mapped)
        if any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast
