"""Plans of departure and warm-ups."""

from sqlalchemy.orm import Session

from app.models import Campaign, DeparturePlan, MailingList, WarmUp
from app.services.departure_plans import kept_plan
from app.services.warm_ups import save_warm_up
from tests.factories.campaigns import make_preparing
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed


def make_plan(session: Session, campaign: Campaign, **given) -> DeparturePlan:
    """A plan that holds nothing back, but for what is given."""
    plan = kept_plan(session, campaign.id)
    for name, value in given.items():
        setattr(plan, name, value)
    session.flush()
    return plan


def make_planned(session: Session, *lists: MailingList, people: int = 10, **given) -> Campaign:
    """A campaign that has started, with this plan, to these lists or to so many people; not frozen yet."""
    if not lists:
        lists = (make_list(session),)
        make_confirmed(session, lists[0], people)
    campaign = make_preparing(session, *lists)
    make_plan(session, campaign, **given)
    return campaign


def make_warm_up(session: Session, *steps: int, domain: str = "example.test", zone: str = "UTC") -> WarmUp:
    return save_warm_up(session, domain, steps, zone)
