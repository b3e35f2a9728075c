"""A campaign in two estates, its voters, and its stores in memory."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.evaluation.campaigns.ballots import Ballot
from services.evaluation.campaigns.campaign import Campaign
from services.evaluation.campaigns.handlers import Campaigning
from shared.kernel.actor import DISPATCHER, REPRESENTATIVE, Actor
from shared.kernel.listing import Listing, Page
from tests.support.memory import InMemoryCases
from tests.support.people import NOON, command
from tests.support.scale import SCALE

HEAD = Actor("sample-dispatcher", DISPATCHER, "zhenhai")
OTHER_HEAD = Actor("sample-dispatcher-2", DISPATCHER, "gongchen")
NORTH = [f"sample-north-{number}" for number in range(1, 7)]
SOUTH = [f"sample-south-{number}" for number in range(1, 3)]
ITEMS = ("cleaning", "safety")
OPENS, CLOSES = NOON + timedelta(hours=1), NOON + timedelta(hours=5)
IN_BETWEEN = NOON + timedelta(hours=2)


def voter(subject: str) -> Actor:
    return Actor(subject, REPRESENTATIVE)


def all_items(answer: str) -> dict[str, str]:
    return dict.fromkeys(ITEMS, answer)


def announcement(**changes: Any) -> dict[str, Any]:
    """A property company that serves both estates, and a grid in each; as the contract has read it."""
    return {
        "name_zh": "示例半年评价",
        "name_en": "Sample half-year evaluation",
        "period": {"start": date(2026, 1, 1), "end": date(2026, 6, 30)},
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "items": [{"code": code, "name_zh": "示例", "name_en": "Sample"} for code in ITEMS],
        "subjects": [
            _subject("company", "property_company", "north", "south"),
            _subject("north-grid", "grid", "north"),
            _subject("south-grid", "grid", "south"),
        ],
        "roll": {"north": list(NORTH), "south": list(SOUTH)},
        **changes,
    }


def _subject(code: str, kind: str, *estates: str) -> dict[str, Any]:
    return {"code": code, "kind": kind, "name_zh": "示例", "name_en": "Sample", "estates": list(estates)}


class InMemoryCampaigns(InMemoryCases[Campaign]):
    def __init__(self) -> None:
        super().__init__(Campaign)

    def by_origin(self, origin: str) -> Campaign | None:
        return next((case for case in self.all() if case.facts["origin"] == origin), None)

    def to_open(self, at: datetime, limit: int) -> Sequence[str]:
        return [case.case_id for case in self.all() if case.is_to_open(at)][:limit]

    def to_close(self, at: datetime, limit: int) -> Sequence[str]:
        return [case.case_id for case in self.all() if case.is_to_close(at)][:limit]

    def page(self, listing: Listing, after: str | None, limit: int) -> Page[Campaign]:
        raise NotImplementedError("a query of MongoDB: see the integration tests")


class InMemoryBallotBox:
    """`open` has the ballots by voter and subject, `sealed` those of which nobody knows the voter any more."""

    def __init__(self) -> None:
        self.open: dict[str, dict[tuple[str, str], Ballot]] = {}
        self.sealed: dict[str, list[Ballot]] = {}

    def prepare(self, campaign: str) -> None:
        if campaign not in self.sealed:
            self.open.setdefault(campaign, {})

    def cast(self, campaign: str, voter: str, ballot: Ballot) -> bool:
        if campaign in self.open:
            self.open[campaign][voter, ballot.subject] = ballot
        return campaign in self.open

    def cast_by(self, campaign: str, voter: str, subjects: Sequence[str]) -> list[Ballot]:
        cast = self.open.get(campaign, {})
        return [cast[voter, subject] for subject in subjects if (voter, subject) in cast]

    def seal(self, campaign: str) -> list[Ballot]:
        self.sealed.setdefault(campaign, []).extend(self.open.pop(campaign, {}).values())
        return self.sealed[campaign]

    def discard(self, campaign: str) -> None:
        self.open.pop(campaign, None)
        self.sealed[campaign] = []

    def in_use(self) -> set[str]:
        return set(self.open)


class Vote:
    """Campaigning over stores in memory, and one campaign in it."""

    def __init__(self) -> None:
        self.campaigns, self.box = InMemoryCampaigns(), InMemoryBallotBox()
        self.campaigning = Campaigning(self.campaigns, self.box, SCALE)
        self.case_id = self.campaigning.carry_out("announce", command(HEAD, **announcement()), NOON).case_id

    @property
    def campaign(self) -> Campaign:
        campaign = self.campaigns.load(self.case_id)
        assert campaign is not None
        return campaign

    def command(self, verb: str, by: Actor = HEAD, at: datetime = IN_BETWEEN, **body: Any) -> Campaign:
        return self.campaigning.carry_out(verb, command(by, self.case_id, **body), at)

    def cast(self, subject: str, on: str, answer: str, at: datetime = IN_BETWEEN) -> Ballot:
        return self.campaigning.vote(self.case_id, voter(subject), on, all_items(answer), at)
