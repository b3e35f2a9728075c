"""Whatever is merged, unmerged, withdrawn and rejected, in whatever order and with whatever crashes: families agree."""

from collections.abc import Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain import LEADING, Report
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.commands import Command
from shared.kernel.errors import DomainError
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, command

REPORTS = 4
NUMBERS = st.integers(0, REPORTS - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), NUMBERS, NUMBERS),
        st.tuples(st.sampled_from(["unmerge", "unmerge", "withdraw", "reject", "accept"]), NUMBERS, NUMBERS),
    ),
    max_size=14,
)
CRASHES = st.lists(st.booleans(), max_size=20)


class Crash(Exception):
    pass


class Crashing(InMemoryReports):
    """Dies at every write for which `crashes` says so."""

    crashes: Iterator[bool] = iter(())

    def commit(self, cases: Sequence[Report]) -> set[str]:
        if next(self.crashes, False):
            raise Crash
        return super().commit(cases)


@settings(max_examples=300)
@given(STEPS, CRASHES)
def test_parents_and_children_say_the_same(steps: list[tuple[str, int, int]], crashes: list[bool]) -> None:
    reports = Crashing()
    intake = intake_over(reports)
    residents = [Actor(f"sample-resident-{number}", RESIDENT) for number in (0, 1, 1, 2)]
    ids = [intake.carry_out("submit", command(by, text="示例"), NOON).case_id for by in residents]
    reports.crashes = iter(crashes)

    def asked(verb: str, one: int, other: int) -> Command:
        match verb:
            case "merge":
                return command(HEAD, ids[one], into=ids[other])
            case "withdraw":
                return command(residents[one], ids[one])
            case "reject":
                return command(HEAD, ids[one], reason="示例", responsible="示例")
            case "accept":
                return command(HEAD, ids[one], category="cleaning")
        return command(HEAD, ids[one])

    for verb, one, other in steps:
        again = asked(verb, one, other)
        while True:
            try:
                intake.carry_out(verb, again, NOON)
            except Crash:
                _nobody_is_lost(reports)
                continue  # a patient caller: the same command with the same key
            except DomainError:
                pass
            break
    reports.crashes = iter(())
    intake.release_followers(NOON)
    _families_agree(reports)


def _nobody_is_lost(reports: InMemoryReports) -> None:
    """At every moment: whoever is merged is known to the parent."""
    stored = {report.case_id: report for report in reports.all()}
    for report in stored.values():
        if report.state == "merged":
            assert report.case_id in stored[report.facts["parent"]].children


def _families_agree(reports: InMemoryReports) -> None:
    stored = {report.case_id: report for report in reports.all()}
    children = {case_id: report for case_id, report in stored.items() if report.state == "merged"}
    for case_id, report in stored.items():
        mine = {
            child.case_id: child.facts["reporter"] for child in children.values() if child.facts["parent"] == case_id
        }
        assert report.children == mine
        assert set(report.facts.get("followers", ())) == {*mine.values()} - {report.facts["reporter"]}
        assert not mine or report.state in LEADING
