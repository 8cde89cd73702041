"""Access tokens of a tests' authority, as the peers' tests send them."""

from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUDIENCE = "octroi.example"
PLAN = "interuss.flight_planning.plan"
DIRECT = "interuss.flight_planning.direct_automated_test"
QUERY = "interuss.geospatial_map.query"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = RSA) -> str:
    spki = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.PEM, spki).decode()


def token(now: datetime, *scopes: str, key: Any = RSA, **said: Any) -> str:  # noqa: ANN401 - claims
    claims = {
        "aud": AUDIENCE,
        "sub": "uss_qualifier",
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "scope": " ".join(scopes),
        **said,
    }
    stated = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(stated, key, algorithm="RS256" if key is RSA else "ES256")


def bearer(now: datetime, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(now, *scopes)}"}
