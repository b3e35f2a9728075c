"""`steward`: the table of contents of the command line."""

import click

from steward.analysis.commands import indicators, report
from steward.analysis.export import export
from steward.audit.command import audit_stack
from steward.backup.commands import backup, restore_backup
from steward.clients import clients
from steward.healing.dead_letters import dead_letters
from steward.healing.documents import rebuild
from steward.healing.listing import actions
from steward.healing.outbox import republish
from steward.organisation import load_organisation
from steward.replay.command import replay
from steward.rules import load_rules
from steward.stack.commands import down, provision_servers, restart, status, up
from steward.token import token
from steward.tour.command import tour
from steward.training.command import train_categories
from steward.watching.command import watch


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """红管家 Neighbourhood steward: 群众上报, 组织派单, 红管家服务, 群众评价."""


main.add_command(up)
main.add_command(down)
main.add_command(restart)
main.add_command(status)
main.add_command(watch)
main.add_command(provision_servers)
main.add_command(load_rules)
main.add_command(load_organisation)
main.add_command(token)
main.add_command(clients)
main.add_command(replay)
main.add_command(tour)
main.add_command(audit_stack)
main.add_command(dead_letters)
main.add_command(republish)
main.add_command(rebuild)
main.add_command(actions)
main.add_command(indicators)
main.add_command(report)
main.add_command(train_categories)
main.add_command(export)
main.add_command(backup)
main.add_command(restore_backup)
