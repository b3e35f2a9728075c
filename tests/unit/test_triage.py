"""The rule book of triage: what becomes of which report, by rules of the test's own and by those that are shipped."""

from pathlib import Path

import pytest

from services.intake.triage import CATEGORY_KNOWN, NO_CATEGORY, POSSIBLE_DUPLICATE, Action, Detail, Given, Rule, Triage
from services.intake.triage_file import COLUMNS, read_triage
from shared.contracts.files import InvalidFile
from tests.support.district import CATALOGUE, INTAKE_RULEBOOK

PLACED = frozenset({Detail.POSITION, Detail.CATEGORY})


def rule(code: str, action: Action, *keywords: str, categories: str = "", lacks: Detail | None = None) -> Rule:
    return Rule(code, frozenset(categories.split()), keywords, frozenset({lacks} if lacks else ()), action, "示例", "")


RULES = Triage(
    (
        rule("danger", Action.PERSON, "起火"),
        rule("where", Action.ASK, categories="street_lights", lacks=Detail.POSITION),
        rule("who", Action.ASK, "回电", lacks=Detail.CONTACT),
        rule("spam", Action.REJECT, "中奖"),
        rule("trusted", Action.ACCEPT, "网格员"),
        rule("late", Action.PERSON, "网格员", "历史遗留"),
    )
)


def given(words: str = "示例", category: str | None = "cleaning", **more: object) -> Given:
    return Given(words, category, **{"details": PLACED, **more})  # type: ignore[arg-type]


NO_PLACE: dict[str, object] = {"details": frozenset({Detail.CATEGORY, Detail.ADDRESS})}


@pytest.mark.parametrize(
    ("report", "rule", "action"),
    [
        (given(), CATEGORY_KNOWN, Action.ACCEPT),
        (given(category=None), NO_CATEGORY, Action.PERSON),
        (given(has_duplicates=True), POSSIBLE_DUPLICATE, Action.PERSON),
        (given(has_duplicates=True, is_urgent=True), CATEGORY_KNOWN, Action.ACCEPT),
        (given(category=None, has_duplicates=True), NO_CATEGORY, Action.PERSON),
        (given("二楼起火"), "danger", Action.PERSON),
        (given("二楼起火", is_urgent=True), "danger", Action.PERSON),
        (given("起火的是中奖的人"), "danger", Action.PERSON),
        (given("起火", category=None), "danger", Action.PERSON),
        (given(category="street_lights", **NO_PLACE), "where", Action.ASK),
        (given(category="street_lights"), CATEGORY_KNOWN, Action.ACCEPT),
        (given(category="street_lights", asked=("where",), **NO_PLACE), CATEGORY_KNOWN, Action.ACCEPT),
        (given("请回电", category="street_lights", asked=("where",), **NO_PLACE), "who", Action.ASK),
        (given(category="street_lights", is_urgent=True, **NO_PLACE), CATEGORY_KNOWN, Action.ACCEPT),
        (given("中奖"), "spam", Action.REJECT),
        (given("中奖", category=None), "spam", Action.REJECT),
        (given("中奖", is_urgent=True), CATEGORY_KNOWN, Action.ACCEPT),
        (given("中奖", is_urgent=True, category=None), NO_CATEGORY, Action.PERSON),
        (given("网格员上报"), "trusted", Action.ACCEPT),
        (given("网格员上报", category=None), NO_CATEGORY, Action.PERSON),
        (given("网格员上报", has_duplicates=True), POSSIBLE_DUPLICATE, Action.PERSON),
        (given("历史遗留"), "late", Action.PERSON),
    ],
)
def test_the_first_rule_that_matches_decides(report: Given, rule: str, action: Action) -> None:
    verdict = RULES.decide(report)
    assert (verdict.rule, verdict.action) == (rule, action)


def test_all_that_a_rule_lacks_has_to_be_missing() -> None:
    lamp = Rule("lamp", frozenset(), (), frozenset({Detail.POSITION, Detail.ADDRESS}), Action.ASK, "示例", "")
    decided = [Triage((lamp,)).decide(given(details=details)).rule for details in (frozenset(), {Detail.ADDRESS})]
    assert decided == ["lamp", CATEGORY_KNOWN]


@pytest.mark.parametrize(
    ("words", "category", "details", "rule"),
    [
        ("厨房煤气泄漏，味道很重", "other", PLACED, "life_in_danger"),
        ("有位老人晕倒在路边", None, PLACED, "life_in_danger"),
        ("诚信代开发票，加微信咨询", None, frozenset[Detail](), "advertising"),
        ("墙上贴满开锁、贷款的小广告", "cleaning", PLACED, CATEGORY_KNOWN),
        ("公积金怎么提取", "other", PLACED, "city_office"),
        ("路灯不亮", "street_lights", frozenset({Detail.CATEGORY, Detail.CONTACT}), "lamp_without_place"),
        ("路灯不亮", "street_lights", frozenset({Detail.ADDRESS}), CATEGORY_KNOWN),
    ],
)
def test_the_rules_that_are_shipped(words: str, category: str | None, details: frozenset[Detail], rule: str) -> None:
    assert INTAKE_RULEBOOK.triage.decide(Given(words, category, details)).rule == rule


def test_who_is_in_danger_is_told_whom_to_call() -> None:
    message = INTAKE_RULEBOOK.triage.decide(given("有人触电")).message
    assert all(number in message for number in ("110", "119", "120"))


GOOD = "lamp,street_lights,,position,ask,在哪里,Where,"


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "triage.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (GOOD, "triage.csv:3: rule: lamp is already on line 2"),
        ("Lamp,,路灯,,person,,,", "triage.csv:3: rule: Must be lower case letters, digits and _."),
        ("no_category,,路灯,,person,,,", "triage.csv:3: rule: Is taken."),
        ("a,no_such,,,person,,,", "triage.csv:3: categories: no_such is not in the catalogue"),
        ("a,,,colour,person,,,", "triage.csv:3: lacks.0: Must be one of: position, address, category, contact."),
        ("a,,路灯,,guess,,,", "triage.csv:3: action: Must be one of: accept, ask, reject, person."),
        ("a,,,,person,,,", "triage.csv:3: row: Would match every report: name categories, keywords or lacks."),
        ("a,,路灯,,ask,在哪里,,", "triage.csv:3: message_en: Must not be empty here."),
        ("a,,路灯,,person,,Where,", "triage.csv:3: message_zh: Must not be empty here."),
        ("a,,路灯,,reject,不受理,No,", "triage.csv:3: responsible: Must not be empty here."),
        (
            "a,cleaning;flood_and_typhoon,,,ask,在哪里,Where,",
            "triage.csv:3: categories: flood_and_typhoon is urgent: it is never asked or rejected by a rule",
        ),
    ],
)
def test_a_bad_table_is_refused_by_line(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(InvalidFile) as refusal:
        read_triage(table(tmp_path, GOOD, line), CATALOGUE)
    assert [str(found) for found in refusal.value.problems] == [problem]


def test_a_good_table_keeps_its_order(tmp_path: Path) -> None:
    read = read_triage(table(tmp_path, GOOD, "b,,甲；乙,,reject,不受理,No,某单位"), CATALOGUE)
    assert [rule.code for rule in read.rules] == ["lamp", "b"]
    assert (read.rules[1].keywords, read.rules[1].message, read.rules[1].responsible) == (
        ("甲", "乙"),
        "不受理 No",
        "某单位",
    )
