"""Access tokens of a real issuer: what proves a caller, and what does not."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Depends, FastAPI
from httpx import Client
from psycopg_pool import ConnectionPool
from typing_extensions import override

from octroi import clock, problems
from permits.access import AccessService
from permits.identity import guard
from permits.identity.guard import Denied
from permits.issuers import ASK_AGAIN_AFTER, KEYS_FRESH, KEYS_KEPT, Issuer
from permits.parties import Caller, Role
from permits.registration import RegistryService
from permits.scopes import Scope
from permits.tokens import TokenService
from tests.permits.conftest import nobody, serving

AUDIENCE = "https://octroi.example"
Claims = dict[str, Any]


class Provider:
    """An issuer with its own keys and its own web server."""

    def __init__(self) -> None:
        self.keys: dict[str, ec.EllipticCurvePrivateKey] = {}
        self.published: list[dict[str, Any]] = []
        self.asked = 0
        self.away = False
        provider = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told: dict[str, object] = {"issuer": provider.url, "jwks_uri": provider.jwks_url}
                if self.path == "/keys":
                    provider.asked += 1
                    told = {"keys": provider.published}
                self.send_response(503 if provider.away else 200)
                self.end_headers()
                self.wfile.write(json.dumps(told).encode())

            @override
            def log_message(self, format: str, *args: object) -> None:
                del format, args

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.jwks_url = f"{self.url}/keys"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def new_key(self, kid: str, **more: str) -> None:
        self.keys[kid] = ec.generate_private_key(ec.SECP256R1())
        told = jwt.algorithms.ECAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        self.published.append({**told, "kid": kid, "use": "sig", "alg": "ES256", **more})

    def token(self, claims: Claims | None = None, kid: str = "first", **header: object) -> str:
        said = self.claims() | (claims or {})
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, self.keys[kid], algorithm="ES256", headers={"kid": kid, **header})

    def claims(self) -> Claims:
        now = int(clock.now().timestamp())
        return {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "7f3c",
            "iat": now,
            "exp": now + 300,
            "octroi_role": "inspector",
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Hands:
    """A clock that runs ahead by hand."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.ahead


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    provider.new_key("first")
    yield provider
    provider.close()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def tokens(
    pool: ConnectionPool, provider: Provider, hands: Hands, registered: RegistryService
) -> TokenService:
    assert registered.operators()
    issuer = Issuer(url=provider.url, audience=AUDIENCE, algorithm="ES256")
    return TokenService(pool, issuer, hands)


def reason(answer: Caller | Denied) -> str:
    assert isinstance(answer, Denied), answer
    return answer.reason


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_a_token_of_the_issuer_proves_its_role(tokens: TokenService, provider: Provider) -> None:
    assert tokens.caller(provider.token()) == Caller(role=Role.INSPECTOR, name="7f3c")
    assert tokens.caller(provider.token(typ="at+jwt")) == tokens.caller(provider.token())


def test_an_operators_token_names_a_registered_operator(
    tokens: TokenService, provider: Provider
) -> None:
    def answered(**claims: object) -> Caller | Denied:
        return tokens.caller(provider.token({"octroi_role": "operator", **claims}))

    assert answered(octroi_operator="ailes") == Caller(role=Role.OPERATOR, name="ailes")
    assert reason(answered(octroi_operator="nobody")) == (
        "The token names an operator nobody registered."
    )
    for missing in (None, ["ailes"], 1):
        assert reason(answered(octroi_operator=missing)) == "The token names no operator."


@pytest.mark.parametrize("told", [None, "mayor", [], ["admin", "finance"], 3, {"admin": 1}])
def test_a_token_names_exactly_one_role(
    tokens: TokenService, provider: Provider, told: object
) -> None:
    answer = tokens.caller(provider.token({"octroi_role": told}))

    assert isinstance(answer, Denied)
    assert answer.status == 403


def test_roles_are_mapped_as_configured(
    pool: ConnectionPool, provider: Provider, hands: Hands
) -> None:
    issuer = Issuer(
        url=provider.url,
        audience=AUDIENCE,
        algorithm="ES256",
        jwks_url=provider.jwks_url,
        role_claim="realm_access.roles",
        roles={"police": Role.INSPECTOR},
    )
    tokens = TokenService(pool, issuer, hands)

    def answered(*roles: str) -> Caller | Denied:
        return tokens.caller(provider.token({"realm_access": {"roles": list(roles)}}))

    assert answered("offline_access", "police") == Caller(role=Role.INSPECTOR, name="7f3c")
    assert reason(answered("inspector")) == "The token names no role of this installation."


def test_a_tokens_scopes_narrow_it_and_those_of_others_do_not(
    tokens: TokenService, provider: Provider
) -> None:
    def scopes(told: str) -> frozenset[Scope] | None:
        answer = tokens.caller(provider.token({"scope": told}))
        assert isinstance(answer, Caller)
        return answer.scopes

    assert scopes("openid profile") is None
    assert scopes("openid permits:read") == frozenset({Scope.PERMITS_READ})


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"aud": "https://elsewhere.example"}, "another audience"),
        ({"aud": None}, "lacks one of"),
        ({"iss": "https://elsewhere.example"}, "another issuer"),
        ({"iss": None}, "lacks one of"),
        ({"sub": None}, "lacks one of"),
        ({"exp": None}, "lacks one of"),
        ({"iat": None}, "lacks one of"),
        ({"exp": 1_700_000_000, "iat": 1_699_999_000}, "has expired"),
        ({"nbf": 4_000_000_000}, "not valid yet"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_100}, "not valid yet"),
        ({"exp": 4_000_000_000}, "longer than two hours"),
        ({"exp": "soon"}, "cannot be read"),
    ],
)
def test_a_claim_that_is_not_as_asked_proves_nobody(
    tokens: TokenService, provider: Provider, claims: Claims, said: str
) -> None:
    assert said in reason(tokens.caller(provider.token(claims)))


