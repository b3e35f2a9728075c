"""Who is calling: read from the bearer token before anything else of the request is looked at."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, g, request

from services.gateway.identity.gate import Gate
from services.gateway.identity.person import Person
from services.gateway.identity.phones import Phones
from services.gateway.identity.tokens import InvalidToken
from services.gateway.protection.admission import admit_person
from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden

BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
"""How the OpenAPI document says that an operation needs a token."""

ACTING_ROLE = "Acting-Role"
"""The header in which somebody with several roles says in which they ask."""

View = TypeVar("View", bound=Callable[..., Any])


def requires(*roles: str) -> Callable[[View], View]:
    """The view runs only for these roles: 401 without a valid token, 403 in another role, 429 too often."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person = _authenticate()
            g.phone, g.actor = person.phone, _acting(person)
            admit_person(g.actor)
            if g.actor.role not in roles:
                raise Forbidden(request.method.lower(), g.actor.role)
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def caller() -> dict[str, Any]:
    """The caller as services are told of them."""
    return asdict(g.actor)


def require_still(actor: Actor) -> None:
    """For an answer that goes on for long. Raises InvalidToken where its token says so no more."""
    if _acting(_authenticate()) != actor:
        raise InvalidToken("The token is not of the same person any more.")


def _acting(person: Person) -> Actor:
    return person.acting(request.headers.get(ACTING_ROLE))


def _authenticate() -> Person:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken("Send a token: Authorization: Bearer …")
    gate: Gate = current_app.extensions["gate"]
    phones: Phones = current_app.extensions["phones"]
    return phones.known(gate.enter(token))
