"""Two hundred watchers, reports at a rate, and everything restarted once: each hears all of its case, in order.

`python -m benchmarks.live` is the same with a thousand, for a minute.
"""

from collections.abc import Iterator

import pytest

from benchmarks.live.proof import RESTARTED, SETTINGS, prove
from steward.stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.faults]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Of its own, as it is killed piece by piece."""
    with Stack(tmp_path_factory.mktemp("live")).running(free_ports=True, settings=SETTINGS) as stack:
        yield stack


def test_every_watcher_hears_everything_of_its_case_in_order(stack: Stack) -> None:
    outcome = prove(stack, watchers=200, rate=50, seconds=15)
    assert outcome.faults == []
    assert outcome.reconnections >= 200, "the gateway was restarted: everybody had to come again"
    assert outcome.events >= 200 * 2 + 15 * 50 / 2
    assert outcome.restarted == RESTARTED
