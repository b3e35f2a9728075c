"""A refusal is in one language, the caller's: Chinese, or English to who asks for it."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.dispatch.domain import lifecycle as orders
from services.evaluation.campaigns import lifecycle as campaigns
from services.evaluation.domain import lifecycle as evaluations
from services.gateway.app import create_app
from services.gateway.language.choosing import CHINESE, ENGLISH
from services.gateway.language.sentences import messages, said, words
from services.gateway.problems import ANY_OTHER, TITLES
from services.intake import domain as reports
from shared.kernel.actor import PERSONS
from shared.kernel.errors import DomainError, Forbidden, Gone, IllegalTransition, Invalid, Taken
from shared.runtime.calls import Calls
from tests.contract.test_openapi import SETTINGS
from tests.support.sentences import sentences

HAN = re.compile(r"[\u4e00-\u9fff]")
SAID = sentences()
LIFECYCLES = (reports, orders, evaluations, campaigns)
REFUSALS = {
    "state": IllegalTransition("accepted", "withdraw", ["close"]),
    "role": Forbidden("claim", "resident"),
    "reason": Forbidden("rate", "resident", "Nobody rates a case that they served."),
    "over": Gone("case", "2026-03-08T08:30:00+00:00"),
    "first": Taken("case", "steward-001"),
    "field": Invalid({"position.lat": ["Must be greater than or equal to -90 and less than or equal to 90."]}),
}


class Refuses(Calls):
    """A service that refuses as the path asks."""

    def call(self, service: str, method: str, **kwargs: Any) -> Any:
        refusal: DomainError = REFUSALS[kwargs["token"]]
        raise refusal


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(SETTINGS, Refuses()).test_client()


@pytest.mark.parametrize("sentence", sorted(SAID))
def test_every_sentence_has_a_chinese_one(sentence: str) -> None:
    assert sentence in messages(), f"{SAID[sentence]} says it: add a row to services/gateway/language/messages.csv"


def test_every_title_has_a_chinese_one() -> None:
    assert {*TITLES.values(), ANY_OTHER} <= messages().keys()


def test_every_state_verb_and_role_has_a_chinese_word() -> None:
    states = {
        state for one in LIFECYCLES for (before, _), after in one.TRANSITIONS.items() for state in (before, after)
    }
    verbs = {verb for one in LIFECYCLES for verb in one.VERBS}
    assert {*verbs, *PERSONS, *filter(None, states)} <= words().keys()


@pytest.mark.parametrize("sentence", messages())
def test_the_chinese_is_chinese_and_fills_in_what_the_english_does(sentence: str) -> None:
    chinese = messages()[sentence]
    assert HAN.search(chinese)
    assert len(re.findall(r"\{[^}]*\}", chinese)) == sentence.count("{}")


def test_nothing_that_nobody_says_is_translated() -> None:
    assert {one for one in messages() if one.endswith(".")} <= SAID.keys()


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (None, CHINESE),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("en-GB,en;q=0.9", ENGLISH),
        ("fr", CHINESE),
        ("*", CHINESE),
    ],
)
def test_a_refusal_is_in_the_language_of_the_caller(
    client: FlaskClient, refusal: str, asked: str | None, answered: str
) -> None:
    answer = client.get(f"/ratings/{refusal}", headers={"Accept-Language": asked} if asked else {})
    body = answer.get_json()
    words = [body["title"], body["detail"], *(word for error in body.get("errors", ()) for word in error["messages"])]
    assert [bool(HAN.search(one)) for one in words] == [answered == CHINESE] * len(words), words
    assert answer.headers["Content-Language"][:2] == answered
    assert "Accept-Language" in answer.headers["Vary"]


def test_states_and_verbs_in_a_sentence_are_said_in_chinese() -> None:
    told = said("The case is in_progress: withdraw is not possible now.", CHINESE)
    assert told == "案件当前状态为“办理中”，现在不能“撤回”。"


def test_the_sentence_that_says_the_most_is_taken() -> None:
    assert said("Length must be between 1 and 128.", CHINESE) == "长度须在 1 到 128 之间。"
    assert said("Not a valid thing.", CHINESE) == "须为有效的 thing。"


def test_what_is_filled_in_is_never_taken_for_a_template() -> None:
    assert said("There is no unit '{0.__class__}'.", CHINESE) == "没有单元 '{0.__class__}'。"
