"""What is done with campaigns on a command, a vote or a timer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from services.evaluation.campaigns.ballots import Ballot, tally
from services.evaluation.campaigns.campaign import Campaign
from services.evaluation.campaigns.lifecycle import KNOWN_TO_ALL
from services.evaluation.campaigns.results import Scale
from shared.contracts.commands import id_of_new
from shared.kernel.actor import DISPATCHER, REPRESENTATIVE, Actor
from shared.kernel.commands import Command, execute, look_up, made_before
from shared.kernel.errors import Busy, Forbidden, Gone
from shared.kernel.listing import PAGE, Listing, Page, page_size
from shared.kernel.ports import Originals

BATCH = 100


class Campaigns(Originals[Campaign], Protocol):
    def to_open(self, at: datetime, limit: int) -> Sequence[str]: ...
    def to_close(self, at: datetime, limit: int) -> Sequence[str]: ...
    def page(self, listing: Listing, after: str | None, limit: int) -> Page[Campaign]: ...


class BallotBox(Protocol):
    """Where ballots are, and from when on nobody can find whose they are. Any call may be repeated."""

    def prepare(self, campaign: str) -> None: ...
    def cast(self, campaign: str, voter: str, ballot: Ballot) -> bool: ...
    def cast_by(self, campaign: str, voter: str, subjects: Sequence[str]) -> list[Ballot]: ...
    def seal(self, campaign: str) -> list[Ballot]: ...
    def discard(self, campaign: str) -> None: ...
    def in_use(self) -> set[str]: ...


class Campaigning:
    """The use cases, under one scale."""

    def __init__(self, campaigns: Campaigns, box: BallotBox, scale: Scale) -> None:
        self._campaigns = campaigns
        self._box = box
        self._scale = scale

    def carry_out(self, verb: str, command: Command, at: datetime) -> Campaign:
        """One step of a campaign. Raises Forbidden, NotFound, IllegalTransition, Invalid, KeyReused or Busy."""
        if verb == "announce":
            return self._announce(command, at)
        decide = self._rules[verb]
        campaign = execute(
            self._campaigns, verb, command, lambda case: decide(case, command.by, at, **command.body), manages
        )
        if campaign.state == "cancelled":
            self._box.discard(campaign.case_id)
        return campaign

    def vote(self, case_id: str, by: Actor, subject: str, answers: Mapping[str, str], at: datetime) -> Ballot:
        """One ballot on each subject, the last one counts. Leaves no trace in the journal.

        Raises Forbidden for who is no representative or of another estate, NotFound for who is not on the roll,
        Invalid for answers that are not whole, IllegalTransition before the opening, Gone after the end.
        """
        campaign = self._of_voter(case_id, by, at)
        campaign.check_ballot(by, subject, answers)
        ballot = Ballot(subject, answers)
        if not self._box.cast(case_id, by.subject, ballot):
            raise Gone(case_id, campaign.facts["closes_at"].isoformat())
        return ballot

    def ballots_of(self, case_id: str, by: Actor, at: datetime) -> list[Ballot]:
        """The voter's own, while they can be changed. Raises as `vote` does."""
        campaign = self._of_voter(case_id, by, at)
        return self._box.cast_by(case_id, by.subject, campaign.subjects_of(by))

    def get(self, case_id: str, by: Actor) -> Campaign:
        """Raises NotFound, also for a campaign that is none of the caller's business yet."""
        return look_up(self._campaigns, case_id, by, may_see)

    def page(self, by: Actor, after: str | None, limit: int = PAGE) -> Page[Campaign]:
        """Newest first: those that the caller may see."""
        theirs: dict[str, dict[str, Any]] = {
            DISPATCHER: {"unit": by.unit},
            REPRESENTATIVE: {"private.roll.representatives": by.subject},
        }
        known = {"state": {"$in": sorted(KNOWN_TO_ALL)}}
        visible = {"$or": [known, theirs[by.role]]} if by.role in theirs else known
        return self._campaigns.page(Listing(visible), after, page_size(limit))

    def turn(self, at: datetime) -> None:
        """Whatever is due by the clock. Any number of instances may do it at once."""
        self.open_due(at)
        self.close_due(at)
        self.discard_cancelled()

    def open_due(self, at: datetime) -> None:
        while ids := self._campaigns.to_open(at, BATCH):
            due = [case for case in self._campaigns.load_many(ids).values() if case.is_to_open(at)]
            for campaign in due:
                self._box.prepare(campaign.case_id)
                campaign.open(at)
            self._campaigns.commit(due)

    def close_due(self, at: datetime) -> None:
        """Seal first, then tell: killed between the two, the next one seals again and finds the same ballots."""
        while ids := self._campaigns.to_close(at, BATCH):
            due = [case for case in self._campaigns.load_many(ids).values() if case.is_to_close(at)]
            for campaign in due:
                campaign.close(at, tally(campaign.facts, self._box.seal(campaign.case_id)))
            self._campaigns.commit(due)

    def discard_cancelled(self) -> None:
        """Ballots of campaigns that were cancelled just before the process was killed."""
        for campaign in self._campaigns.load_many(self._box.in_use()).values():
            if campaign.state == "cancelled":
                self._box.discard(campaign.case_id)

    @property
    def _rules(self) -> Mapping[str, Callable[..., None]]:
        return {"publish": partial(Campaign.publish, scale=self._scale), "cancel": Campaign.cancel}

    def _announce(self, command: Command, at: datetime) -> Campaign:
        if made := made_before(self._campaigns, command):
            return made
        campaign = self._campaigns.blank(id_of_new(command))
        campaign.receipt = command.receipt
        campaign.announce(command.by, at, command.origin, **command.body)
        if self._campaigns.commit([campaign]):
            raise Busy(campaign.case_id)
        return campaign

    def _of_voter(self, case_id: str, by: Actor, at: datetime) -> Campaign:
        if by.role != REPRESENTATIVE:
            raise Forbidden("vote", by.role)
        campaign = look_up(self._campaigns, case_id, by, may_see)
        campaign.require_open(at)
        return campaign


def manages(campaign: Campaign, by: Actor) -> bool:
    """The dispatchers of the unit that it belongs to."""
    return bool(by.role == DISPATCHER and by.unit == campaign.facts["unit"])


def may_see(campaign: Campaign, by: Actor) -> bool:
    """Who manages it and who has a vote; everybody once it is published."""
    has_vote = by.role == REPRESENTATIVE and campaign.is_on_roll(by)
    return campaign.state in KNOWN_TO_ALL or manages(campaign, by) or has_vote
