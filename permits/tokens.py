"""Who does the city's identity provider say is calling? Checks OIDC access tokens of one issuer.

One issuer, one audience, one asymmetric algorithm, all of them configured and none of them read
from the token. A token cannot be revoked here: it has to be short.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import jwt
from psycopg_pool import ConnectionPool

from permits.identity.guard import Denied
from permits.issuers import Issuer, IssuerKeys
from permits.parties import Caller, Role
from permits.scopes import Scope
from permits.store import registry

LONGEST_TOKEN = 8_192
LEEWAY = timedelta(seconds=30)
# As long as a token nobody can take back may live.
LONGEST_LIFE = timedelta(hours=2)
TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
REQUIRED = ["iss", "aud", "exp", "iat", "sub"]

# What is wrong with a token, in words that tell nothing of what it was compared with.
REASONS: Sequence[tuple[type[Exception], str]] = (
    (jwt.ExpiredSignatureError, "The token has expired."),
    (jwt.ImmatureSignatureError, "The token is not valid yet."),
    (jwt.InvalidAudienceError, "The token is for another audience."),
    (jwt.InvalidIssuerError, "The token is of another issuer."),
    (jwt.MissingRequiredClaimError, "The token lacks one of iss, aud, exp, iat and sub."),
    (jwt.InvalidSignatureError, "The token's signature is wrong."),
)
UNREADABLE = "The token cannot be read."
ALGORITHM = "The token is signed with another algorithm than this installation takes."
KEY = "The token is signed with a key that its issuer does not publish."
TOO_LONG = "The token lives longer than two hours."


class TokenService:
    """Tells who an access token stands for."""

    def __init__(self, pool: ConnectionPool, issuer: Issuer, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._issuer = issuer
        self._keys = IssuerKeys(issuer, clock)

    def caller(self, token: str) -> Caller | Denied:
        """Return whom a token stands for, or why it stands for nobody."""
        claims = self._proved(token)
        if isinstance(claims, Denied):
            return claims
        role = _role(claims, self._issuer)
        if isinstance(role, Denied):
            return role
        scopes = _scopes(claims)
        if role is not Role.OPERATOR:
            return Caller(role=role, name=str(claims["sub"]), scopes=scopes)
        return self._operator(_claim(claims, self._issuer.operator_claim), scopes)

    def _operator(self, name: object, scopes: frozenset[Scope] | None) -> Caller | Denied:
        if not isinstance(name, str):
            return Denied(reason="The token names no operator.", status=403)
        with self._pool.connection() as connection:
            if not registry.operators(connection, name):
                return Denied(reason="The token names an operator nobody registered.", status=403)
        return Caller(role=Role.OPERATOR, name=name, scopes=scopes)

    def _proved(self, token: str) -> Mapping[str, Any] | Denied:
        """Return what a token claims once it is proved."""
        key = self._key_of(token)
        if isinstance(key, Denied):
            return key
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[self._issuer.algorithm],
                audience=self._issuer.audience,
                issuer=self._issuer.url,
                leeway=LEEWAY,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as wrong:
            told = (said for kind, said in REASONS if isinstance(wrong, kind))
            return Denied(reason=next(told, UNREADABLE))
        lives_s = float(claims["exp"]) - float(claims["iat"])
        return claims if lives_s <= LONGEST_LIFE.total_seconds() else Denied(reason=TOO_LONG)

    def _key_of(self, token: str) -> jwt.PyJWK | Denied:
        """Return what a token has to be signed with; its header only chooses among our keys."""
        try:
            header = jwt.get_unverified_header(token) if len(token) <= LONGEST_TOKEN else {}
        except jwt.PyJWTError:
            header = {}
        kid, kind = header.get("kid"), str(header.get("typ", "JWT")).lower()
        if not header or "crit" in header or kind not in TYPES:
            return Denied(reason=UNREADABLE)
        if header.get("alg") != self._issuer.algorithm:
            return Denied(reason=ALGORITHM)
        return self._keys.find(kid) or Denied(reason=KEY)


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim; `realm_access.roles` is one inside another unless it is a name itself."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _role(claims: Mapping[str, Any], issuer: Issuer) -> Role | Denied:
    told = _claim(claims, issuer.role_claim)
    named = told if isinstance(told, list) else [told]
    roles = {issuer.roles[each] for each in named if isinstance(each, str) and each in issuer.roles}
    if len(roles) != 1:
        said = "no role" if not roles else "several roles"
        return Denied(reason=f"The token names {said} of this installation.", status=403)
    return roles.pop()


def _scopes(claims: Mapping[str, Any]) -> frozenset[Scope] | None:
    """Return what a token is narrowed to; the scopes of others say nothing here."""
    told = claims.get("scope")
    words = re.split(r" +", told) if isinstance(told, str) else []
    known = frozenset(Scope(each) for each in words if each in set(Scope))
    return known or None
