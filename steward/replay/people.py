"""The people of a district: who dispatches, and who serves where, as the gateway tells a dispatcher."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click

from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD, Actor
from steward.replay.client import Gateway
from steward.replay.columns import Submission

NAME, INSPECTOR_NAME = "replay-dispatcher", "replay-inspector"
NEWS_TRAVELS, PAUSE = 5.0, 0.2
"""Seconds in which dispatch hears of an organisation that was just loaded, and between two questions."""
PLACED_IN = ("grid", "estate", "community", "street", "district")
"""A person places a case in a unit of the lowest of these levels that the organisation has."""


@dataclass(frozen=True, slots=True)
class Server:
    """A steward, with the skills that a dispatcher looks at."""

    subject: str
    skills: frozenset[str]


class People:
    def __init__(self, gateway: Gateway, units: Sequence[Mapping[str, Any]]) -> None:
        self._gateway = gateway
        self._units = units
        self._servers: dict[str, Sequence[Server]] = {}

    @classmethod
    def meet(cls, gateway: Gateway) -> "People":
        """Raises ClickException where no organisation was loaded, Refused or Unanswered as the gateway does."""
        deadline = time.monotonic() + NEWS_TRAVELS
        while not (units := gateway.get("/units", Actor(NAME, DISPATCHER))):
            if time.monotonic() > deadline:
                raise click.ClickException("没有组织 No organisation: run `steward load-organisation` first.")
            time.sleep(PAUSE)
        return cls(gateway, units)

    @cached_property
    def dispatcher(self) -> Actor:
        """Of the whole district."""
        return Actor(NAME, DISPATCHER, next(unit["code"] for unit in self._units if unit["parent"] is None))

    @cached_property
    def inspector(self) -> Actor:
        """Of the whole district, like the dispatcher."""
        return Actor(INSPECTOR_NAME, INSPECTOR, self.dispatcher.unit)

    @cached_property
    def places(self) -> Sequence[str]:
        """Codes of the units that a case may be placed in by hand, sorted."""
        by_level: dict[str, list[str]] = {}
        for unit in self._units:
            by_level.setdefault(unit["level"], []).append(unit["code"])
        return sorted(next(by_level[level] for level in PLACED_IN if level in by_level))

    def who_serves(self, unit: str) -> Sequence[Server]:
        """Nearest first."""
        if unit not in self._servers:
            found = self._gateway.get("/stewards", self.dispatcher, unit=unit)
            self._servers[unit] = [Server(one["subject"], frozenset(one["skills"])) for one in found]
        return self._servers[unit]


def resident_of(submission: Submission) -> Actor:
    return Actor(submission.user, RESIDENT)


def steward_of(order: Mapping[str, Any]) -> Actor:
    return Actor(order["assignee"], STEWARD)
