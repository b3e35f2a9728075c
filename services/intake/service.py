"""Intake's entrypoints: commands by RPC, work orders' events from the inbox."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nameko.timer import timer

from services.intake import follow_links, quick
from services.intake.contacts import PURPOSE, Contacts
from services.intake.erasure import erase_over
from services.intake.handlers import Intake
from services.intake.looks import Looks
from services.intake.public_requests.inquiries import PublicInquiries
from services.intake.reception.duplicates import Similar
from services.intake.reception.suggestions import load_model, suggester
from services.intake.repository import MongoReports
from services.intake.rulebook import read_rulebook
from services.intake.showing import Showing
from shared.contracts import public_requests as public
from shared.contracts import reports as contract
from shared.contracts.catalogue import offered
from shared.contracts.categories import CategoryView
from shared.contracts.commands import load, read_command
from shared.contracts.looks import CaseLookView
from shared.contracts.places import UnitMap
from shared.contracts.quick import QuickChoiceView
from shared.contracts.topology import INTAKE
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case import Notice
from shared.kernel.case_tokens import SIGHT, read_grant
from shared.kernel.listing import PAGE
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.dependencies import FromSettings, Refreshed
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.rpc import rpc
from shared.runtime.rule_files import load_rule_files, rules_revision
from shared.runtime.secrets import derive
from shared.runtime.store import Journal
from shared.runtime.subscription import subscribe
from shared.runtime.telemetry.probe import Probe
from shared.runtime.tracing.workers import Tracing
from shared.runtime.units import load_units, units_revision

LOOKS, LOOKS_OF_MINE = CaseLookView(many=True), CaseLookView(many=True, exclude=("subject",))
SIMILAR_VIEW = contract.SimilarView(many=True)


class IntakeService:
    name = INTAKE

    probe = Probe()
    tracing = Tracing()
    reports = Journal(MongoReports)
    rulebook = Refreshed(lambda db: read_rulebook(load_rule_files(db)), rules_revision)
    units = Refreshed(lambda db: UnitMap(load_units(db)), units_revision)
    model = FromSettings(lambda settings: load_model(settings.category_model))
    retention = FromSettings(lambda settings: settings.retention)
    contacts = FromSettings(lambda settings: Contacts(derive(settings.intake_secret, PURPOSE)))
    looks = Looks()
    grant_key = FromSettings(lambda settings: derive(settings.grant_secret, SIGHT))

    follow_key = FromSettings(lambda settings: derive(settings.intake_secret, follow_links.PURPOSE))

    @property
    def intake(self) -> Intake:
        suggest = suggester(self.rulebook.catalogue, self.model)
        return Intake(self.reports, self.rulebook, suggest, self.units, self.contacts)

    @property
    def showing(self) -> Showing:
        def note(case_id: str, by: Actor, shown: Sequence[str]) -> None:
            self.looks.note(case_id, by, shown, now())

        return Showing(self.contacts, self.units.tree, note)

    @property
    def inquiries(self) -> PublicInquiries:
        return PublicInquiries(self.reports, self.rulebook, self.units.tree, self.contacts)

    @rpc
    def carry_out(self, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.TAKEN, verb, request)
        report = self.intake.carry_out(verb, command, now())
        return self.showing.brief(report, command.by) | follow_links.handed_out(self.follow_key, verb, report)

    @rpc
    def get_report(self, case_id: str, by: dict[str, Any], grant: str | None = None) -> dict[str, Any]:
        """`grant`: of staff, what dispatch has signed about the case."""
        granted = read_grant(self.grant_key, grant, Actor(**by), now())
        return self.showing.whole(self.intake.get(case_id, Actor(**by), granted), Actor(**by), granted)

    @rpc
    def require_sight(self, case_id: str, by: dict[str, Any], grant: str | None = None) -> str | None:
        """What it is merged into, and nothing else of it. Raises NotFound where they may not see it."""
        report = self.intake.get(case_id, Actor(**by), read_grant(self.grant_key, grant, Actor(**by), now()))
        return report.facts.get("parent")

    @rpc
    def list_looks(
        self, case_id: str, by: dict[str, Any], grant: str | None = None, after: str | None = None, limit: int = PAGE
    ) -> dict[str, Any]:
        self.intake.require_concerned(case_id, Actor(**by), read_grant(self.grant_key, grant, Actor(**by), now()))
        items, next_page = self.looks.page(case_id, after, limit)
        view = LOOKS_OF_MINE if by["role"] == RESIDENT else LOOKS
        return {"items": view.dump(items), "after": next_page}

    @rpc
    def parent_of(self, case_id: str) -> str | None:
        return self.intake.parent_of(case_id)

    @rpc
    def list_reports(
        self, by: dict[str, Any], state: str | None = None, after: str | None = None, limit: int = PAGE
    ) -> dict[str, Any]:
        page = self.intake.page(Actor(**by), state, after, limit)
        return {"items": [self.showing.brief(report, Actor(**by)) for report in page.items], "after": page.after}

    @rpc
    def get_followed(self, token: str) -> Any:
        return contract.FollowedBy().dump(follow_links.followed(self.reports, self.follow_key, token))

    @rpc
    def reports_of_phone(
        self, by: dict[str, Any], asked: dict[str, Any], after: str | None = None, limit: int = PAGE
    ) -> dict[str, Any]:
        """Also that a number belongs to a report is something that was looked at."""
        page = self.intake.of_phone(Actor(**by), load(contract.FindByPhone, asked)["phone"], after, limit)
        for report in page.items:
            self.looks.note(report.case_id, Actor(**by), ["contact_phone"], now())
        return {"items": [self.showing.brief(report, Actor(**by)) for report in page.items], "after": page.after}

    @rpc
    def list_categories(self) -> Any:
        return CategoryView(many=True).dump(offered(self.rulebook.catalogue))

    @rpc
    def list_quick_choices(self) -> Any:
        return QuickChoiceView(many=True).dump(quick.shown(self.rulebook.quick, self.rulebook.catalogue))

    @rpc
    def suggest_categories(self, described: dict[str, Any]) -> list[dict[str, Any]]:
        return self.intake.suggest(**load(contract.DescribeReport, described))

    @rpc
    def similar_reports(self, described: dict[str, Any]) -> Any:
        similar = self.intake.similar(load(contract.FindSimilar, described), now())
        return SIMILAR_VIEW.dump([_as_similar(found) for found in similar])

    @rpc
    def list_public_services(self) -> Any:
        return public.PublicServiceView(many=True).dump(self.inquiries.services())

    @rpc
    def list_public_requests(self, asked: dict[str, Any], viewer: str | None = None) -> Any:
        return public.PublicRequestView(many=True).dump(
            self.inquiries.requests(load(public.FindRequests, asked), viewer)
        )

    @rpc
    def list_public_updates(self, asked: dict[str, Any]) -> Any:
        return public.PublicUpdateView(many=True).dump(self.inquiries.updates(**load(public.FindUpdates, asked)))

    @rpc
    def find_submission(self, token: str) -> str:
        return self.inquiries.submitted(token)

    @rpc
    def is_ready(self) -> bool:
        return bool(self.reports.is_reachable())

    @rpc
    def vitals(self) -> dict[str, Any]:
        return asdict(self.probe())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return self.intake.follow(notices, now())

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def release_followers(self) -> None:
        self.intake.release_followers(now())

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def erase_personal_data(self) -> None:
        erase_over(self.reports, now(), self.retention)


def _as_similar(found: Similar) -> dict[str, Any]:
    picture = {"picture": pictures[0]} if (pictures := found.report.facts.get("pictures")) else {}
    shown = {"case_id": found.report.case_id, "state": found.report.state, "text": found.report.private["text"]}
    nearness = {"metres": round(found.metres), "likeness": round(found.likeness, 2)}
    return {**found.report.facts, **shown, **picture, **nearness}
