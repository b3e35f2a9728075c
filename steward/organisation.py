"""`steward load-organisation`: the units into every service's database, who works with them into dispatch's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.organisation.repository import save_organisation
from services.dispatch.rulebook import read_rulebook
from shared.contracts.files import InvalidFile
from shared.contracts.labels import LEVELS, PARTNER_KINDS
from shared.contracts.topology import DISPATCH, EVALUATION, FEED, INTAKE
from shared.runtime.mongo import Mongo
from shared.runtime.reference_data import Changes, revision
from shared.runtime.rule_files import load_rule_files
from shared.runtime.units import save_units
from steward.databases import mongo_uri_option, service_databases
from steward.refusal import refuse
from steward.stack.commands import StackCommand, home_option

STORED_IN = (EVALUATION, FEED, INTAKE, DISPATCH)
"""In the order of storing. Who shows a unit must know it before those who place cases in it."""
OTHERS = {"派单员 dispatchers": "dispatchers", "责任清单 duties": "duties", "供需对接 offers": "offers"}
CHANGES_ZH = ("新增", "变更", "停用", "未变")


@click.command("load-organisation", cls=StackCommand)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@mongo_uri_option
@home_option
def load_organisation(folder: Path, mongo_uri: str | None, home: str) -> None:
    """导入组织 Load the map and the tables from FOLDER: all of them, or none if anything is wrong.

    Running services take them up within a second or two.
    """
    with service_databases(STORED_IN, mongo_uri, home) as databases:
        try:
            organisation = read_organisation(folder, read_rulebook(load_rule_files(databases[DISPATCH])).catalogue)
        except InvalidFile as error:
            refuse(error)
        changes = store(organisation, databases)
        _show(organisation, changes, {service: revision(db) for service, db in databases.items()})


def store(organisation: Organisation, databases: Mapping[str, Mongo]) -> Changes:
    """What has changed in dispatch; `databases` are those of STORED_IN."""
    for service in STORED_IN[:-1]:
        save_units(databases[service], organisation.units)
    return save_organisation(databases[DISPATCH], organisation)


def _show(organisation: Organisation, changes: Changes, revisions: Mapping[str, int]) -> None:
    levels = Counter(unit.level for unit in organisation.units)
    kinds = Counter(steward.partner_kind for steward in organisation.stewards)
    table = Table("组织 organisation", "数量 count")
    for level, name in LEVELS.items():
        table.add_row(" ".join(name), str(levels[level]))
    table.add_section()
    for kind, name in PARTNER_KINDS.items():
        table.add_row(" ".join(name), str(kinds[kind]))
    table.add_section()
    for title, rows in OTHERS.items():
        table.add_row(title, str(len(getattr(organisation, rows))))
    table.add_section()
    for name_zh, (name_en, count) in zip(CHANGES_ZH, asdict(changes).items(), strict=True):
        table.add_row(f"{name_zh} {name_en}", str(count))
    table.add_section()
    for service, number in revisions.items():
        table.add_row(f"版本 revision: {service}", str(number))
    Console().print(table)
