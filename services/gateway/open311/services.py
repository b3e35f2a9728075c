"""Services: the categories that may be reported in public, and what is asked of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.open311.refusals import NOTHING, refuse
from services.gateway.open311.wording import asked_by, name_of, words_for
from shared.contracts.topology import INTAKE
from shared.runtime.calls import Calls

NO_SERVICE = "There is no such service: see services.xml."
Service = Mapping[str, Any]


def known_services(calls: Calls) -> Sequence[Service]:
    services: Sequence[Service] = calls.call(INTAKE, "list_public_services")
    return services


def service_list(calls: Calls) -> list[dict[str, Any]]:
    return [
        {
            "service_code": service["code"],
            "service_name": name_of(service),
            "description": words_for(service),
            "metadata": bool(service["attributes"]),
            "type": "realtime",
            "keywords": ", ".join(service["keywords"]),
            "group": service["family"],
        }
        for service in known_services(calls)
    ]


def definition(calls: Calls, code: str) -> dict[str, Any]:
    """Raises Refused for a service that there is not."""
    service = next((each for each in known_services(calls) if each["code"] == code), None)
    if service is None:
        raise refuse(NOTHING, NO_SERVICE, "service_code")
    return {"service_code": code, "attributes": [_attribute(each) for each in service["attributes"]]}


def _attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    question, hint = asked_by(attribute)
    shown = {
        "variable": attribute["variable"],
        "code": attribute["code"],
        "datatype": attribute["datatype"],
        "required": attribute["required"],
        "datatype_description": hint,
        "order": attribute["order"],
        "description": question,
    }
    values = [{"key": option["key"], "name": name_of(option)} for option in attribute["values"]]
    return shown | ({"values": values} if values else {})
