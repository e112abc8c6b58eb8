"""`letterwright user`: makes accounts and one-time ways in, for whoever has the machine but not the page."""

import click

from app.cli.house import opened_house
from app.database.session import transaction
from app.errors import NotFound
from app.models import LinkPurpose, Role
from app.services import sign_in, users


@click.group(name="user")
def command() -> None:
    """Make accounts of the team, and let somebody in."""


@command.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default="", help="What to call this person.")
def create(email: str, role: str, name: str) -> None:
    """Make an account for EMAIL, and print its one-time address, good for seven days."""
    settings = opened_house()
    with transaction() as session:
        user = users.create_user(session, email, role=Role(role), name=name)
        path = sign_in.make_link(session, user.id, LinkPurpose.INVITATION)
    click.echo(f"Made {user.email}, {user.role.value}. Give them this address; it works once:", err=True)
    click.echo(f"{settings.url}{path}")


@command.command("signin")
@click.argument("email")
def signin(email: str) -> None:
    """Print a one-time address by which EMAIL signs in, good for a day."""
    settings = opened_house()
    with transaction() as session:
        user = sign_in.find_user(session, email)
        if user is None:
            raise NotFound(f"Nobody in the team has the address {email}. Make one with `letterwright user create`.")
        path = sign_in.make_link(session, user.id, LinkPurpose.SIGN_IN)
    click.echo(f"{settings.url}{path}")
