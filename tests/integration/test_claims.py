"""Many stewards claim the same orders at once: every order gets one owner, and the losers are told who won."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest

from steward.stack import Stack
from tests.support.http import Person, dispatcher, resident, steward
from tests.support.walk import load_district, report

pytestmark = pytest.mark.servers

CLIENTS, ORDERS = 50, 500
HEATS = 5
"""Ten clients run for each order: those of a heat along the same list, all fifty at once."""
REPORTING = 16


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Of its own: in the end all its stewards have their hands full."""
    with Stack(tmp_path_factory.mktemp("claims")).running(free_ports=True) as stack:
        load_district(stack)
        yield stack


def test_each_of_five_hundred_wishes_goes_to_one_of_fifty_and_all_know_to_whom(district: Stack) -> None:
    me = resident(district)
    wishes = wished(me)
    clients = around(district, me, wishes[0])
    lists = [wishes[number % HEATS :: HEATS] for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        told = list(pool.map(claim_all, clients, lists))
    for number, wish in enumerate(wishes):
        (owner,) = {answers[wish] for answers in told[number % HEATS :: HEATS]}
        assert me.case(wish)["order"]["assignee"] == owner


def wished(by: Person) -> list[str]:
    """Ids of wishes that wait in the pool."""
    with ThreadPoolExecutor(REPORTING) as pool:
        wishes = list(pool.map(lambda number: report(by, category="small_wish", text=f"示例{number}"), range(ORDERS)))
    for wish in wishes:
        by.wait_for(wish, lambda case: case["order"] and case["order"]["state"] == "pooled")
    return wishes


def around(stack: Stack, by: Person, wish: str) -> Sequence[Person]:
    unit = by.case(wish)["order"]["unit"]
    found = dispatcher(stack).get(f"/stewards?unit={unit}").json()
    return [steward(stack, found[number % len(found)]["subject"]) for number in range(CLIENTS)]


def claim_all(by: Person, wishes: Sequence[str]) -> dict[str, str]:
    """Case → who has it, as this client was told."""
    return {wish: claim(by, wish) for wish in wishes}


def claim(by: Person, wish: str) -> str:
    answer = by.post(f"/orders/{wish}/claim")
    if answer.status_code == HTTPStatus.OK:
        return str(answer.json()["assignee"])
    assert answer.status_code == HTTPStatus.CONFLICT, answer.text
    return str(answer.json()["winner"])
