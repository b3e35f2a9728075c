"""The ballot box on the real database: one ballot each, sealed whole or not at all, and secret afterwards."""

import hmac
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from services.evaluation.campaigns import ballot_box
from services.evaluation.campaigns.ballot_box import BALLOTS, COUNTED, KEYS, MongoBallotBox
from services.evaluation.campaigns.ballots import Ballot, ballot_id
from services.evaluation.campaigns.handlers import Campaigning
from services.evaluation.campaigns.repository import MongoCampaigns
from shared.contracts.answers import DISSATISFIED, SATISFACTION, SATISFIED
from shared.contracts.topology import EVALUATION
from shared.runtime.relay import Relay
from steward.stack import Stack
from tests.support.campaigns import (
    CLOSES,
    HEAD,
    IN_BETWEEN,
    NORTH,
    OPENS,
    SOUTH,
    all_items,
    announcement,
    voter,
)
from tests.support.people import NOON, command
from tests.support.scale import SCALE

pytestmark = pytest.mark.servers

SECRET = b"a secret of the process, of the tests"
VOTERS = (*NORTH, *SOUTH)
SUBJECTS = ("company", "north-grid", "south-grid")


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def database(servers: Stack) -> Iterator[Database[dict[str, Any]]]:
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(EVALUATION), tz_aware=True)
    collections = (MongoCampaigns.collection_name, BALLOTS, COUNTED, KEYS)
    with client:
        for name in collections:
            client[EVALUATION].drop_collection(name)
        yield client[EVALUATION]
        for name in collections:
            client[EVALUATION].drop_collection(name)


@pytest.fixture
def box(database: Database[dict[str, Any]]) -> MongoBallotBox:
    return MongoBallotBox(database, SECRET)


@pytest.fixture
def campaigns(servers: Stack, database: Database[dict[str, Any]]) -> MongoCampaigns:
    database[MongoCampaigns.collection_name].create_indexes([*MongoCampaigns.indexes])
    return instance_of(servers, database)


def instance_of(servers: Stack, database: Database[dict[str, Any]]) -> MongoCampaigns:
    """As another process has it: one repository is for the greenlets of one thread."""
    collection = database[MongoCampaigns.collection_name]
    return MongoCampaigns(collection, Relay(EVALUATION, servers.addresses.amqp_uri(EVALUATION), collection))


@pytest.fixture
def campaigning(campaigns: MongoCampaigns, box: MongoBallotBox) -> Campaigning:
    return Campaigning(campaigns, box, SCALE)


def opened(campaigning: Campaigning) -> str:
    case_id = campaigning.carry_out("announce", command(HEAD, **announcement()), NOON).case_id
    campaigning.turn(OPENS)
    return case_id


def all_vote(campaigning: Campaigning, case_id: str) -> None:
    """Everybody on everything that they may vote on: 16 ballots, one of them changed."""
    for number, name in enumerate([*NORTH, *SOUTH]):
        for subject in ("company", "north-grid" if name in NORTH else "south-grid"):
            answers = all_items(SATISFACTION[number % 3])
            campaigning.vote(case_id, voter(name), subject, answers, IN_BETWEEN)
    campaigning.vote(case_id, voter(NORTH[0]), "company", all_items(DISSATISFIED), IN_BETWEEN)


@pytest.mark.parametrize("voters", [1, 20])
def test_of_many_votes_at_once_each_voter_keeps_one_ballot(box: MongoBallotBox, voters: int) -> None:
    case_id = str(uuid4())
    box.prepare(case_id)
    with ThreadPoolExecutor(10) as pool:
        votes = [(f"sample-{number % voters}", Ballot("company", all_items(SATISFIED))) for number in range(40)]
        assert all(pool.map(lambda vote: box.cast(case_id, *vote), votes))
    assert len(box.seal(case_id)) == voters


