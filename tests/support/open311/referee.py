"""Holds an answer against the specification, and reads it."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from lxml import etree

FOLDER = Path(__file__).parent
GRAMMAR = etree.RelaxNG(etree.parse(FOLDER / "geo_report_v2.rng"))
SCHEMA = json.loads((FOLDER / "geo_report_v2.json").read_text())
TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
FORMATS = ("xml", "json")
FLAGS = {"true": True, "false": False}


def read(root: str, extension: str, content_type: str, body: bytes) -> Any:
    """The content, the same from both formats: texts from XML, and of JSON numbers and flags as XML writes them.

    Fails where type or content are not as the specification has them.
    """
    bare = root == "discovery" and extension == "xml"
    assert content_type == ("text/xml" if bare else TYPES[extension])
    return _of_xml(root, body) if extension == "xml" else _of_json(root, body)


def _of_json(root: str, body: bytes) -> Any:
    content = json.loads(body)
    Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{root}"}).validate(content)
    return _as_texts(content)


def _of_xml(root: str, body: bytes) -> Any:
    assert body.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    element = etree.fromstring(body)
    assert element.tag == root
    GRAMMAR.assertValid(element)
    return _content(element)


LISTS = {"services", "attributes", "values", "service_requests", "service_request_updates", "endpoints", "formats"}


def _content(element: Any) -> Any:
    if element.tag in {*LISTS, "errors"}:
        return [_content(child) for child in element]
    if len(element):
        return {child.tag: _content(child) for child in element}
    return element.text


def _as_texts(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _as_texts(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_as_texts(value) for value in content]
    if isinstance(content, bool):
        return str(content).lower()
    return str(content) if isinstance(content, int | float) else content or None
