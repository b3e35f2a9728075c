"""Every sentence that the program can say to a caller, found in its source: so none is forgotten."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

ROOT = Path(__file__).parents[2]
SPEAKERS = ("services", "shared/kernel", "shared/contracts")
TO_WHO_KEEPS_THE_RULES = re.compile(
    r"shared/contracts/(calendar|catalogue|cells|files|rulebooks|labels)\.py"
    r"|services/\w+/(rulebook|triage_file|attributes_file|quick_file)\.py"
    r"|services/dispatch/(organisation/(features|files|geojson|rows|shifts|tables)|routing/(weights|explaining))\.py"
    r"|services/evaluation/indicators/(settings|formulas)\.py"
    r"|services/gateway/(pages|openapi|operator)/\w+\.py"
)
"""Modules that speak on the command line, of files; or in both languages at once, as pages and reasons of routing."""
SENTENCE = re.compile(r"[A-Z{].* .*[.…?]", re.DOTALL)
LIMITS = {"min": ("greater than", "greater than or equal to"), "max": ("less than", "less than or equal to")}
"""How marshmallow says `min_op` and `max_op`."""
WORDS_OF_THE_DOCUMENT = {"metadata", "summary", "description"}
FOREIGN = (fields, validate)
NEVER_SAID = ("formatted as", "utf-8 string", "IPv", "IP ", "tuple", "period of time", "More than one")
"""What marshmallow says of kinds of fields that no schema here has."""


def sentences() -> dict[str, str]:
    """English sentence, `{}` for what is filled in → where it is said."""
    found = {}
    for folder in SPEAKERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            name = str(file.relative_to(ROOT))
            if not TO_WHO_KEEPS_THE_RULES.fullmatch(name):
                found |= dict.fromkeys(_in_source(ast.parse(file.read_text())), name)
    return found | dict.fromkeys(_of_marshmallow(), "marshmallow")


def _in_source(tree: ast.AST) -> Iterator[str]:
    passed_over = _documentation(tree)
    for node in ast.walk(tree):
        text = _template(node)
        if text and id(node) not in passed_over and SENTENCE.fullmatch(text):
            yield text


def _documentation(tree: ast.AST) -> set[int]:
    """Nodes of docstrings, of words for the OpenAPI document, and of texts that are part of another."""
    found: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                found.add(id(node.value))
            case ast.keyword(arg=name) if name in WORDS_OF_THE_DOCUMENT:
                found |= {id(inner) for inner in ast.walk(node)}
            case ast.Dict(keys=keys, values=values):
                found |= {id(text) for key, text in zip(keys, values, strict=True) if _names_a_description(key)}
            case ast.JoinedStr():
                found |= {id(inner) for part in node.values for inner in ast.walk(part)}
    return found


def _names_a_description(key: ast.AST | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "description"


def _template(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
    return None


def _of_marshmallow() -> Iterator[str]:
    for text in _said_by_marshmallow():
        if " " in text and text[-1] == "." and not any(part in text for part in NEVER_SAID):
            for least, most in product(LIMITS["min"], LIMITS["max"]):
                exact = text.replace("{min_op}", least).replace("{max_op}", most)
                yield re.sub(r"\{+\w*(![a-z])?\}+", "{}", exact)


def _said_by_marshmallow() -> Iterator[str]:
    yield from Schema._default_error_messages.values()
    for kind in (kind for module in FOREIGN for kind in vars(module).values() if isinstance(kind, type)):
        messages: dict[str, Any] = {n: m for n, m in vars(kind).items() if n.startswith(("default_m", "message_"))}
        for message in (*messages.values(), vars(kind).get("default_error_messages", {})):
            yield from message.values() if isinstance(message, dict) else [message]
