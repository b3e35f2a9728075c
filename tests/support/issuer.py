"""An issuer of OpenID Connect as a real HTTP server, that signs with keys of its own and changes them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from pytest_httpserver import HTTPServer

AUDIENCE = "neighbourhood"
DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def described(kid: str, key: PrivateKey) -> dict[str, Any]:
    """The public half, as a JWK."""
    if isinstance(key, rsa.RSAPrivateKey):
        return {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", "alg": "RS256"}
    return {**json.loads(ECAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", "alg": "ES256"}


def public_pem(key: PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class CityIssuer:
    """Answers as long as `server` does; `keys` are those that it publishes now."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.address = server.url_for("").rstrip("/")
        self.keys: dict[str, PrivateKey] = {"first": rsa_key()}
        self.publish()

    def publish(self, **keys: PrivateKey) -> None:
        """These keys instead of what there was, if any are given."""
        self.keys = keys or self.keys
        self.server.clear()
        discovery = {"issuer": self.address, "jwks_uri": self.address + KEYS}
        self.server.expect_request(DISCOVERY).respond_with_json(discovery)
        published = [described(kid, key) for kid, key in self.keys.items()]
        self.server.expect_request(KEYS).respond_with_json({"keys": published})

    def go_away(self) -> None:
        """It answers, but as a server that has a fault."""
        self.server.clear()
        self.server.expect_request(DISCOVERY).respond_with_data("", status=503)
        self.server.expect_request(KEYS).respond_with_data("", status=503)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Of a token that is in order, but for the changes; a claim changed to None is left out."""
        now = datetime.now(UTC)
        usual = {"iss": self.address, "aud": AUDIENCE, "sub": "someone", "iat": now, "exp": now + timedelta(minutes=5)}
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def token(self, kid: str | None = None, key: Any = None, algorithm: str | None = None, **changes: Any) -> str:
        kid = kid or next(iter(self.keys))
        signing = key or self.keys[kid]
        usual = "ES256" if isinstance(signing, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(self.claims(**changes), signing, algorithm or usual, headers={"kid": kid})

    def asked(self) -> int:
        """How often its keys were fetched."""
        return sum(request.path == KEYS for request, _ in self.server.log)


def unsigned(claims: Mapping[str, Any], kid: str) -> str:
    return jwt.encode(dict(claims), None, "none", headers={"kid": kid})
