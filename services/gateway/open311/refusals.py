"""Every error as GeoReport v2 has it: a list of codes and descriptions, in the format of the address.

Over HTTP it is 404 for what there is not, 403 for a key, and 400 for all else; a code in the list may say more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, request
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from services.gateway.language.choosing import spoken
from services.gateway.language.sentences import said
from services.gateway.open311.formats import FORMATS, JSON, XML, answer
from services.gateway.open311.wording import speaks
from services.gateway.protection.blocking.refusal import Blocked
from services.gateway.protection.limiting.limiter import TooMany
from shared.kernel import errors
from shared.runtime.faults import is_mongo_away

BAD, NO_KEY, NOTHING, CONFLICT, GONE, TOO_MANY, FAULT, AWAY = 400, 403, 404, 409, 410, 429, 500, 503
STATUSES = (NO_KEY, NOTHING, TOO_MANY)
"""Codes that are told over HTTP too, the first of them that is there; too many requests are no matter of the
specification, and clients wait where they see it."""
RETRY_AFTER = "2"
"""Seconds."""
UNKNOWN = "It is not known whether it was done: send the same again with the same Idempotency-Key."
NAMES = {
    "category": "service_code",
    "text": "description",
    "position.lat": "lat",
    "position.lon": "long",
    "around.lat": "lat",
    "around.lon": "long",
    "around.radius": "radius",
    "address": "address_string",
    "contact_name": "first_name, last_name",
    "contact_phone": "phone",
    "contact_email": "email",
    "case_ids": "service_request_id",
}
"""Our fields as callers of Open311 know them."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """`about`: the argument that will not do; `said` in English, as all that is said inside."""

    code: int
    said: str
    about: str = ""


class Refused(Exception):
    """All that is wrong with a request, said at once."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = list(complaints)
        super().__init__(self.complaints)


def refuse(code: int, sentence: str, about: str = "") -> Refused:
    return Refused([Complaint(code, sentence, about)])


def register(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(Refused, refusal)
    blueprint.register_error_handler(errors.DomainError, lambda error: refusal(Refused(of_domain_error(error))))
    blueprint.register_error_handler(TooMany, of_too_many)
    blueprint.register_error_handler(Blocked, lambda error: refusal(refuse(NO_KEY, error.said)))
    blueprint.register_error_handler(PyMongoError, of_database)
    blueprint.register_error_handler(HTTPException, lambda error: refusal(refuse(BAD, _unreadable(error))))
    blueprint.register_error_handler(Exception, of_our_fault)


def refusal(error: Refused) -> Response:
    language, codes = speaks(), [complaint.code for complaint in error.complaints]
    told = []
    for complaint in error.complaints:
        about = f"{complaint.about}: " if complaint.about else ""
        told.append({"code": complaint.code, "description": about + said(complaint.said, language)})
    status = next((code for code in STATUSES if code in codes), BAD)
    response = answer("errors", told, asked_format(), status)
    if AWAY in codes:
        response.headers["Retry-After"] = RETRY_AFTER
    return spoken(response, language)


def of_domain_error(error: errors.DomainError) -> list[Complaint]:
    match error:
        case errors.Invalid(errors=fields):
            return list(of_fields(fields))
        case errors.NotFound():
            complaint = Complaint(NOTHING, "There is no such request, or it is confidential.")
        case errors.IllegalTransition(state=state, verb=verb):
            complaint = Complaint(CONFLICT, f"The case is {state}: {verb} is not possible now.")
        case errors.Gone(until=until, reason=reason):
            complaint = Complaint(GONE, reason or f"This was possible until {until}.")
        case errors.KeyReused():
            complaint = Complaint(BAD, "This Idempotency-Key was used for another request: take a new one.")
        case errors.Forbidden(reason=reason):
            complaint = Complaint(BAD, reason or "This is not for a client to do.")
        case _:  # Busy and Unavailable
            complaint = Complaint(AWAY, UNKNOWN)
    return [complaint]


def of_fields(fields: Mapping[str, list[str]]) -> Iterable[Complaint]:
    for name, messages in fields.items():
        for message in messages:
            yield Complaint(BAD, message, _argument(name))


def of_too_many(error: TooMany) -> Response:
    seconds = error.standing.seconds
    response = refusal(refuse(TOO_MANY, f"Too many requests at once: go on in {seconds} seconds."))
    response.headers["Retry-After"] = str(seconds)
    return response


def of_database(error: PyMongoError) -> Response:
    return refusal(refuse(AWAY, UNKNOWN)) if is_mongo_away(error) else of_our_fault(error)


def of_our_fault(error: Exception) -> Response:
    """Nothing of the inside is told; the log has it."""
    current_app.logger.exception("unexpected", exc_info=error)
    return refusal(refuse(FAULT, "Something unexpected happened on our side. The same request may be sent again."))


def asked_format() -> str:
    """As the address says; XML, which every client reads, where it says none."""
    extension = request.path.rpartition(".")[2]
    return JSON if extension == JSON else XML


def require_format(extension: str) -> None:
    if extension not in FORMATS:
        raise refuse(NOTHING, "There is no such format: end the address in .xml or .json.")


def _argument(name: str) -> str:
    outer, _, inner = name.partition(".")
    return f"attribute[{inner.partition('.')[0]}]" if outer == "attributes" and inner else NAMES.get(name, name)


def _unreadable(error: HTTPException) -> str:
    if error.code == 413:
        return f"Larger than the {current_app.config['MAX_CONTENT_LENGTH']} bytes that are taken."
    return "The request cannot be carried out as it is."
