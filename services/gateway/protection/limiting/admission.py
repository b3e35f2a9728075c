"""Every request is counted before it is served: by its address at once, by its caller as soon as they are known."""

from flask import Flask, Response, current_app, g, request

from services.gateway.problems import problem
from services.gateway.protection.addresses import Proxies, household
from services.gateway.protection.limiting.allowances import Allowances, Standing
from services.gateway.protection.limiting.kinds import ADDRESS, KEY, PERSON, kind_of
from services.gateway.protection.limiting.settings import Limits

EXTENSION = "admission"


class TooMany(Exception):
    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.standing = standing


class Admission:
    def __init__(self, limits: Limits, allowances: Allowances, proxies: Proxies) -> None:
        self._limits = limits
        self._allowances = allowances
        self._proxies = proxies

    def address(self) -> str:
        """Of the client, as far as it can be believed: an IPv4 address or an IPv6 /64."""
        return household(self._proxies.client(request.remote_addr or "", request.headers.get("X-Forwarded-For", "")))

    def count(self, whose: str, who: str) -> None:
        """Raises TooMany."""
        kind = kind_of(request.method, request.path)
        limit = self._limits.get((whose, kind)) if kind else None
        if limit is None:
            return
        name = f"{whose}-{kind}"
        standing = self._allowances.spend(name, limit, who)
        g.standings[name] = standing
        if standing.is_over:
            raise TooMany(standing)


def register(app: Flask, admission: Admission) -> None:
    app.extensions[EXTENSION] = admission
    app.before_request(_admit_address)
    app.after_request(_tell_limits)
    app.register_error_handler(TooMany, _refuse)


def admit_person(subject: str) -> None:
    """Raises TooMany."""
    _admission().count(PERSON, subject)


def admit_key(client_id: str) -> None:
    """Of a program that has shown its key. Raises TooMany."""
    _admission().count(KEY, client_id)


def _admission() -> Admission:
    admission: Admission = current_app.extensions[EXTENSION]
    return admission


def _admit_address() -> None:
    g.standings = {}
    g.address = _admission().address()
    _admission().count(ADDRESS, g.address)


def _refuse(refusal: TooMany) -> Response:
    seconds = refusal.standing.seconds
    answer = problem(429, "too-many-requests", f"Too many requests at once: go on in {seconds} seconds.")
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _tell_limits(response: Response) -> Response:
    """draft-ietf-httpapi-ratelimit-headers, from 08 on: q(uota) in w(indow) seconds; r(emaining), t(ime) until anew."""
    standings: dict[str, Standing] = g.get("standings", {})
    if standings:
        response.headers["RateLimit-Policy"] = ", ".join(
            f'"{name}";q={one.limit.amount};w={one.limit.get_expiry()}' for name, one in standings.items()
        )
        response.headers["RateLimit"] = ", ".join(
            f'"{name}";r={one.remaining};t={one.seconds}' for name, one in standings.items()
        )
    return response
