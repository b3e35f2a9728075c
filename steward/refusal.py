"""How a command refuses files: every problem on a line of its own, and exit code 1."""

import sys
from typing import NoReturn

import click

from shared.contracts.files import InvalidFile


def refuse(error: InvalidFile) -> NoReturn:
    for problem in error.problems:
        click.echo(problem, err=True)
    click.echo(f"未导入 Nothing was loaded: {len(error.problems)} problems.", err=True)
    sys.exit(1)
