"""One content in both formats, as GeoReport v2 maps them (Spark convention): a list has a name in XML, none in JSON."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from flask import Response, json

XML, JSON = "xml", "json"
FORMATS = (XML, JSON)
TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
MEDIA = ("text/xml", "application/json")
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""List → what each of its items is called in XML."""
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2), whatever people type."""


def answer(root: str, content: Any, extension: str, status: int = 200) -> Response:
    """`root` names the outermost element of XML; JSON has the content alone."""
    body = xml(root, content) if extension == XML else json.dumps(content)
    return Response(body, status, content_type=TYPES[extension])


def xml(root: str, content: Any) -> bytes:
    written: bytes = ElementTree.tostring(_element(root, content), "utf-8", xml_declaration=True)
    return written


def _element(name: str, content: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(inner, value) for inner, value in content.items())
    elif isinstance(content, list):
        element.extend(_element(ITEMS[name], value) for value in content)
    elif content is not None:
        element.text = NOT_IN_XML.sub("", _text(content))
    return element


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
