"""The file of weights: read whole, or refused with every problem by its line."""

from pathlib import Path

import pytest

from services.dispatch.routing.scoring import TERMS
from services.dispatch.routing.weights import read_weights
from shared.contracts.files import InvalidFile
from shared.kernel.partners import PartnerKind
from tests.support.district import CATALOGUE, RULEBOOK

HEADER = "category,distance,load,fairness,rating,partner_kind,duty,preferred_kinds"
ALL = "*,2,1,1,0,0,0,"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "weights.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_weights_of_any_sum_become_shares_of_one(tmp_path: Path) -> None:
    weights = read_weights(written(tmp_path, ALL, "cleaning,0,0,0,0,3,1,business;mutual_aid"), CATALOGUE)
    assert weights.of("rubbish_heap").weights == {**dict.fromkeys(TERMS, 0), "distance": 0.5, "load": 0.25,
                                                  "fairness": 0.25}  # fmt: skip
    assert weights.of("rubbish_heap").preferred_kinds == frozenset()
    assert weights.of("cleaning").weights["partner_kind"] == 0.75
    assert weights.of("cleaning").preferred_kinds == {PartnerKind.BUSINESS, PartnerKind.MUTUAL_AID}


def test_the_shipped_weights_are_for_every_category() -> None:
    for category in CATALOGUE:
        weighting = RULEBOOK.weights.of(category)
        assert sum(weighting.weights.values()) == pytest.approx(1)
        assert set(weighting.weights) == set(TERMS)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("juggling,1,1,1,1,1,1,", "category: no category has the code juggling"),
        ("cleaning,-1,1,1,1,1,1,", "distance: Must be greater than or equal to 0."),
        ("cleaning,1,much,1,1,1,1,", "load: Not a valid number."),
        ("cleaning,1,1,nan,1,1,1,", "fairness: Special numeric values (nan or infinity) are not permitted."),
        ("cleaning,0,0,0,0,0,0,", "distance: At least one weight must be more than 0."),
        ("cleaning,1,1,1,1,1,1,pirates",
         "preferred_kinds.0: Must be one of: red_steward, governance, business, mutual_aid, grid_sentinel."),
        ("*,1,1,1,1,1,1,", "category: * is already on line 2"),
        ("cleaning,1,1,1,1,1,1", "row: 7 cells, the header has 8"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str, expected: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        read_weights(written(tmp_path, ALL, row), CATALOGUE)
    assert [str(problem) for problem in refused.value.problems] == [f"weights.csv:3: {expected}"]


@pytest.mark.parametrize("rows", [(), ("cleaning,1,1,1,1,1,1,",)])
def test_there_must_be_weights_for_all_the_others(tmp_path: Path, rows: tuple[str, ...]) -> None:
    with pytest.raises(InvalidFile, match=r"weights.csv:1: category: no row is for \*"):
        read_weights(written(tmp_path, *rows), CATALOGUE)
