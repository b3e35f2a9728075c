"""Every request is admitted before it is served: its address at once, its caller as soon as they are known."""

from flask import Flask, current_app, g, request

from services.gateway.protection.addresses import Proxies, household
from services.gateway.protection.blocking import refusal as blocking
from services.gateway.protection.blocking.refusal import Blocked
from services.gateway.protection.blocking.watch import Watch
from services.gateway.protection.limiting import limiter as limiting
from services.gateway.protection.limiting.kinds import ADDRESS, FREE, KEY, PERSON
from services.gateway.protection.limiting.limiter import Limiter, TooMany
from shared.kernel.actor import OPERATOR, Actor

EXTENSION = "admission"


class Admission:
    def __init__(self, limiter: Limiter, watch: Watch, proxies: Proxies, contact: str) -> None:
        """`contact`: whom those are told to ask who are blocked."""
        self._contact = contact
        self._limiter = limiter
        self._watch = watch
        self._proxies = proxies

    def address(self) -> str:
        """Of the client, as far as it can be believed: an IPv4 address or an IPv6 /64."""
        return household(self._proxies.client(request.remote_addr or "", request.headers.get("X-Forwarded-For", "")))

    def admit(self, whose: str, who: str) -> None:
        """Raises Blocked or TooMany."""
        if block := self._watch.block_of(whose, who):
            raise Blocked(block, self._contact)
        self._limiter.count(whose, who)


def register(app: Flask, admission: Admission) -> None:
    app.extensions[EXTENSION] = admission
    app.before_request(_admit_address)
    app.after_request(limiting.tell_standings)
    app.register_error_handler(TooMany, limiting.refuse)
    app.register_error_handler(Blocked, blocking.refuse)


def admit_person(actor: Actor) -> None:
    """Raises Blocked or TooMany. An operator is never blocked, so that somebody is left to lift what went wrong."""
    if actor.role != OPERATOR:
        _admission().admit(PERSON, actor.subject)


def admit_key(client_id: str) -> None:
    """Of a program that has shown its key. Raises Blocked or TooMany."""
    _admission().admit(KEY, client_id)


def _admission() -> Admission:
    admission: Admission = current_app.extensions[EXTENSION]
    return admission


def _admit_address() -> None:
    if not request.path.startswith(FREE):
        g.address = _admission().address()
        _admission().admit(ADDRESS, g.address)
