"""What somebody who is blocked is told: until when, and whom to ask."""

from datetime import datetime

from flask import Response

from services.gateway.problems import problem
from services.gateway.protection.blocking.block import Block
from shared.contracts.fields import moment
from shared.kernel.worktime import BEIJING


class Blocked(Exception):
    def __init__(self, block: Block, contact: str) -> None:
        """`contact`: whom to ask, in words."""
        super().__init__(block.block_id)
        self.block = block
        self.said = f"Blocked until {_in_beijing(block.until)}: if that is not right, ask {contact}."


def refuse(refusal: Blocked) -> Response:
    """Why is told too; not by whom."""
    block = refusal.block
    return problem(403, "blocked", refusal.said, until=moment(block.until), reason=block.reason)


def _in_beijing(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
