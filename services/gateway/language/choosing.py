"""The language of an answer, as the caller asks for it (RFC 9110 section 12.5.4, Accept-Language)."""

from typing import Literal

from flask import Response, request

Language = Literal["zh", "en"]

CHINESE: Language = "zh"
ENGLISH: Language = "en"
LANGUAGES = (CHINESE, ENGLISH)


def language() -> Language:
    """Chinese unless English is preferred; languages that nobody speaks here are passed over."""
    chosen = request.accept_languages.best_match(LANGUAGES, default=CHINESE)
    return ENGLISH if chosen == ENGLISH else CHINESE


def spoken(response: Response, chosen: Language) -> Response:
    """The response, saying its language and that another caller may be answered in another."""
    response.headers["Content-Language"] = "zh-CN" if chosen == CHINESE else ENGLISH
    response.vary.add("Accept-Language")
    return response
