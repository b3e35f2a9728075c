"""How many processes of each service a stack runs, and what they are called."""

from collections.abc import Iterable, Mapping

MOST = 9


def instance_name(service: str, number: int) -> str:
    """The first is called as the service is, and so are its log and its port of health."""
    return service if number == 1 else f"{service}-{number}"


def is_instance_of(service: str, name: str) -> bool:
    stem, _, number = name.rpartition("-")
    return name == service or (stem == service and number.isdecimal())


def read_instances(given: Iterable[str], services: Iterable[str]) -> dict[str, int]:
    """`2` is of every service, `dispatch=3` of one, and the later counts; what is not said is one.

    Raises ValueError, in Chinese and English.
    """
    counts = dict.fromkeys(services, 1)
    for said in given:
        service, separator, count = said.rpartition("=")
        if separator and service not in counts:
            raise ValueError(f"没有服务 {service}: there is no service {service!r}, only {', '.join(counts)}")
        counts |= dict.fromkeys([service] if separator else counts, _count(count))
    return counts


def several(counts: Mapping[str, int]) -> dict[str, int]:
    """Those services that have more than one."""
    return {service: count for service, count in counts.items() if count > 1}


def _count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= MOST):
        raise ValueError(f"实例数为 1 至 {MOST}: instances are a number from 1 to {MOST}, not {text!r}")
    return int(text)
