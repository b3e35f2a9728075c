"""What an event says about a case on the map. Only what may stand on one: no person, no word."""

from typing import Any

from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.case import Notice

SOURCES = (INTAKE, DISPATCH)
"""Evaluation says nothing that a map shows."""


def told_by(notice: Notice) -> dict[str, Any]:
    """Fields of the case on the map, as its owner says they are now."""
    snapshot = notice.snapshot
    told: dict[str, Any] = {f"paths.{notice.source}": list(snapshot.get("unit_path", ()))}
    if "category" in snapshot:
        told["category"] = snapshot["category"]
    if notice.source == DISPATCH:
        return {**told, "order_state": notice.state}
    if position := snapshot.get("position"):
        told["point"] = {"type": "Point", "coordinates": [position["lon"], position["lat"]]}
    return {**told, "state": notice.state, "reported_at": snapshot["reported_at"]}
