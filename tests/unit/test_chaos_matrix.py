"""The table of docs/chaos.md: made of a run's figures, and of every fault that there is."""

import re

from chaos.fault import FAMILIES, Fault
from chaos.faults import FAULTS
from chaos.matrix import BEGIN, END, figures, rewritten
from chaos.running import Run, Suffered
from chaos.verdict import Verdict

KILLED = Fault("kill-x", "processes", "强杀 kill -9 of x", lambda _: None)
RUN = Run(
    7,
    [Suffered(KILLED, 3.25, tried=20, acknowledged=19, lost=1, duplicated=0), Suffered(KILLED, None)],
    Verdict(19, 240, frozenset({"k"}), frozenset(), ["k is nowhere"]),
)
TEXT = f"# Before\n\n{BEGIN}\n\nthe run before\n\n{END}\n\nafter\n"


def test_the_table_replaces_the_one_before_and_nothing_else() -> None:
    made = rewritten(TEXT, figures(RUN))
    assert made.startswith(f"# Before\n\n{BEGIN}\n\nSeed 7, ")
    assert made.endswith(f"{END}\n\nafter\n")
    assert "the run before" not in made
    assert "| `kill-x` | 强杀 kill -9 of x | 20 | 19 | 1 | 0 | 3.2 |" in made
    assert "| `kill-x` | 强杀 kill -9 of x | 0 | 0 | 0 | 0 | — |" in made


def test_a_table_tells_neither_when_nor_where() -> None:
    made = rewritten(TEXT, figures(RUN))
    assert not re.search(r"20\d\d|[A-Z][a-z]{2} \d|/tmp|/home", made)


def test_a_run_is_good_only_if_nothing_is_lost_and_all_recovered() -> None:
    clean = Verdict(1, 1, frozenset(), frozenset(), [])
    assert not RUN.is_good
    assert not Run(7, [Suffered(KILLED, None)], clean).is_good
    assert not Run(7, [Suffered(KILLED, 1.0)], Verdict(1, 1, frozenset(), frozenset(), ["x"])).is_good
    assert Run(7, [Suffered(KILLED, 1.0)], clean).is_good


def test_faults_have_names_of_their_own_and_a_known_family() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len({*names})
    assert {fault.family for fault in FAULTS} <= {*FAMILIES}
