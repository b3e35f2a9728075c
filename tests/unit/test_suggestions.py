"""Suggested categories: by keywords, and by a model whose accuracy is measured on messages that it has not seen."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from joblib import dump

from samples.generate import FOLDER
from services.intake.reception.suggestions import MOST_SUGGESTED, by_keywords, by_model, load_model, suggester
from steward.cli import main
from steward.training.labelled import Labelled, read_labelled
from steward.training.model import measure, train
from tests.support.district import CATALOGUE

MESSAGES = Path(os.environ.get("LABELLED_MESSAGES", "../shared/data/labelled_messages_zh.jsonl"))
COLUMNS = ("subject", "text")


def test_keywords_share_the_confidence() -> None:
    suggested = by_keywords(CATALOGUE)("化粪池外溢,污水和臭水都流到路灯下面", MOST_SUGGESTED)
    assert suggested == [
        {"category": "overflowing_sewage", "confidence": 0.8},
        {"category": "street_lights", "confidence": 0.2},
    ]


def test_who_says_nothing_gets_no_suggestion() -> None:
    assert by_keywords(CATALOGUE)("示例", MOST_SUGGESTED) == []


def test_what_is_not_offered_is_not_suggested() -> None:
    retired = {**CATALOGUE, "street_lights": replace(CATALOGUE["street_lights"], offered=False)}
    assert [found["category"] for found in by_keywords(retired)("污水 路灯", MOST_SUGGESTED)] == ["overflowing_sewage"]


@pytest.fixture(scope="module")
def sample() -> Labelled:
    return read_labelled(FOLDER / "reports.jsonl", "category", COLUMNS)


def test_on_the_sample_the_model_is_far_better_than_guessing(sample: Labelled) -> None:
    measured = measure(sample, folds=5)
    assert measured.majority.accuracy < 0.2
    assert measured.overall.accuracy > 0.9
    assert measured.overall.messages == len(sample.texts)


def test_shuffled_labels_cannot_be_learnt(sample: Labelled) -> None:
    shifted = Labelled(sample.texts, [*sample.labels[1:], sample.labels[0]])
    assert measure(shifted, folds=5).overall.accuracy < 0.25


@pytest.mark.skipif(not MESSAGES.exists(), reason="the labelled messages are not here; LABELLED_MESSAGES names them")
def test_on_real_messages_the_model_is_far_better_than_guessing() -> None:
    measured = measure(read_labelled(MESSAGES, "category", COLUMNS), folds=5)
    assert measured.majority.accuracy < 0.3
    assert measured.overall.accuracy > 0.7


def test_a_trained_model_serves_only_what_is_offered(sample: Labelled, tmp_path: Path) -> None:
    foreign = Labelled([*sample.texts, *["外地的事"] * 9], [*sample.labels, *["elsewhere"] * 9])
    dump(train(foreign), tmp_path / "model")
    suggest = suggester(CATALOGUE, load_model(tmp_path / "model"))
    suggested = suggest("路灯不亮,晚上太黑了", MOST_SUGGESTED)
    assert (suggested[0]["category"], len(suggested)) == ("street_lights", MOST_SUGGESTED)
    assert suggested[0]["confidence"] > 0.5
    assert all(found["category"] in CATALOGUE for found in suggest("外地的事", len(CATALOGUE) + 1))


def test_the_service_imports_no_model_code_until_it_is_told_to() -> None:
    script = "import services.intake.service, sys; print([m for m in ('sklearn', 'joblib') if m in sys.modules])"
    assert os.popen(f'{sys.executable} -W ignore -c "{script}"').read().strip() == "[]"


def test_the_command_prints_accuracy_beside_the_baseline_and_writes_the_model(tmp_path: Path) -> None:
    file, model = tmp_path / "labelled.csv", tmp_path / "model"
    words = [("灯", f"路灯不亮{number}") for number in range(6)] + [("水", f"污水横流{number}") for number in range(12)]
    lines = [f"{label},{text}" for label, text in [*words, ("风", "台风")]]
    file.write_text("\n".join(["类别,内容", *lines]), encoding="utf-8")
    options = ["--label", "类别", "--text", "内容", "--output", str(model)]
    done = CliRunner().invoke(main, ["train-categories", str(file), *options])
    assert done.exit_code == 0, done.output
    assert "风 (1)" in done.output
    assert [
        line.split("│")[-2].strip() for line in done.output.splitlines() if "overall" in line or "majority" in line
    ] == [
        "100.0%",
        "66.7%",
    ]
    assert by_model(load_model(model), CATALOGUE)("路灯不亮", 3) == []


def test_a_file_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\n路灯\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["train-categories", str(tmp_path / "a.csv")])
    assert done.exit_code == 1
    assert "a.csv:1: category: no row has it" in done.output
