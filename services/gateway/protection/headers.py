"""What every answer tells a browser, unless its room says it better (after the OWASP HTTP Headers cheat sheet)."""

from flask import Flask, Response, request

from services.gateway.protection.addresses import Proxies

DATA_ONLY = "default-src 'none'; frame-ancestors 'none'"
"""JSON opened in a browser runs nothing."""
OWN_FILES = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Of a page that has no policy of its own, as the reference page: nothing from anywhere else."""
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}
"""A reporter takes pictures and says where they stand; nobody listens."""
ENCRYPTED_ONLY = "max-age=31536000"
"""A year. Said only over TLS, as browsers pass it over elsewhere (RFC 6797, section 7.2)."""


def register(app: Flask, proxies: Proxies) -> None:
    def complete(response: Response) -> Response:
        for name, value in HARMLESS.items():
            response.headers.setdefault(name, value)
        policy = OWN_FILES if response.mimetype == "text/html" else DATA_ONLY
        response.headers.setdefault("Content-Security-Policy", policy)
        if is_encrypted(proxies):
            response.headers["Strict-Transport-Security"] = ENCRYPTED_ONLY
        return response

    app.after_request(complete)


def is_encrypted(proxies: Proxies) -> bool:
    """As a proxy that ends TLS in front of the gateway tells it."""
    told = request.headers.get("X-Forwarded-Proto", "")
    return request.is_secure or (told == "https" and proxies.trusts(request.remote_addr or ""))
