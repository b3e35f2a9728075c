"""`steward token`: a bearer token for development, signed with the secret of the stack."""

from datetime import timedelta

import click

from services.gateway.identity.tokens import Tokens
from shared.kernel.actor import PERSONS, Actor
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack

ISSUER = "steward"

FOR_DEVELOPMENT = (
    "仅供开发：不能证明任何人的身份。For development only: a gateway in service takes tokens of the city's issuer."
)


def stack_tokens(stack: Stack) -> Tokens:
    """Issues what the gateway of this stack trusts. Raises StackError before the first `up`."""
    settings = stack.record.launch.settings
    return Tokens(settings.get("TOKEN_SECRET", stack.record.secrets.token), settings.get("TOKEN_ISSUER", ISSUER))


@click.command("token", cls=StackCommand)
@click.option("--role", type=click.Choice(PERSONS), required=True, help="角色 Role.")
@click.option("--subject", required=True, help="账号 Opaque id of the person; a steward's is in stewards.csv.")
@click.option("--unit", help="单位 Code of the unit that a dispatcher acts for.")
@click.option("--hours", default=24.0, show_default=True, help="有效期 Lifetime in hours.")
@home_option
def token(role: str, subject: str, unit: str | None, hours: float, home: str) -> None:
    """开发令牌 Print a bearer token. For development only: it proves nothing about a person."""
    click.echo(FOR_DEVELOPMENT, err=True)
    click.echo(stack_tokens(Stack(home)).issue(Actor(subject, role, unit), timedelta(hours=hours)))
