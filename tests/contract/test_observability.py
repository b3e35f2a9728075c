"""What operators are given: rules that Prometheus takes, alerts that are raised when they should be and not else,
a dashboard that asks for nothing that nobody tells, and a page that explains all of it."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.runtime.telemetry import metrics
from steward.stack.home import PROJECT
from steward.stack.targets import SHIPPED
from tests.support.observability import alerts, dashboard, dashboard_expressions, known_figures, selectors

PAGE = PROJECT / "docs" / "observability.md"
CHINESE, ENGLISH = re.compile(r"[一-鿿]"), re.compile(r"[A-Za-z]{3}")
EXPRESSIONS = [*dashboard_expressions(), *((rule["alert"], rule["expr"]) for rule in alerts())]


def promtool(*arguments: str, folder: Path = SHIPPED) -> subprocess.CompletedProcess[str]:
    binary = shutil.which("promtool")
    assert binary, "promtool is in Debian's package prometheus: make install"
    return subprocess.run([binary, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [("check", "config", "prometheus.yml"), ("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")],
    ids=" ".join,
)
def test_promtool_finds_nothing_wrong(arguments: tuple[str, ...]) -> None:
    done = promtool(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_alert_that_would_come_too_late_is_found_out(tmp_path: Path) -> None:
    """The rules are really tried: another threshold, and promtool complains."""
    for shipped in SHIPPED.glob("alerts*.yml"):
        text = shipped.read_text(encoding="utf-8")
        (tmp_path / shipped.name).write_text(text.replace("steward_unpublished_age_seconds) > 60", "nothing) > 60"))
    done = promtool("test", "rules", "alerts_test.yml", folder=tmp_path)
    assert done.returncode == 1
    assert "EventsUnpublished" in done.stdout + done.stderr


def test_every_alert_is_tried_at_a_moment_when_it_is_raised() -> None:
    tests = yaml.safe_load((SHIPPED / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    raised = [
        sample["labels"] for test in tests for asked in test["promql_expr_test"] for sample in asked["exp_samples"]
    ]
    for rule in alerts():
        assert any(f'alertname="{rule["alert"]}"' in labels for labels in raised), rule["alert"]
    always = [test["name"] for test in tests if all(one["exp_samples"] for one in test["promql_expr_test"])]
    assert always == []


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_in_both_languages_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    said = rule["annotations"]
    assert CHINESE.search(said["summary"])
    assert ENGLISH.search(said["summary"])
    assert said["runbook"]
    assert rule["labels"]["severity"] in {"page", "ticket"}


def test_no_two_alerts_have_one_name() -> None:
    assert [name for name, times in Counter(rule["alert"] for rule in alerts()).items() if times > 1] == []


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=lambda text: text[:60])
def test_what_is_asked_for_is_told(where: str, expression: str) -> None:
    figures = known_figures()
    for selector in selectors(expression):
        assert selector.name in figures, f"{where}: nobody tells {selector.name}"
        asked = {matcher.name for matcher in selector.matchers.matchers}
        assert asked <= figures[selector.name], f"{where}: {selector.name} has no {asked - figures[selector.name]}"


def test_every_figure_of_ours_is_looked_at_by_the_dashboard_or_an_alert() -> None:
    asked = {selector.name or "" for _, expression in EXPRESSIONS for selector in selectors(expression)}
    seen = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in asked}
    families = {family.name for family in metrics.REGISTRY.collect() if family.name.startswith("steward_")}
    ours = {f"{name}_total" if f"{name}_total" in known_figures() else name for name in families}
    assert ours | {reading.name for reading in metrics.READINGS} <= seen


def test_the_dashboard_is_titled_in_both_languages() -> None:
    shown = dashboard()
    for title in (shown["title"], *(panel["title"] for panel in shown["panels"])):
        assert CHINESE.search(title), title
        assert ENGLISH.search(title), title
    assert len({panel["id"] for panel in shown["panels"]}) == len(shown["panels"])


def test_no_panel_covers_another() -> None:
    taken: Counter[tuple[int, int]] = Counter()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken.update((at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"]))
    assert [place for place, times in taken.items() if times > 1] == []


def test_the_page_explains_every_figure_and_every_alert() -> None:
    page = PAGE.read_text(encoding="utf-8")
    ours = {name for name in known_figures() if name.startswith("steward_") and not name.endswith(("_sum", "_count"))}
    for name in (*(name.removesuffix("_bucket") for name in ours), *(rule["alert"] for rule in alerts())):
        assert f"`{name}`" in page, name
