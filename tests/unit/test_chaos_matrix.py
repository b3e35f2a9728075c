"""The table of docs/chaos.md: made of the latest figures of each fault."""

import json
import re

from chaos.fault import FAMILIES
from chaos.faults import FAULTS
from chaos.matrix import BEGIN, DOCUMENT, END, KEPT, figures, rewritten
from chaos.running import Run, Suffered
from chaos.verdict import Verdict

ONE, OTHER = FAULTS[:2]
RUN = Run(
    [Suffered(ONE, 3.25, tried=20, acknowledged=19, lost=1, duplicated=0), Suffered(OTHER, None)],
    Verdict(19, 240, frozenset({"k"}), frozenset(), ["k is nowhere"]),
)
TEXT = f"# Before\n\n{BEGIN}\n\nthe run before\n\n{END}\n\nafter\n"


def test_the_table_replaces_the_one_before_and_nothing_else() -> None:
    made = rewritten(TEXT, figures(RUN, 7))
    assert made.startswith(f"# Before\n\n{BEGIN}\n\n| fault")
    assert made.endswith(f"{END}\n\nafter\n")
    assert "the run before" not in made
    assert f"| `{ONE.name}` | {ONE.label} | 20 | 19 | 1 | 0 | 3.2 | 7 | 1 complaints |" in made
    assert f"| `{OTHER.name}` | {OTHER.label} | 0 | 0 | 0 | 0 | — | 7 | 1 complaints |" in made


def test_a_table_tells_neither_when_nor_where() -> None:
    assert not re.search(r"20\d\d|[A-Z][a-z]{2} \d|/tmp|/home", rewritten(TEXT, figures(RUN, 7)))


def test_a_run_is_good_only_if_nothing_is_lost_and_all_recovered() -> None:
    clean = Verdict(1, 1, frozenset(), frozenset(), [])
    assert not RUN.is_good
    assert not Run([Suffered(ONE, None)], clean).is_good
    assert not Run([Suffered(ONE, 1.0)], Verdict(1, 1, frozenset(), frozenset(), ["x"])).is_good
    assert Run([Suffered(ONE, 1.0)], clean).is_good


def test_faults_have_names_of_their_own_and_a_known_family() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len({*names})
    assert {fault.family for fault in FAULTS} == {*FAMILIES}


def test_the_document_is_what_its_figures_make() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert rewritten(text, json.loads(KEPT.read_text(encoding="utf-8"))) == text
