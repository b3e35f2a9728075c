"""Answers that are given before the application is asked, after which the connection is closed."""

import json
from http import HTTPStatus

from services.gateway.language.choosing import CHINESE
from services.gateway.language.sentences import said

TITLES = {
    408: "Not received in time",
    411: "The length is missing",
    503: "Temporarily unavailable",
}
NO_HTTP = "The request cannot be read as HTTP."
LATE_HEADERS = "The headers of the request did not arrive in time."
NO_LENGTH = "Send the length of the body, as Content-Length; it is not taken in chunks."
"""A body whose length nobody knows could not be refused before it came (RFC 9112, section 6.3)."""
FULL = "There are too many connections at the moment: close some, or try again in a few seconds."


def early_problem(status: int, detail: str, *headers: str) -> bytes:
    """problem+json in Chinese, as nobody has read yet which language is asked for."""
    phrase = HTTPStatus(status).phrase
    problem = {
        "type": f"urn:steward:problem:{phrase.lower().replace(' ', '-')}",
        "title": said(TITLES.get(status, "The request cannot be read"), CHINESE),
        "status": status,
        "detail": said(detail, CHINESE),
    }
    body = json.dumps(problem, ensure_ascii=False).encode()
    head = [
        f"HTTP/1.1 {status} {phrase}",
        "Content-Type: application/problem+json",
        "Content-Language: zh-CN",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*head, *headers, "", ""]).encode("ascii") + body
