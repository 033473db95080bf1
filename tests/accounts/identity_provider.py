"""A ProConnect of our own on loopback, with real keys: what it does wrong is chosen by each test."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "portail-client", "un secret partagé pour les tests"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Made once a run: the same for all tests, another for each name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_pem() -> bytes:
    return rsa_key("main").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def jwks() -> dict[str, Any]:
    main: dict[str, Any] = RSAAlgorithm.to_jwk(rsa_key("main").public_key(), as_dict=True)
    curve: dict[str, Any] = ECAlgorithm.to_jwk(ec_key().public_key(), as_dict=True)
    return {
        "keys": [
            {**main, "kid": "chiffrement", "use": "enc"},
            {**main, "kid": "rsa-1", "use": "sig", "alg": "RS256"},
            {**curve, "kid": "ec-1", "use": "sig", "alg": "ES256"},
        ]
    }


def hs256_with_the_public_key(claims: dict[str, Any]) -> str:
    """The old confusion: the public key used as a shared secret. PyJWT refuses to make it, so by hand."""
    header = {"alg": "HS256", "typ": "JWT", "kid": "rsa-1"}
    body = b".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
    mac = hashlib.new("sha256")  # HMAC written out, so that no library stands in the way
    block = hashlib.sha256(public_pem()).digest().ljust(64, b"\0")
    mac.update(bytes(b ^ 0x36 for b in block) + body)
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in block) + mac.digest()).digest()
    return (body + b"." + _b64(outer)).decode()


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@dataclass
class Provider:
    """Who signs in there, and what it does differently from a good provider."""

    person: dict[str, Any] = field(default_factory=dict)
    id_claims: dict[str, Any] = field(default_factory=dict)  # replaces claims of the id token; None removes one
    info_claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    kid: str = "rsa-1"
    key_name: str = "main"
    broken: dict[str, Any] = field(default_factory=dict)  # path → status, or body as bytes
    discovery: dict[str, Any] = field(default_factory=dict)
    plain_userinfo: bool = False
    url: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    # ---------------------------------------------------------------- the pages

    def authorize(self, query: dict[str, str]) -> str:
        """The person agrees: where the browser is sent back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, Any]:
        query = self.codes.pop(form.get("code", ""), None)
        if query is None or (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return 400, {"error": "invalid_grant"}
        challenge = _b64(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if challenge != query["code_challenge"] or form["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        claims = {"nonce": query["nonce"], "acr": "eidas1", "auth_time": int(time.time()), **self.id_claims}
        return 200, {"access_token": "un-jeton", "token_type": "Bearer", "id_token": self.signed(claims)}

    def userinfo(self) -> bytes:
        claims = {**self.person, **self.info_claims}
        if self.plain_userinfo:
            return json.dumps(claims).encode()
        return self.signed(claims).encode()

    def signed(self, changes: dict[str, Any]) -> str:
        now = int(time.time())
        standard = {"sub": self.person["sub"], "iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        claims = {name: value for name, value in {**standard, **changes}.items() if value is not None}
        match self.algorithm:
            case "none":
                return jwt.encode(claims, "", algorithm="none", headers={"kid": self.kid})
            case "HS256":
                return hs256_with_the_public_key(claims)
            case "ES256":
                return jwt.encode(claims, ec_key(), algorithm="ES256", headers={"kid": self.kid})
        return jwt.encode(claims, rsa_key(self.key_name), algorithm=self.algorithm, headers={"kid": self.kid})

    def well_known(self) -> dict[str, Any]:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        pages = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in names.items()}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/jwks", **pages, **self.discovery}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.removeprefix("/api/v2")
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if path == "/authorize":  # a browser comes by: the person agrees at once
            self._redirect(self.provider.authorize(query))
        elif path == "/logout":
            self._redirect(f"{query['post_logout_redirect_uri']}?{urlencode({'state': query['state']})}")
        elif path == "/.well-known/openid-configuration":
            self._answer(path, 200, self.provider.well_known())
        elif path == "/jwks":
            self._answer(path, 200, jwks())
        elif path == "/userinfo" and self.headers["Authorization"] == "Bearer un-jeton":
            self._answer(path, 200, self.provider.userinfo())
        else:
            self._answer(path, 404, b"")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path.removeprefix("/api/v2")
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.provider.asked.append((path, form))
        self._answer(path, *(self.provider.token(form) if path == "/token" else (404, b"")))

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def _answer(self, path: str, status: int, content: Any) -> None:
        broken = self.provider.broken.get(path)
        if isinstance(broken, int):
            status, content = broken, b""
        elif broken is not None:
            content = broken
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.provider.url + "/ailleurs")
        self.end_headers()
        self.wfile.write(content if isinstance(content, bytes) else json.dumps(content).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def serving(person: dict[str, Any]) -> Iterator[Provider]:
    provider = Provider(person)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"provider": provider}))
    provider.url = f"http://127.0.0.1:{server.server_port}/api/v2"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
