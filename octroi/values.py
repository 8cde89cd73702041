"""How is the value of one setting read? Types that refuse what could not be used."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

from permits.kinds import DocumentKind
from permits.parties import Role
from telemetry.intake.shares import Share, share
from zones.model import Layer

SIDES, NO_BOX = 4, "not west, south, east and north"


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        msg = f"no time zone is called {name!r}"
        raise ValueError(msg) from unknown
    return name


def _named(path: object) -> object:
    """Refuse a path of no letters: it would be the directory one happens to stand in."""
    if path == "":
        msg = "no path"
        raise ValueError(msg)
    return path


def _a_broker(url: str | None) -> str | None:
    """Refuse an address that the client could not use: it would be called absent for ever."""
    if url is not None:
        address = urlsplit(url)
        if address.scheme not in {"mqtt", "mqtts"} or not address.hostname:
            msg = "no address of a broker"
            raise ValueError(msg)
        if address.path or address.query or address.fragment or address.port == 0:
            msg = "more than an address, or no port"
            raise ValueError(msg)
    return url


def _box(text: object) -> object:
    if not isinstance(text, str):
        return text
    numbers = text.split(",")
    if len(numbers) != SIDES:
        raise ValueError(NO_BOX)
    return numbers


def _on_earth(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - the Earth
        raise ValueError(NO_BOX)
    return box


def _by_layer(text: object) -> object:
    """Read `air:insurance,air:competence`: what each layer asks for."""
    if not isinstance(text, str):
        return text
    needed: dict[Layer, frozenset[DocumentKind]] = {}
    for pair in filter(None, text.split(",")):
        named, _, kind = (part.strip() for part in pair.partition(":"))
        if named not in set(Layer) or kind not in set(DocumentKind):
            msg = f"{pair} is no layer and kind of document"
            raise ValueError(msg)
        layer = Layer(named)
        needed[layer] = needed.get(layer, frozenset()) | {DocumentKind(kind)}
    return needed


def _pem(text: str | None) -> str | None:
    """Return a key that is given as it is, on one line or many, or by the file that holds it."""
    if text is None:
        return None
    if not text.lstrip().startswith("-----BEGIN"):
        try:
            text = Path(text).read_text("ascii")
        except (OSError, UnicodeDecodeError) as unreadable:
            msg = "no key, and no file that holds one"
            raise ValueError(msg) from unreadable
    return text.replace("\\n", "\n")


def _secure(url: str | None) -> str | None:
    """Refuse keys that anybody on the way could replace."""
    if url is not None:
        address = urlsplit(url)
        local = address.scheme == "http" and address.hostname in {"127.0.0.1", "::1", "localhost"}
        if not address.hostname or not (local or address.scheme == "https"):
            msg = "no address with TLS"
            raise ValueError(msg)
    return url


def _a_site(url: str | None) -> str | None:
    """Refuse what no page could be reached at."""
    if url is not None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            msg = "no address of a site"
            raise ValueError(msg)
        if address.query or address.fragment or address.username or address.path.strip("/"):
            msg = "more than an address"
            raise ValueError(msg)
    return url


def _role_pairs(text: object) -> object:
    """Read `police:inspector,regie:finance`: which role each value of a claim is."""
    if not isinstance(text, str):
        return text
    told: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        value, _, role = (part.strip() for part in pair.rpartition(":"))
        if not value or role not in set(Role) - {Role.SENSOR}:
            msg = f"{pair} is no value and role"
            raise ValueError(msg)
        told[value] = role
    return told


def _networks(text: object) -> object:
    """Read `10.0.0.0/8,::1`: networks, or single addresses."""
    if not isinstance(text, str):
        return text
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def _share(text: object) -> object:
    """Read `2/3`: the second of three shares."""
    return share(text) if isinstance(text, str) else text


Network = IPv4Network | IPv6Network
IntakeShare = Annotated[Share, NoDecode, BeforeValidator(_share)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
RolesTold = Annotated[Mapping[str, Role], NoDecode, BeforeValidator(_role_pairs)]
DocumentsNeeded = Annotated[
    Mapping[Layer, frozenset[DocumentKind]], NoDecode, BeforeValidator(_by_layer)
]
ServiceArea = Annotated[
    tuple[float, float, float, float], NoDecode, BeforeValidator(_box), AfterValidator(_on_earth)
]
File = Annotated[Path | None, BeforeValidator(_named)]
Directory = Annotated[Path, BeforeValidator(_named)]
BrokerAddress = Annotated[str | None, AfterValidator(_a_broker)]
SecureAddress = Annotated[str | None, AfterValidator(_secure)]
TimeZoneName = Annotated[str, AfterValidator(_known_timezone)]
PublicAddress = Annotated[str | None, AfterValidator(_a_site)]
PublicKey = Annotated[str | None, AfterValidator(_pem)]
