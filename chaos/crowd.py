"""Who reports: the sample's reports over and over, each time by somebody else."""

from dataclasses import replace
from itertools import count
from threading import Lock

from shared.contracts.catalogue import CATEGORIES, load_catalogue
from steward.replay.categories import CategoryNames
from steward.replay.columns import Columns, Submission
from steward.replay.people import People
from steward.replay.player import Player
from steward.replay.script import Rates, Script
from steward.replay.submissions import read_submissions
from steward.stack.home import PROJECT
from steward.stack.rules import SHIPPED

DISTRICT = PROJECT / "samples" / "licheng"
WHOLE_WAY = Rates(returned=0, reworked=0, unrated=0, withdrawn=0, rejected=0, merged=0)


class Crowd:
    """May be asked by threads. The same seed gives the same scripts."""

    def __init__(self, people: People, seed: int) -> None:
        self._people = people
        self._seed = seed
        self._catalogue = load_catalogue(SHIPPED / CATEGORIES)
        self._names = CategoryNames(self._catalogue)
        self._sample, _ = read_submissions(DISTRICT / "reports.jsonl", Columns(self._names))
        self._numbers = count(1)
        self._lock = Lock()

    def next(self) -> Submission:
        with self._lock:
            number = next(self._numbers)
        return replace(self._sample[number % len(self._sample)], line=number, user=f"resident-{number}")

    def play(self, submission: Submission, rates: Rates) -> Player:
        """Everybody whom the case needs."""
        script = Script.of(self._seed, submission.line, rates)
        return Player(submission, script, self._people, self._catalogue, self._names)
