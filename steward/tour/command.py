"""`steward tour`: the ways of working, one case each, told as they happen."""

import sys

import click
from rich.console import Console

from steward.replay.client import Gateway, Refused, Unanswered
from steward.replay.people import People
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack
from steward.token import stack_tokens
from steward.tour.case import Case
from steward.tour.ways import WAYS

PATIENCE = 30.0
"""Seconds in which every event has to be heard."""


@click.command("tour", cls=StackCommand)
@home_option
def tour(home: str) -> None:
    """巡览 Carry one case of each way of working through the loop: 议事, 联席, 调解, 微心愿, 项目, 代报."""
    console, stack = Console(), Stack(home)
    gateway = Gateway(stack.addresses.gateway, stack_tokens(stack), PATIENCE)
    try:
        district = People.meet(gateway).dispatcher.unit or ""
        for name, way in WAYS.items():
            console.rule(name, align="left")
            way(Case(gateway, district, lambda line: console.print(f"  {line}", markup=False, highlight=False)))
    except (Refused, Unanswered) as error:
        console.print(f"中断 Stopped: {error}", style="bold red", markup=False)
        sys.exit(1)
