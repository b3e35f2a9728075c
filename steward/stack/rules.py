"""Which rule files each service needs, and the shipped ones for a database that has none yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.dispatch import rulebook as dispatch
from services.evaluation import rulebook as evaluation
from services.feed import rulebook as feed
from services.intake import rulebook as intake
from shared.contracts.files import File
from shared.contracts.topology import DISPATCH, EVALUATION, FEED, INTAKE
from shared.runtime.mongo import connect
from shared.runtime.rule_files import StoredFile, load_rule_files, save_rule_files
from steward.stack.home import PROJECT

SHIPPED = PROJECT / "config"


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """`read` raises InvalidFile where the service could not work by the files."""

    service: str
    names: tuple[str, ...]
    read: Callable[[Mapping[str, File]], object]

    def files_of(self, files: Mapping[str, File]) -> dict[str, bytes]:
        """The contents of those that this service needs."""
        return {name: files[name].read_bytes() for name in self.names}


SERVICE_RULES = (
    ServiceRules(DISPATCH, dispatch.FILES, dispatch.read_rulebook),
    ServiceRules(EVALUATION, evaluation.FILES, evaluation.read_rulebook),
    ServiceRules(FEED, feed.FILES, feed.read_rulebook),
    ServiceRules(INTAKE, intake.FILES, intake.read_rulebook),
)
"""In the order of storing. Dispatch must know a category before intake accepts the first report of it: an
event of an unknown one fails and is only retried."""


def read_folder(folder: Path) -> dict[str, File]:
    """Every rule file by name. Each is read once, so that what is stored is what was checked."""
    return {name: _read(folder / name) for rules in SERVICE_RULES for name in rules.names}


def provide_rules(mongo_uri: str) -> None:
    """Store the shipped files that a service's database does not have yet; what it has stays as it is."""
    shipped = read_folder(SHIPPED)
    for rules in SERVICE_RULES:
        db = connect(mongo_uri, rules.service)
        with db.client:
            stored = load_rule_files(db)
            missing = {name: content for name, content in rules.files_of(shipped).items() if name not in stored}
            save_rule_files(db, missing)


def _read(path: Path) -> File:
    try:
        return StoredFile(path.name, path.read_bytes())
    except OSError:
        return path  # whoever reads it says what is wrong
