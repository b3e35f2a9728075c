"""Pictures that a step names are asked for first: nobody's report is accepted with a picture of somebody else."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.topology import PICTURES
from shared.runtime.calls import Calls


def name_pictures(calls: Calls, body: Mapping[str, Any], subject: str, key: str) -> None:
    """`body`: of a step, valid; `key`: its Idempotency-Key, by which a repetition may name them again.

    Raises Invalid for what is not theirs, is not there, or belongs to another case.
    """
    step = hashlib.sha256(f"{subject}\0{key}".encode()).hexdigest()
    for field, picture_ids in _named(body):
        calls.call(PICTURES, "name_pictures", picture_ids=picture_ids, owner=subject, step=step, field=field)


def _named(body: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Field → ids; only where there are any."""
    if pictures := body.get("pictures"):
        yield "pictures", pictures
    if evidence := [item["picture"] for item in body.get("evidence", ()) if "picture" in item]:
        yield "evidence", evidence
