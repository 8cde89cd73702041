"""Does this access token open this interface? Signature, audience, expiry, scope."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

SHORTEST_RSA_BITS = 2048
# Signature and audience are the library's; the hour is asked of the city's one clock.
CHECKED = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["exp", "aud"]}
CHALLENGE = {"WWW-Authenticate": "Bearer"}
TOKEN_NEEDED = "An access token is needed: send Authorization: Bearer …"  # noqa: S105 - a sentence

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(
        HTTPBearer(
            auto_error=False,
            scheme_name="InterUSS",
            description="A JSON Web Token of the tests' authority.",
        )
    ),
]
Gate = Callable[..., None]


class UnusableKey(ValueError):
    """A public key that tokens cannot be checked with; the message says why."""


class Unbelievable(Exception):
    """A token that proves nothing; the message says why."""


class TokenCheck:
    """Checks the tokens of one authority for one audience.

    The key allows exactly one algorithm: RS256 for RSA, ES256 for P-256.
    """

    def __init__(self, public_key: str, audience: str, clock: Callable[[], datetime]) -> None:
        self._key, self._algorithm = _usable(public_key)
        self._audience = audience
        self._clock = clock

    def scopes(self, token: str) -> frozenset[str]:
        """Return what a token allows, or refuse to believe it."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[self._algorithm],
                audience=self._audience,
                options=CHECKED,  # type: ignore[arg-type]  # the keys are pyjwt's own
            )
        except jwt.InvalidTokenError as error:
            msg = f"The access token cannot be accepted: {str(error).rstrip('.')}."
            raise Unbelievable(msg) from error
        self._refuse_out_of_time(claims)
        scope = claims.get("scope")
        return frozenset(scope.split()) if isinstance(scope, str) else frozenset()

    def _refuse_out_of_time(self, claims: dict[str, Any]) -> None:
        now = self._clock().timestamp()
        expires, begins = _instant(claims, "exp"), _instant(claims, "nbf")
        if expires is None or expires <= now:
            msg = "The access token has expired."
            raise Unbelievable(msg)
        if begins is not None and begins > now:
            told = datetime.fromtimestamp(begins, UTC).isoformat()
            msg = f"The access token is not valid before {told}."
            raise Unbelievable(msg)

    def needing(self, *scopes: str) -> Gate:
        """Make the dependency that lets in who has one of these scopes."""

        def enter(bearer: Bearer = None) -> None:
            if bearer is None:
                raise HTTPException(401, TOKEN_NEEDED, headers=CHALLENGE)
            try:
                held = self.scopes(bearer.credentials)
            except Unbelievable as error:
                raise HTTPException(401, str(error), headers=CHALLENGE) from error
            if held.isdisjoint(scopes):
                raise HTTPException(403, f"The access token lacks the scope {' or '.join(scopes)}.")

        return enter


def _usable(public_key: str) -> tuple[RSAPublicKey | EllipticCurvePublicKey, str]:
    try:
        key = load_pem_public_key(public_key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        msg = "it is no public key in PEM"
        raise UnusableKey(msg) from error
    if isinstance(key, RSAPublicKey) and key.key_size >= SHORTEST_RSA_BITS:
        return key, "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key, "ES256"
    msg = f"it is neither RSA of {SHORTEST_RSA_BITS} bits or more nor on the curve P-256"
    raise UnusableKey(msg)


def _instant(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"The access token cannot be accepted: its {name} is no number."
        raise Unbelievable(msg)
    return float(value)
