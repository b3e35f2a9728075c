"""Evaluation's entrypoints: ratings, appeals and campaigns by RPC, events from the inbox, and timers."""

from dataclasses import asdict
from functools import partial
from typing import Any

from nameko.timer import timer
from uuid_utils import uuid7

from services.evaluation import handlers
from services.evaluation.analysis.rows import list_rows
from services.evaluation.campaigns.ballot_box import MongoBallotBox
from services.evaluation.campaigns.handlers import Campaigning
from services.evaluation.campaigns.repository import MongoCampaigns
from services.evaluation.campaigns.results import Scale
from services.evaluation.campaigns.showing import show_campaign
from services.evaluation.domain.terms import Terms
from services.evaluation.indicators.counting import Counter
from services.evaluation.indicators.figures import Figures, Question
from services.evaluation.indicators.formulas import INDICATORS
from services.evaluation.indicators.months import describe_month
from services.evaluation.indicators.naming import Names
from services.evaluation.indicators.rollups import Rollups
from services.evaluation.linked_rating import LinkedRating
from services.evaluation.presenting import present
from services.evaluation.pseudonyms import ALIAS, BALLOTS, RATING_LINK, alias
from services.evaluation.repository import MongoEvaluations
from services.evaluation.rulebook import read_rulebook
from shared.contracts import campaigns as campaign_contract
from shared.contracts import evaluations as contract
from shared.contracts.analysis import ListEvaluations
from shared.contracts.commands import load, read_command
from shared.contracts.indicators import DefinitionView, IndicatorQuery
from shared.contracts.topology import EVALUATION
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.listing import PAGE
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.dependencies import FromSettings, Refreshed, ServiceDatabase
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.rpc import rpc
from shared.runtime.rule_files import load_rule_files, rules_revision
from shared.runtime.secrets import derive
from shared.runtime.settings import Settings
from shared.runtime.store import Journal
from shared.runtime.subscription import subscribe
from shared.runtime.telemetry.probe import Probe
from shared.runtime.tracing.workers import Tracing
from shared.runtime.units import load_units, units_revision

ASKED, RATING = contract.AskedByLink(), contract.Rating()
BALLOT = campaign_contract.BallotView()
DEFINITIONS = DefinitionView(many=True)
THIS_PROCESS = str(uuid7())


def read_terms(settings: Settings) -> Terms:
    pseudonym = partial(alias, derive(settings.evaluation_secret, ALIAS))
    return Terms(settings.rating_window, settings.appeal_window, pseudonym)


class EvaluationService:
    name = EVALUATION

    probe = Probe()
    tracing = Tracing()
    evaluations = Journal(MongoEvaluations)
    campaigns = Journal(MongoCampaigns)
    database = ServiceDatabase()
    rulebook = Refreshed(lambda db: read_rulebook(load_rule_files(db)), rules_revision)
    units = Refreshed(load_units, units_revision)
    terms = FromSettings(read_terms)
    link_key = FromSettings(lambda settings: derive(settings.evaluation_secret, RATING_LINK))
    ballot_key = FromSettings(lambda settings: derive(settings.evaluation_secret, BALLOTS))

    @property
    def linked_rating(self) -> LinkedRating:
        return LinkedRating(self.evaluations, self.link_key)

    @property
    def campaigning(self) -> Campaigning:
        return Campaigning(self.campaigns, MongoBallotBox(self.database, self.ballot_key), self.scale)

    @property
    def scale(self) -> Scale:
        settings = self.rulebook.indicators
        return Scale(settings.weights.basically_satisfied, settings.smallest_cell)

    @property
    def counter(self) -> Counter:
        return Counter(self.evaluations.collection, self.rulebook.indicators.periods, THIS_PROCESS)

    @rpc
    def carry_out(self, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.COMMANDS, verb, request)
        evaluation = handlers.carry_out(self.evaluations, verb, command, now(), self.terms)
        return present(evaluation, command.by, self.link_key)

    @rpc
    def get_evaluation(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        return present(handlers.get(self.evaluations, case_id, Actor(**by)), Actor(**by), self.link_key)

    @rpc
    def get_rating_link(self, token: str) -> Any:
        return ASKED.dump(self.linked_rating.look(token, now()).facts)

    @rpc
    def open_to_follower(self, case_id: str, reporter: str, entered_by: str) -> str:
        return self.linked_rating.open_to_follower(case_id, reporter, entered_by, now())

    @rpc
    def rate_by_link(self, token: str, key: str, body: dict[str, Any]) -> Any:
        return RATING.dump(self.linked_rating.rate(token, key, body, now()))

    @rpc
    def list_evaluations(self, by: dict[str, Any], **asked: Any) -> dict[str, Any]:
        return list_rows(self.database, Actor(**by), **load(ListEvaluations, asked))

    @rpc
    def get_indicators(self, by: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
        question = Question(**load(IndicatorQuery, query))
        names = Names(self.units, self.rulebook.catalogue)
        figures = Figures(Rollups(self.database), self.rulebook.indicators, names)
        return {**figures.answer(Actor(**by), question), "uncounted": self.counter.uncounted()}

    @rpc
    def list_definitions(self) -> Any:
        return DEFINITIONS.dump(INDICATORS)

    @rpc
    def get_statistical_month(self, by: dict[str, Any], month: str) -> dict[str, Any]:
        return describe_month(self.rulebook.indicators, Actor(**by), month)

    @rpc
    def is_ready(self) -> bool:
        return bool(self.evaluations.is_reachable())

    @rpc
    def vitals(self) -> dict[str, Any]:
        return asdict(self.probe())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return handlers.follow(self.evaluations, notices, now(), self.terms)

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def expire_invitations(self) -> None:
        handlers.expire_due(self.evaluations, now())

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def notice_late_cases(self) -> None:
        handlers.notice_late(self.evaluations, now())

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def count(self) -> None:
        """Into the indicators, what has changed."""
        self.counter.count(now())

    @rpc
    def carry_out_campaign(self, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(campaign_contract.COMMANDS, verb, request)
        return show_campaign(self.campaigning.carry_out(verb, command, now()), command.by, self.scale)

    @rpc
    def get_campaign(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        return show_campaign(self.campaigning.get(case_id, Actor(**by)), Actor(**by), self.scale)

    @rpc
    def list_campaigns(self, by: dict[str, Any], after: str | None = None, limit: int = PAGE) -> dict[str, Any]:
        page = self.campaigning.page(Actor(**by), after, limit)
        return {"items": [show_campaign(case, Actor(**by), self.scale) for case in page.items], "after": page.after}

    @rpc
    def vote(self, case_id: str, by: dict[str, Any], body: dict[str, Any]) -> Any:
        given = load(campaign_contract.CastBallot, body)
        return BALLOT.dump(self.campaigning.vote(case_id, Actor(**by), at=now(), **given))

    @rpc
    def my_ballots(self, case_id: str, by: dict[str, Any]) -> Any:
        return BALLOT.dump(self.campaigning.ballots_of(case_id, Actor(**by), now()), many=True)

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def turn_campaigns(self) -> None:
        self.campaigning.turn(now())
