"""`letterwright dkim`: the keys that letters of a sender's domain are signed with."""

import click

from app.cli.house import opened_house
from app.database.session import reading, transaction
from app.errors import NotFound, WrongState
from app.services.sender_domains import domains_of_senders, key_is_published
from app.services.signing_keys import as_own_key, make_key, own_keys, start_signing, stop_signing, waiting_key
from emails.domains.checks import Level, OwnKey
from emails.mime.addresses import ascii_domain


@click.group(name="dkim")
def command() -> None:
    """Sign letters here (DKIM), where the mail server does not."""


@command.command("show")
def show() -> None:
    """List each sender's domain, whether its letters are signed here, and the records to publish."""
    opened_house()
    with reading() as session:
        found = {domain: own_keys(session, domain) for domain in domains_of_senders(session)}
    for domain, keys in found.items():
        click.echo(f"{domain}: {'signed here' if any(key.signs for key in keys) else 'not signed here'}")
        for key in keys:
            tell_record(domain, key)


@command.command("make")
@click.argument("domain")
def make(domain: str) -> None:
    """Make a key of DOMAIN and print the TXT record to publish; nothing is signed with it yet."""
    opened_house()
    with transaction() as session:
        known = one_of_ours(domain, domains_of_senders(session))
        key = as_own_key(make_key(session, known))
    tell_record(known, key)
    click.echo(f"Publish this TXT record, then run `letterwright dkim start {known}`.", err=True)


@command.command("start")
@click.argument("domain")
@click.option("--unchecked", is_flag=True, help="Do not look whether the record is published.")
def start(domain: str, *, unchecked: bool) -> None:
    """Sign letters of DOMAIN with the key that was made last, once its record is published."""
    settings = opened_house()
    with reading() as session:
        known = one_of_ours(domain, domains_of_senders(session))
        waiting = waiting_key(session, known)
    if waiting is not None and not unchecked:
        found = key_is_published(settings, known, as_own_key(waiting))
        if found.level is not Level.GOOD:
            raise WrongState(f"{found.message} {found.cure}".rstrip())
    with transaction() as session:
        key = start_signing(session, known)
    click.echo(f"Letters of {known} are signed from now on, with {key.selector}.")


@command.command("stop")
@click.argument("domain")
def stop(domain: str) -> None:
    """Leave letters of DOMAIN unsigned; campaigns under way keep their key."""
    opened_house()
    with transaction() as session:
        known = one_of_ours(domain, domains_of_senders(session))
        stop_signing(session, known)
    click.echo(f"Letters of {known} are not signed here any more.")


def one_of_ours(domain: str, domains: tuple[str, ...]) -> str:
    wanted = ascii_domain(domain.strip().lower())
    if wanted not in domains:
        raise NotFound(f"No sender has the domain {domain}. There are: {', '.join(domains) or 'none yet'}.")
    return wanted


def tell_record(domain: str, key: OwnKey) -> None:
    click.echo(f"  {key.selector}._domainkey.{domain}  TXT  {key.record}")