VOTES = st.lists(
    st.tuples(st.sampled_from(NORTH[:3]), st.sampled_from(SUBJECTS), st.sampled_from(SATISFACTION)), max_size=12
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(votes=VOTES, prepared_again=st.booleans())
def test_whatever_is_cast_while_it_is_sealed_is_counted_or_refused(
    box: MongoBallotBox, votes: list[tuple[str, str, str]], prepared_again: bool
) -> None:
    case_id = str(uuid4())
    box.prepare(case_id)

    def cast(vote: tuple[str, str, str]) -> bool:
        name, subject, answer = vote
        return box.cast(case_id, name, Ballot(subject, all_items(answer)))

    with ThreadPoolExecutor(6) as pool:
        casting = pool.map(cast, votes)
        sealing = pool.submit(box.seal, case_id)
        taken = {vote for vote, was_taken in zip(votes, casting, strict=True) if was_taken}
        counted = sealing.result()
    if prepared_again:
        box.prepare(case_id)
    assert len(counted) == len({vote[:2] for vote in taken})
    assert {(ballot.subject, ballot.answers["safety"]) for ballot in counted} <= {vote[1:] for vote in taken}
    assert not box.cast(case_id, NORTH[0], Ballot("company", all_items(SATISFIED)))
    assert sorted(map(str, box.seal(case_id))) == sorted(map(str, counted))


def test_own_ballots_are_found_while_it_is_open_only(campaigning: Campaigning, box: MongoBallotBox) -> None:
    case_id = opened(campaigning)
    all_vote(campaigning, case_id)
    mine = campaigning.ballots_of(case_id, voter(NORTH[0]), IN_BETWEEN)
    answers = {ballot.subject: ballot.answers["cleaning"] for ballot in mine}
    assert answers == {"company": DISSATISFIED, "north-grid": SATISFIED}
    box.seal(case_id)
    assert box.cast_by(case_id, NORTH[0], SUBJECTS) == []


def test_ballots_hold_nothing_but_the_answers(campaigning: Campaigning, database: Database[dict[str, Any]]) -> None:
    all_vote(campaigning, opened(campaigning))
    assert {tuple(sorted(found)) for found in database[BALLOTS].find()} == {("_id", "answers", "campaign", "subject")}
    assert not any(name in str(list(database[BALLOTS].find())) for name in VOTERS)


@pytest.mark.parametrize("is_published", [False, True])
def test_after_the_end_nothing_in_the_database_leads_from_a_voter_to_a_ballot(
    campaigning: Campaigning, database: Database[dict[str, Any]], is_published: bool
) -> None:
    case_id = opened(campaigning)
    all_vote(campaigning, case_id)
    while_open = ids_in(database, BALLOTS)
    assert marks_by(leaves(everything(database))) & while_open == while_open, "the test can find what there is to find"
    campaigning.turn(CLOSES)
    if is_published:
        campaigning.carry_out("publish", command(HEAD, case_id), CLOSES)

    ballots = ids_in(database, COUNTED)
    assert ids_in(database, BALLOTS) == set()
    assert len(ballots) == 16 == sum(entry["ballots"] for entry in database["campaigns"].find_one()["tally"])
    assert not ballots & while_open
    kept = everything(database)
    assert not marks_by(leaves(kept)) & (ballots | while_open)
    assert not {leaf for leaf in leaves(kept) if leaf in while_open}
    for name, documents in kept.items():
        for document in documents:
            words = leaves(document)
            names_voters = any(voter in word for word in words for voter in VOTERS if isinstance(word, str))
            assert not (names_voters and words & ballots), f"a document of {name} joins the two"
            assert not (names_voters and is_published), f"a document of {name} still names voters"


def test_the_order_in_which_they_were_cast_is_lost(box: MongoBallotBox, database: Database[dict[str, Any]]) -> None:
    case_id = str(uuid4())
    box.prepare(case_id)
    cast = [Ballot("company", all_items(SATISFACTION[number % 3])) for number in range(60)]
    for number, ballot in enumerate(cast):
        box.cast(case_id, f"sample-{number}", ballot)
    box.seal(case_id)
    stored = [found["answers"] for found in database[COUNTED].find()]
    by_id = [found["answers"] for found in database[COUNTED].find().sort("_id")]
    assert [ballot.answers for ballot in cast] not in (stored, stored[::-1], by_id, by_id[::-1])


@pytest.mark.parametrize(("method", "calls"), [("replace_one", 1), *product(("delete_many", "insert_many"), (1, 2, 4))])
def test_killed_in_the_middle_of_sealing_it_ends_right_when_repeated(
    campaigning: Campaigning, monkeypatch: pytest.MonkeyPatch, method: str, calls: int
) -> None:
    """After the key is destroyed, or while the first, second or last batch is taken out."""
    case_id = opened(campaigning)
    all_vote(campaigning, case_id)
    monkeypatch.setattr(ballot_box, "BATCH", 4)
    with monkeypatch.context() as killing:
        killing.setattr(Collection, method, killed_after(getattr(Collection, method), calls))
        with pytest.raises(Killed):
            campaigning.turn(CLOSES)
    campaigning.turn(CLOSES)
    assert tallied(campaigning, case_id) == {"company": 8, "north-grid": 6, "south-grid": 2}


def test_killed_while_ballots_are_discarded_the_timer_discards_the_rest(
    campaigning: Campaigning, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = opened(campaigning)
    all_vote(campaigning, case_id)
    with monkeypatch.context() as killing:
        killing.setattr(Collection, "replace_one", killed_after(Collection.replace_one))
        with pytest.raises(Killed):
            campaigning.carry_out("cancel", command(HEAD, case_id, reason="示例原因"), IN_BETWEEN)
    assert len(ids_in(database, BALLOTS)) == 16
    campaigning.turn(IN_BETWEEN)
    assert ids_in(database, BALLOTS) == set()


def test_killed_between_sealing_and_telling_it_ends_right_when_repeated(
    campaigning: Campaigning, campaigns: MongoCampaigns, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = opened(campaigning)
    all_vote(campaigning, case_id)
    with monkeypatch.context() as killing:
        killing.setattr(campaigns, "commit", killed_after(lambda _: set()))
        with pytest.raises(Killed):
            campaigning.turn(CLOSES)
    assert campaigning.get(case_id, HEAD).state == "open"
    campaigning.turn(CLOSES + timedelta(minutes=1))
    assert tallied(campaigning, case_id) == {"company": 8, "north-grid": 6, "south-grid": 2}


def test_two_instances_close_it_once(
    campaigning: Campaigning, servers: Stack, database: Database[dict[str, Any]]
) -> None:
    case_id = opened(campaigning)
    all_vote(campaigning, case_id)
    other = Campaigning(instance_of(servers, database), MongoBallotBox(database, SECRET), SCALE)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda instance: instance.turn(CLOSES), [campaigning, other]))
    history = campaigning.get(case_id, HEAD).history
    assert [event.verb for event in history] == ["announce", "open", "close"]
    assert tallied(campaigning, case_id) == {"company": 8, "north-grid": 6, "south-grid": 2}


def test_a_cancelled_campaign_keeps_no_ballot(campaigning: Campaigning, database: Database[dict[str, Any]]) -> None:
    case_id = opened(campaigning)
    all_vote(campaigning, case_id)
    campaigning.carry_out("cancel", command(HEAD, case_id, reason="示例原因"), IN_BETWEEN)
    assert ids_in(database, BALLOTS) == ids_in(database, COUNTED) == set()
    assert not any(name in str(everything(database)) for name in VOTERS)


def killed_after(real: Callable[..., Any], calls: int = 1) -> Callable[..., Any]:
    """The call that the process is killed right after; in a transaction that is before its end."""
    left = iter(range(calls - 1, -1, -1))

    def call(*args: Any, **kwargs: Any) -> Any:
        answer = real(*args, **kwargs)
        if next(left) == 0:
            raise Killed
        return answer

    return call


def tallied(campaigning: Campaigning, case_id: str) -> dict[str, int]:
    return {entry["subject"]: entry["ballots"] for entry in campaigning.get(case_id, HEAD).facts["tally"]}


def ids_in(database: Database[dict[str, Any]], collection: str) -> set[str]:
    return {found["_id"] for found in database[collection].find()}


def everything(database: Database[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """All documents of all collections, with their histories and private parts."""
    return {
        name: list(database[name].find())
        for name in database.list_collection_names(filter={"type": "collection", "name": {"$ne": "system.views"}})
    }


def leaves(value: Any) -> set[Any]:
    """Every name and every value that stands anywhere in it."""
    if isinstance(value, dict):
        return set(value).union(*map(leaves, value.values()))
    if isinstance(value, list):
        return set().union(*map(leaves, value))
    return {value}


def marks_by(values: set[Any]) -> set[str]:
    """What the ids of everybody's ballots would be if any of the values were the key; the secret is known, too."""
    keys = [value.encode() if isinstance(value, str) else value for value in values if isinstance(value, bytes | str)]
    return {
        ballot_id(key, name, subject)
        for kept in keys
        for key in (kept, hmac.digest(SECRET, kept, "sha256"))
        for name in VOTERS
        for subject in SUBJECTS
    }
