"""A draft's long checks: links visited, the letter tried on everybody, a spam filter and DNS asked.

Each works without an open transaction, in turns short enough to let other jobs by, and keeps how far it is.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict

from app.database.session import reading, transaction
from app.jobs import Job, ring
from app.models.preflight import CheckKind
from app.outside import links, spam_filter
from app.outside.reserved_names import is_example, is_inner
from app.queries.audience_people import people_between
from app.services.audience import newest_subscriber
from app.services.campaigns import get_campaign
from app.services.check_subjects import domain_of, dry_run_of, is_current, links_to_visit, subjects_of, whole_message
from app.services.letter_checks import Claim, Result, fail, finish, hand_on, note_progress, standing, take_up
from app.services.sender_domains import examine_domain
from app.services.senders import get_sender
from emails.domains.checks import Level
from emails.errors import TemplateBroken
from emails.preflight import domain, live_links, spam
from emails.preflight.dry_run import PeopleSeen
from workers.runtime import job, settings

log = logging.getLogger(__name__)

TURN_SECONDS = 5.0
PAGE_IDS = 5_000
CHANGED = "The letter was changed while this was looked at. It is looked at again when you ask for it."
BROKEN = "The letter cannot be made as it is; mend its merge tags first."
NO_ANSWER = "SpamAssassin did not answer in time."


@job
def check(campaign_id: int, kind: str) -> None:
    """One turn of one check; does nothing where another worker is at it, or nobody asked."""
    with transaction() as session:
        claim = take_up(session, campaign_id, CheckKind(kind))
    if claim is None:
        return
    try:
        with reading() as session:
            current = is_current(claim.kind, claim.subject_hash, subjects_of(session, campaign_id))
        if current:
            CHECKS[claim.kind](claim)
        else:
            end(claim, CHANGED)
    except TemplateBroken:
        end(claim, BROKEN)


@job
def ring_standing() -> None:
    """Rings for checks that nobody seems to be at."""
    with reading() as session:
        still = standing(session)
    for campaign_id, kind in still:
        ring(Job.CHECK, campaign_id, kind.value)


def end(claim: Claim, trouble: str) -> None:
    with transaction() as session:
        fail(session, claim, trouble)


def keep(claim: Claim, result: Result, *, done: int) -> None:
    with transaction() as session:
        finish(session, claim, result, done=done)


def visit_links(claim: Claim) -> None:
    """A handful at once; the visits made so far are among the facts."""
    with reading() as session:
        wanted = links_to_visit(session, claim.campaign_id)
    visits = list(claim.facts.get("visits", []))
    until = time.monotonic() + TURN_SECONDS
    total = len(wanted.addresses)
    while len(visits) < total:
        some = wanted.addresses[len(visits) : len(visits) + links.AT_ONCE]
        visits += [asdict(one) for one in links.visit_all(some)]
        with transaction() as session:
            if not note_progress(session, claim, done=len(visits), total=total):
                return
            if time.monotonic() >= until and len(visits) < total:
                hand_on(session, claim, done=len(visits), total=total, facts={"visits": visits})
                return
    seen = [live_links.SeenLink(**one) for one in visits]
    findings = tuple(live_links.findings_of(seen, wanted.article, wanted.plan))
    keep(claim, Result(findings, {"visits": visits}), done=total)


def try_on_everybody(claim: Claim) -> None:
    """Pages of people by id; the cursor and the sum so far are among the facts."""
    with reading() as session:
        dry_run = dry_run_of(session, claim.campaign_id)
        last = int(claim.facts.get("upto", 0)) or newest_subscriber(session)
    seen, cursor = PeopleSeen.from_json(dict(claim.facts)), int(claim.facts.get("cursor", 0))
    until = time.monotonic() + TURN_SECONDS
    while cursor < last:
        with reading() as session:
            for reader in people_between(session, claim.campaign_id, cursor, cursor + PAGE_IDS):
                seen.add(reader.id, reader.recipient, dry_run)
        cursor += PAGE_IDS
        with transaction() as session:
            if not note_progress(session, claim, done=min(cursor, last), total=last):
                return
            if time.monotonic() >= until and cursor < last:
                facts = seen.to_json() | {"cursor": cursor, "upto": last}
                hand_on(session, claim, done=min(cursor, last), total=last, facts=facts)
                return
    # The findings are made by the report itself, which knows the places of the letter.
    keep(claim, Result(facts=seen.to_json() | {"upto": last}), done=seen.checked)
    log.info("the letter was tried on everybody", extra={"campaign_id": claim.campaign_id, "people": seen.checked})


def ask_spam_filter(claim: Claim) -> None:
    if not spam_filter.find_program():
        keep(claim, Result(facts={"installed": False}), done=1)
        return
    with reading() as session:
        message = whole_message(session, claim.campaign_id)
    opinion = spam_filter.judge(message)
    if opinion is None:
        end(claim, NO_ANSWER)
        return
    rules = [(rule.points, rule.words) for rule in opinion.rules]
    findings = tuple(spam.findings_of(opinion.points, opinion.required, rules))
    keep(claim, Result(findings, {"installed": True, **asdict(opinion)}), done=1)


def look_up_domain(claim: Claim) -> None:
    """Names that nobody can own are not asked about."""
    with reading() as session:
        sender_id = get_campaign(session, claim.campaign_id).sender_id
        name = domain_of(get_sender(session, sender_id)) if sender_id else ""
    told = () if is_example(name) or is_inner(name) else tuple(examine_domain(settings(), name))
    known = bool(told) and not all(one.level is Level.UNSURE for one in told)
    findings = tuple(domain.findings_of(told, is_caught=settings().uses_catcher))
    keep(claim, Result(findings, {"domain": name, "known": known}), done=1)


CHECKS: dict[CheckKind, Callable[[Claim], None]] = {
    CheckKind.LINKS: visit_links,
    CheckKind.PEOPLE: try_on_everybody,
    CheckKind.SPAM: ask_spam_filter,
    CheckKind.DOMAIN: look_up_domain,
}
