"""`steward load-rules`: puts the rule files into the databases of the services that work by them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from shared.contracts.catalogue import CATEGORIES
from shared.contracts.files import File, InvalidFile, Problem, read_column, read_text
from shared.runtime.mongo import Mongo
from shared.runtime.rule_files import load_rule_files, rules_revision, save_rule_files
from steward.databases import mongo_uri_option, service_databases
from steward.refusal import refuse
from steward.stack.commands import StackCommand, home_option
from steward.stack.rules import SERVICE_RULES, SHIPPED, ServiceRules, read_folder


@dataclass(frozen=True, slots=True)
class Store:
    """A service's rules and the database that holds them, with the files as they were before."""

    rules: ServiceRules
    db: Mongo
    before: Mapping[str, File]


@click.command("load-rules", cls=StackCommand)
@click.argument(
    "folder",
    default=SHIPPED,
    metavar="[FOLDER]",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@mongo_uri_option
@home_option
def load_rules(folder: Path, mongo_uri: str | None, home: str) -> None:
    """导入规则 Load the rule files of FOLDER (config/ by default): all of them, or none if anything is wrong.

    Running services take them up within a second or two.
    """
    files = read_folder(folder)
    with service_databases((rules.service for rules in SERVICE_RULES), mongo_uri, home) as databases:
        before = {service: load_rule_files(db) for service, db in databases.items()}
        stores = [Store(rules, databases[rules.service], before[rules.service]) for rules in SERVICE_RULES]
        problems = {problem for store in stores for problem in _problems(store, files)}
        if problems:
            refuse(InvalidFile(problems))
        for store in stores:
            save_rule_files(store.db, store.rules.files_of(files))
        _show(stores, files)


def _problems(store: Store, files: Mapping[str, File]) -> Iterator[Problem]:
    """Why the service could not work by these files, or could not go on with its cases."""
    try:
        store.rules.read(files)
    except InvalidFile as error:
        yield from error.problems
    if codes := _codes(files):  # of a file that is no table at all, only that is worth saying
        for code in _codes(store.before) - codes:
            yield Problem(CATEGORIES, 1, "code", f"{code} is in use: set offered to no instead")


def _codes(files: Mapping[str, File]) -> set[str]:
    """Whatever else is in the stored file: it may be of an older version, with other columns."""
    return read_column(files[CATEGORIES], "code") if CATEGORIES in files else set()


def _show(stores: list[Store], files: Mapping[str, File]) -> None:
    table = Table("服务 service", "文件 file", "增行 added", "删行 removed", "版本 revision")
    for store in stores:
        number = str(rules_revision(store.db))
        for name in store.rules.names:
            before, now = _lines(store.before.get(name)), _lines(files[name])
            table.add_row(store.rules.service, name, str((now - before).total()), str((before - now).total()), number)
    Console().print(table)


def _lines(file: File | None) -> Counter[str]:
    return Counter(read_text(file).splitlines() if file else ())
