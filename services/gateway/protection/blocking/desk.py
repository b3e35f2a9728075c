"""Who may block whom, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.gateway.protection.addresses import Proxies, household
from services.gateway.protection.blocking.block import BLOCKED, LIFTED, Block, deed
from services.gateway.protection.blocking.repository import Blocks
from services.gateway.protection.limiting.kinds import ADDRESS, PERSON
from shared.contracts.topology import DISPATCH
from shared.kernel.actor import OPERATOR, Actor
from shared.kernel.errors import Forbidden, Invalid, KeyReused, NotFound
from shared.runtime.calls import Calls

OF_A_REQUEST = UUID("2f0c9c2e-0d0b-5a53-9d5e-6a1b8f4b7c11")
"""Namespace: a request and its repetitions make one block."""
LONGEST = timedelta(days=366)
DISTRICT = "district"


class Desk:
    def __init__(self, blocks: Blocks, calls: Calls, proxies: Proxies) -> None:
        self._blocks = blocks
        self._calls = calls
        self._proxies = proxies

    def block(self, by: Actor, key: str, asked: Mapping[str, Any], at: datetime) -> Block:
        """The same request again finds the block that it made. Raises Forbidden, Invalid, KeyReused or Unavailable."""
        self.require_authority(by)
        block_id = str(uuid5(OF_A_REQUEST, f"{by.subject}\0{key}"))
        whose = household(asked["whose"]) if asked["of"] == ADDRESS else asked["whose"]
        block = Block(block_id, **{**asked, "whose": whose}, trace=(deed(BLOCKED, by, at),))
        if made := self._blocks.get(block_id):
            return _same(made, block, key)
        self._check(block, by, at)
        return block if self._blocks.add(block) else _same(self._blocks.get(block_id), block, key)

    def lift(self, by: Actor, block_id: str, at: datetime) -> Block:
        """One that does not hold any more stays as it is. Raises Forbidden, NotFound or Unavailable."""
        self.require_authority(by)
        block = self._blocks.lift(block_id, deed(LIFTED, by, at)) or self._blocks.get(block_id)
        if block is None:
            raise NotFound(block_id)
        return block

    def require_authority(self, by: Actor) -> None:
        """A dispatcher of the district, or an operator. Raises Forbidden."""
        if by.role == OPERATOR:
            return
        units = self._calls.call(DISPATCH, "list_units")
        if not any(unit["code"] == by.unit and unit["level"] == DISTRICT for unit in units):
            raise Forbidden("block", by.role, "Only a dispatcher of the whole district or an operator blocks.")

    def _check(self, block: Block, by: Actor, at: datetime) -> None:
        if not at < block.until <= at + LONGEST:
            raise Invalid({"until": ["Must lie ahead, and at most a year."]})
        if (block.of, block.whose) == (PERSON, by.subject):
            raise Invalid({"whose": ["Nobody blocks themselves."]})
        if block.of == ADDRESS and self._proxies.trusts(block.whose.partition("/")[0]):
            raise Invalid({"whose": ["All come from there, as a proxy of the gateway has this address."]})


def _same(made: Block | None, asked: Block, key: str) -> Block:
    """Raises KeyReused."""
    if made is None or any(getattr(made, name) != getattr(asked, name) for name in ("of", "whose", "reason", "until")):
        raise KeyReused(key)
    return made
