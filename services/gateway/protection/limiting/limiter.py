"""Which limit a request falls under, and what its answer says of it."""

from flask import Response, g, request

from services.gateway.problems import problem
from services.gateway.protection.limiting.allowances import Allowances, Standing
from services.gateway.protection.limiting.kinds import kind_of
from services.gateway.protection.limiting.settings import Limits


class TooMany(Exception):
    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.standing = standing


class Limiter:
    def __init__(self, limits: Limits, allowances: Allowances) -> None:
        self._limits = limits
        self._allowances = allowances

    def count(self, whose: str, who: str) -> None:
        """The request being served. Raises TooMany."""
        kind = kind_of(request.method, request.path)
        limit = self._limits.get((whose, kind)) if kind else None
        if limit is None:
            return
        name = f"{whose}-{kind}"
        standing = self._allowances.spend(name, limit, who)
        g.standings = {**g.get("standings", {}), name: standing}
        if standing.is_over:
            raise TooMany(standing)


def refuse(refusal: TooMany) -> Response:
    seconds = refusal.standing.seconds
    answer = problem(429, "too-many-requests", f"Too many requests at once: go on in {seconds} seconds.")
    answer.headers["Retry-After"] = str(seconds)
    return answer


def tell_standings(response: Response) -> Response:
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
