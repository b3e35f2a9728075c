"""Examples of whole bodies, put together from those of their fields."""

from collections.abc import Mapping
from typing import Any

from services.gateway.openapi.values import value_of

Schema = Mapping[str, Any]
"""JSON Schema, as it stands in the document."""


class Examples:
    """Over the schemas of a document, by name."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of(self, schema: Schema, field: str = "", owner: str = "") -> Any:
        """A body that the schema allows. Raises LookupError for a field that has no example."""
        match schema:
            case {"example": example}:
                return example
            case {"$ref": reference}:
                return self._of_object(str(reference).rpartition("/")[2])
            case {"anyOf": [first, *_]} | {"oneOf": [first, *_]} | {"allOf": [first, *_]}:
                return self.of(first, field, owner)
            case {"type": "array", "items": items}:
                return self._of_list(items, field, owner)
            case {"enum": [first, *_]}:
                return schema.get("default", first)
        return value_of(field, owner)

    def _of_object(self, name: str) -> dict[str, Any]:
        properties: Mapping[str, Schema] = self._schemas[name].get("properties", {})
        return {field: self.of(inner, field, name) for field, inner in properties.items()}

    def _of_list(self, items: Schema, field: str, owner: str) -> list[Any]:
        """The same name may be of a list here, and there of what it lists."""
        example = value_of(field, owner) if "enum" in items else self.of(items, field, owner)
        return example if isinstance(example, list) else [example]
