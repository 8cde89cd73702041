"""Which keys does the city's identity provider sign with? Fetched when needed, and kept a while."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import structlog

from permits.parties import Role

log = structlog.get_logger()

KEYS_FRESH = timedelta(hours=1)
KEYS_KEPT = timedelta(hours=24)
ASK_AGAIN_AFTER = timedelta(seconds=30)
PATIENCE_S = 5.0
LARGEST_ANSWER_BYTES = 500_000


class IssuerUnusable(Exception):
    """The issuer does not tell its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Whose tokens are taken, and how they tell who is calling.

    `roles` are what the claim may hold, and which role each is.
    """

    url: str
    audience: str
    algorithm: str
    jwks_url: str | None = None
    role_claim: str = "octroi_role"
    operator_claim: str = "octroi_operator"
    roles: Mapping[str, Role] = field(default_factory=lambda: {each.value: each for each in Role})


class IssuerKeys:
    """The issuer's public keys, fetched when needed.

    Read again when an hour old or when a key is asked for that is not among them, but not more
    often than every 30 seconds. While the issuer is away those known are used for 24 hours.
    """

    def __init__(self, issuer: Issuer, clock: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._lock = threading.Lock()

    def find(self, kid: str | None) -> jwt.PyJWK | None:
        """Return the key of that name; a token without one is of the only key there is."""
        now = self._clock()
        found = self._known(kid, now)
        if found is None or self._age(now) >= KEYS_FRESH:
            # Who has a key need not wait for somebody who already asks for newer ones.
            if self._lock.acquire(blocking=found is None):
                try:
                    self._refresh(kid, now)
                finally:
                    self._lock.release()
            found = self._known(kid, now)
        return found

    def _age(self, now: datetime) -> timedelta:
        return KEYS_KEPT if self._read_at is None else now - self._read_at

    def _known(self, kid: str | None, now: datetime) -> jwt.PyJWK | None:
        if self._age(now) >= KEYS_KEPT:
            return None
        keys = self._keys
        return next(iter(keys.values())) if kid is None and len(keys) == 1 else keys.get(kid)

    def _refresh(self, kid: str | None, now: datetime) -> None:
        lately = self._tried_at is not None and now - self._tried_at < ASK_AGAIN_AFTER
        if lately or (self._known(kid, now) is not None and self._age(now) < KEYS_FRESH):
            return
        self._tried_at = now
        try:
            self._keys = _usable(_published(self._issuer), self._issuer.algorithm)
        except (httpx.HTTPError, IssuerUnusable) as error:
            log.warning("issuer.keys-not-read", error=str(error))
        else:
            self._read_at = now


def _published(issuer: Issuer) -> Mapping[str, Any]:
    """Return the key set an issuer publishes, found by its own description where not told."""
    with httpx.Client(timeout=PATIENCE_S, follow_redirects=False) as client:
        place = issuer.jwks_url
        if place is None:
            told = _json(client, f"{issuer.url.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != issuer.url:
                msg = f"{issuer.url} describes another issuer"
                raise IssuerUnusable(msg)
            place = str(told.get("jwks_uri"))
            if place.startswith("http:") and not issuer.url.startswith("http:"):
                msg = f"{issuer.url} tells its keys without TLS"
                raise IssuerUnusable(msg)
        return _json(client, place)


def _json(client: httpx.Client, url: str) -> Mapping[str, Any]:
    body = b""
    with client.stream("GET", url) as answer:
        answer.raise_for_status()
        for part in answer.iter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER_BYTES:
                msg = f"{url} answers with more than {LARGEST_ANSWER_BYTES} bytes"
                raise IssuerUnusable(msg)
    try:
        found = httpx.Response(200, content=body).json()
    except ValueError as broken:
        msg = f"{url} does not answer with JSON"
        raise IssuerUnusable(msg) from broken
    if not isinstance(found, dict):
        msg = f"{url} does not answer with a JSON object"
        raise IssuerUnusable(msg)
    return found


def _usable(published: Mapping[str, Any], algorithm: str) -> Mapping[str | None, jwt.PyJWK]:
    """Return the keys that could sign with the algorithm, by their names."""
    found: dict[str | None, jwt.PyJWK] = {}
    listed = published.get("keys")
    for each in listed if isinstance(listed, list) else ():
        key = _signing(each, algorithm) if isinstance(each, dict) else None
        if key is not None:
            found[key.key_id] = key
    if not found:
        msg = f"the issuer publishes no key for {algorithm}"
        raise IssuerUnusable(msg)
    return found


def _signing(described: Mapping[str, Any], algorithm: str) -> jwt.PyJWK | None:
    """Return a key; None for one of another kind: a secret, one to encrypt, one of a curve."""
    kinds = {"R": "RSA", "P": "RSA", "ES": "EC", "Ed": "OKP"}
    kind = kinds.get(algorithm[:2]) or kinds[algorithm[:1]]
    for name, wanted in (("kty", kind), ("use", "sig"), ("alg", algorithm)):
        if described.get(name, wanted if name != "kty" else None) != wanted:
            return None
    try:
        return jwt.PyJWK(dict(described), algorithm)
    except jwt.PyJWTError:
        return None
