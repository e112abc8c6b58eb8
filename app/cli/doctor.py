"""`letterwright doctor`: is everything fit to send, and what does the world see of our domains?"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import chain

import click

from app.cli.house import opened_house
from app.config import Settings, child_environment
from app.database.session import reading
from app.services.house_checks import Rehearsal, as_finding, examine_house
from app.services.probe_findings import house_findings
from app.services.sender_domains import domains_of_senders, examine_domain
from app.services.signing_keys import own_keys
from emails.domains.checks import DomainCheck, Level

VISIT_SECONDS = 60
MARKS = {Level.GOOD: "ok    ", Level.ADVICE: "advice", Level.UNSURE: "unsure", Level.BAD: "WRONG "}


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--no-dns", is_flag=True, help="Do not look anything up in the DNS.")
def command(*, as_json: bool, no_dns: bool) -> None:
    """Examine this installation: folder, parts, mail server, and each sender's domain in the DNS.

    Exit status 1 where something is wrong that keeps letters from arriving.
    """
    settings = opened_house()
    found: list[DomainCheck] = []
    house = examine_house(settings, lambda: visit(settings))
    for check in chain(house, () if no_dns else domain_checks(settings), probe_checks()):
        found.append(check)
        if not as_json:
            tell(check)
    wrong = sum(not check.ok for check in found)
    if as_json:
        click.echo(json.dumps({"ok": not wrong, "checks": [as_finding(check) for check in found]}, ensure_ascii=False))
    elif wrong:
        click.echo(f"\n{wrong} of {len(found)} checks found something wrong.")
    else:
        click.echo(f"\nNothing is wrong ({len(found)} checks).")
    if wrong:
        sys.exit(1)


def domain_checks(settings: Settings) -> Iterator[DomainCheck]:
    with reading() as session:
        keys = {domain: own_keys(session, domain, waiting=False) for domain in domains_of_senders(session)}
    for domain, own in keys.items():
        yield from examine_domain(settings, domain, keys=own)


def probe_checks() -> Sequence[DomainCheck]:
    """What the last letters to ourselves found; nothing is sent for it."""
    with reading() as session:
        return list(house_findings(session))


def tell(check: DomainCheck) -> None:
    click.echo(f"{MARKS[check.level]}  {check.message}")
    if check.cure:
        click.echo(f"        {check.cure}")
    if check.paste:
        click.echo(f"        {check.paste.name}  {check.paste.kind}  {check.paste.value}")


def visit(settings: Settings) -> Rehearsal:
    """What the mail server says to a process of ours that comes without a letter."""
    environment = child_environment(LETTERWRIGHT_DATA=str(settings.data), SMTP_URL=settings.smtp_url)
    try:
        told = subprocess.run(
            [sys.executable, "-m", "workers", "rehearse"],
            env=environment, stdout=subprocess.PIPE, timeout=VISIT_SECONDS, check=True,
        )  # fmt: skip
        answer = json.loads(told.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        return Rehearsal("", f"the visit failed ({type(error).__name__})")
    return Rehearsal(answer["server"], answer["trouble"].rstrip("."))
