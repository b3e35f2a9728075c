"""Who may see a picture: its owner until it belongs to a case, and then whoever may see the case."""

from typing import Any

from services.gateway.identity.seeing import require_sight
from shared.contracts.topology import PICTURES
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.runtime.calls import Calls


def seen(calls: Calls, picture_id: str, actor: Actor) -> dict[str, Any]:
    """The picture as pictures describes it. Raises NotFound where it is none of the actor's business."""
    told: dict[str, Any] = calls.call(PICTURES, "describe", picture_id=picture_id)
    if case_id := told.get("case_id"):
        require_sight(calls, case_id, actor)
    elif told["owner"] != actor.subject:
        raise NotFound(picture_id)
    return told
