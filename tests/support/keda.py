"""What of KEDA's resources the manifests use, as JSON Schema (keda.sh/docs, scaled objects and authentication, 2.x)."""

from typing import Any

NAME = {"type": "string", "pattern": "^[a-z0-9-]+$"}


def _resource(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": "keda.sh/v1alpha1"},
            "kind": {"const": kind},
            "metadata": {"type": "object", "required": ["name"], "properties": {"name": NAME}},
            "spec": {"type": "object", "additionalProperties": False, **spec},
        },
    }


def _trigger(name: str, metadata: dict[str, Any], **more: Any) -> dict[str, Any]:
    """KEDA takes every value of a trigger's metadata as text."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["type", "metadata", *more.pop("required", ())],
        "properties": {
            "type": {"const": name},
            "metadata": {
                "type": "object",
                "additionalProperties": False,
                "required": list(metadata),
                "properties": metadata,
            },
            **more,
        },
    }


COUNT = {"type": "integer", "minimum": 1}
RABBITMQ = _trigger(
    "rabbitmq",
    {
        "protocol": {"enum": ["amqp", "http"]},
        "vhostName": {"type": "string"},
        "queueName": {"type": "string"},
        "mode": {"enum": ["QueueLength", "MessageRate"]},
        "value": {"type": "string", "pattern": "^[0-9]+$"},
    },
    authenticationRef={"type": "object", "required": ["name"], "properties": {"name": NAME}},
    required=["authenticationRef"],
)
CPU = _trigger(
    "cpu",
    {"value": {"type": "string", "pattern": "^[0-9]+$"}},
    metricType={"enum": ["Utilization", "AverageValue"]},
    required=["metricType"],
)
SCHEMAS = {
    "ScaledObject": _resource(
        "ScaledObject",
        {
            "required": ["scaleTargetRef", "triggers", "minReplicaCount", "maxReplicaCount"],
            "properties": {
                "scaleTargetRef": {"type": "object", "required": ["name"], "properties": {"name": NAME}},
                "minReplicaCount": COUNT,
                "maxReplicaCount": COUNT,
                "pollingInterval": COUNT,
                "cooldownPeriod": COUNT,
                "triggers": {"type": "array", "minItems": 1, "items": {"anyOf": [RABBITMQ, CPU]}},
            },
        },
    ),
    "TriggerAuthentication": _resource(
        "TriggerAuthentication",
        {
            "required": ["secretTargetRef"],
            "properties": {
                "secretTargetRef": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["parameter", "name", "key"],
                        "properties": {"parameter": {"const": "host"}, "name": NAME, "key": {"type": "string"}},
                    },
                }
            },
        },
    ),
}
