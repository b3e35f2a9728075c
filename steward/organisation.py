"""`steward load-organisation`: puts the map of units, the stewards and who they work with into dispatch's database."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.table import Table

from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.organisation.repository import Changes, Mongo, revision, save_organisation
from services.dispatch.rulebook import read_rulebook
from shared.contracts.files import InvalidFile
from shared.contracts.labels import LEVELS, PARTNER_KINDS
from shared.contracts.topology import DISPATCH
from shared.runtime.rule_files import load_rule_files
from steward.refusal import refuse
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack

TIMEOUT_MILLISECONDS = 8000
OTHERS = {"派单员 dispatchers": "dispatchers", "责任清单 duties": "duties", "供需对接 offers": "offers"}
CHANGES_ZH = ("新增", "变更", "停用", "未变")


@click.command("load-organisation", cls=StackCommand)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--mongo-uri", envvar="DISPATCH_MONGO_URI", help="派单数据库 Dispatch's database, if not the stack's own."
)
@home_option
def load_organisation(folder: Path, mongo_uri: str | None, home: str) -> None:
    """导入组织 Load the map and the tables from FOLDER: all of them, or none if anything is wrong."""
    try:
        with _connect(mongo_uri or Stack(home).addresses.mongo_uri(DISPATCH)) as client:
            db: Mongo = client.get_default_database(DISPATCH)
            organisation = read_organisation(folder, read_rulebook(load_rule_files(db)).catalogue)
            changes = save_organisation(db, organisation)
            _show(organisation, changes, revision(db))
    except InvalidFile as error:
        refuse(error)
    except PyMongoError as error:
        raise click.ClickException(f"数据库 database: {error}") from error


def _connect(uri: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(uri, serverSelectionTimeoutMS=TIMEOUT_MILLISECONDS)


def _show(organisation: Organisation, changes: Changes, number: int) -> None:
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
    table.add_row("版本 revision", str(number))
    Console().print(table)
