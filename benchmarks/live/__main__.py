"""`python -m benchmarks.live`: the proof on a stack of its own, which goes with it."""

import tempfile
import time

import click

from benchmarks.live.proof import SETTINGS, prove
from steward.stack import Stack


@click.command()
@click.option("--watchers", default=1000, show_default=True, type=click.IntRange(1), help="连接数 Open streams.")
@click.option("--rate", default=50.0, show_default=True, type=click.FloatRange(0.1), help="每秒上报 Reports a second.")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1), help="时长 For how long.")
def main(watchers: int, rate: float, seconds: float) -> None:
    """推送压力验证 Prove that every watcher gets every event of its case, in order."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="steward-live-") as home,
        Stack(home).running(free_ports=True, settings=SETTINGS) as stack,
    ):
        outcome = prove(
            stack, watchers, rate, seconds, lambda step: click.echo(f"{time.monotonic() - began:6.1f} s  {step}")
        )
    click.echo(outcome)
    if outcome.faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