def test_no_other_algorithm_is_taken(tokens: TokenService, provider: Provider) -> None:
    public = provider.keys["first"].public_key()
    by_rsa = jwt.encode(
        provider.claims(), rsa.generate_private_key(65537, 2048), "RS256", {"kid": "first"}
    )
    unsigned = f"{encoded({'alg': 'none', 'kid': 'first'})}.{encoded(provider.claims())}."
    forged = [by_rsa, unsigned]
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for alg in ("HS256", "ES256"):
        signing = f"{encoded({'alg': alg, 'kid': 'first'})}.{encoded(provider.claims())}"
        mac = hmac.digest(pem, signing.encode(), hashlib.sha256)
        forged.append(f"{signing}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")

    assert [isinstance(tokens.caller(each), Denied) for each in forged] == [True] * 4
    assert reason(tokens.caller(forged[2])).startswith("The token is signed with another algo")


def test_a_changed_token_proves_nobody(tokens: TokenService, provider: Provider) -> None:
    header, _, signature = provider.token().split(".")
    raised = encoded(provider.claims() | {"octroi_role": "admin"})

    assert "signature is wrong" in reason(tokens.caller(f"{header}.{raised}.{signature}"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "oct_", "é.é.é", "." * 9000, "x" * 100_000])
def test_what_is_no_token_is_said_to_be_unreadable(tokens: TokenService, token: str) -> None:
    assert reason(tokens.caller(token)) == "The token cannot be read."


@pytest.mark.parametrize("header", [{"typ": "logout+jwt"}, {"crit": ["b64"]}])
def test_a_token_of_another_kind_is_not_taken(
    tokens: TokenService, provider: Provider, header: Claims
) -> None:
    assert reason(tokens.caller(provider.token(**header))) == "The token cannot be read."


def test_a_new_key_is_found_and_unknown_ones_do_not_flood_the_issuer(
    tokens: TokenService, provider: Provider, hands: Hands
) -> None:
    old = provider.token()
    assert isinstance(tokens.caller(old), Caller)
    provider.new_key("second")
    new = provider.token(kid="second")
    assert "does not publish" in reason(tokens.caller(new))  # asked a moment ago
    hands.ahead += ASK_AGAIN_AFTER

    assert isinstance(tokens.caller(new), Caller)
    assert isinstance(tokens.caller(old), Caller)
    asked = provider.asked
    for number in range(20):
        assert isinstance(tokens.caller(provider.token(kid="first") + str(number)), Denied)
        unknown = jwt.encode(provider.claims(), provider.keys["first"], "ES256", {"kid": "third"})
        assert isinstance(tokens.caller(unknown), Denied)
    assert provider.asked == asked


def test_a_key_the_issuer_withdraws_proves_nobody_an_hour_later(
    tokens: TokenService, provider: Provider, hands: Hands
) -> None:
    assert isinstance(tokens.caller(provider.token()), Caller)
    provider.new_key("second")
    del provider.published[0]
    hands.ahead = KEYS_FRESH

    assert "does not publish" in reason(tokens.caller(provider.token()))


def test_known_keys_serve_while_the_issuer_is_away_but_not_for_ever(
    tokens: TokenService, provider: Provider, hands: Hands
) -> None:
    assert isinstance(tokens.caller(provider.token()), Caller)
    provider.away = True
    hands.ahead = KEYS_KEPT - timedelta(seconds=30)
    assert isinstance(tokens.caller(provider.token()), Caller)
    hands.ahead = KEYS_KEPT

    assert "does not publish" in reason(tokens.caller(provider.token()))
    provider.away = False
    hands.ahead += ASK_AGAIN_AFTER
    assert isinstance(tokens.caller(provider.token()), Caller)


@pytest.mark.parametrize("wrong", [{"use": "enc"}, {"alg": "ES384"}, {"kty": "oct", "k": "AA"}])
def test_a_key_for_something_else_signs_nothing(
    tokens: TokenService, provider: Provider, wrong: dict[str, str]
) -> None:
    provider.published.clear()
    provider.new_key("first", **wrong)

    assert "does not publish" in reason(tokens.caller(provider.token()))


def test_keys_and_tokens_open_the_same_routes_and_refusals_say_why(
    tokens: TokenService, access: AccessService, provider: Provider
) -> None:
    who = guard.someone(guard.anyone(guard.bearers(access.caller, tokens.caller), nobody))
    app = FastAPI()
    problems.install(app)

    @app.get("/v1/permits")
    def show(caller: Caller = Depends(who)) -> str:  # noqa: B008, FAST002 - a test's own route
        return caller.name

    key, _ = access.create_key(Role.ADMIN, "Mairie")
    with serving(app) as url, Client(base_url=url) as client:
        ask: Callable[[str], Any] = lambda bearer: client.get(  # noqa: E731
            "/v1/permits", headers={"Authorization": f"Bearer {bearer}"}
        )
        assert ask(key).json() == "Mairie"
        assert ask(provider.token()).json() == "7f3c"
        refused = ask(provider.token({"aud": "other"}))
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == (
            'Bearer error="invalid_token", error_description="The token is for another audience."'
        )
        assert "other" not in refused.text.replace("another", "")
        assert ask(provider.token({"octroi_role": "mayor"})).status_code == 403
        assert ask(provider.token({"scope": "zones:write"})).status_code == 403
