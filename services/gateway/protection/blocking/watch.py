"""The blocks that hold, in memory, so that no request waits for a database to be let through."""

from collections.abc import Callable, Mapping
from datetime import datetime
from logging import getLogger
from types import MappingProxyType

import eventlet
from pymongo.errors import PyMongoError

from services.gateway.protection.blocking.block import Block
from services.gateway.protection.blocking.repository import Blocks
from shared.runtime.clock import now

PAUSE = 2.0
"""Seconds after which every gateway knows of a block that another has made or lifted."""

log = getLogger(__name__)


class Watch:
    def __init__(self, blocks: Blocks, clock: Callable[[], datetime] = now) -> None:
        self._blocks = blocks
        self._clock = clock
        self._holding: Mapping[tuple[str, str], Block] = MappingProxyType({})

    def block_of(self, of: str, whose: str) -> Block | None:
        """The one that holds now."""
        block = self._holding.get((of, whose))
        return block if block and block.holds(self._clock()) else None

    def look(self) -> None:
        """What is known stays known while the database is away. Where several hold, the longest counts."""
        try:
            holding = self._blocks.holding(self._clock())
        except PyMongoError as fault:
            log.warning("blocks are as they were last seen: %s", type(fault).__name__)
            return
        by_end = sorted(holding, key=lambda block: block.until)
        self._holding = {(block.of, block.whose): block for block in by_end}

    def keep_looking(self) -> None:
        """Never returns."""
        while True:
            self.look()
            eventlet.sleep(PAUSE)
