"""A courier reports in two taps over HTTP, and follows it by their account."""

from uuid import uuid4

import pytest
import requests

from steward.stack import Stack
from tests.support.http import resident
from tests.support.walk import INSIDE, load_district

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def test_a_choice_and_a_position_become_an_order_once(district: Stack) -> None:
    choices = requests.get(f"{district.addresses.gateway}/quick", timeout=30).json()
    care = next(choice for choice in choices if choice["code"] == "care")
    courier, key = resident(district), str(uuid4())
    body = {"choice": care["code"], "position": INSIDE}
    first, again = (courier.post("/quick", body, key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201), first.text
    report = first.json()
    assert again.json()["case_id"] == report["case_id"]
    assert (report["category"], report["channel"]) == (care["category"], "courier")
    assert report["text"] == f"{care['label_zh']} {care['label_en']}"
    assert report["case_id"] in [found["case_id"] for found in courier.get("/reports").json()]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"choice": "graffiti", "position": INSIDE}, "choice"),
        ({"choice": "care"}, "position"),
        ({"choice": "care", "position": INSIDE, "text": "示例"}, "text"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(district: Stack, body: dict[str, object], field: str) -> None:
    courier = resident(district)
    answer = courier.post("/quick", body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert courier.get("/reports").json() == []
