"""A second person's word: bound to what was seen, void after any change, and asked for again before a letter leaves."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Approval, ApprovalRule, Brand, Campaign, CampaignStatus, Role, Sender, User
from app.models.preflight import ApprovalAnswer
from app.services import approvals, brands, scheduling
from app.services.approvals import Decision, Standing, approval_now
from app.services.articles import article_of, save_article
from app.services.campaigns import CampaignChanges, lists_of, set_lists, update_campaign
from app.services.content_hash import campaign_hash
from app.services.letters import compile_campaign
from app.services.scheduling import Leave
from emails.articles.article_json import article_to_json
from tests.factories.mailing_lists import make_list
from tests.factories.ready import make_ready

YES, NO = ApprovalAnswer.APPROVED, ApprovalAnswer.RETURNED


class House:
    """A ready draft of a brand that wants a second person's word, Ada who asks and Bo who answers."""

    def __init__(self) -> None:
        with transaction() as session:
            campaign, _readers = make_ready(session)
            self.id, self.brand_id = campaign.id, campaign.brand_id
            session.get_one(Brand, campaign.brand_id).approval_rule = ApprovalRule.SECOND_PERSON
            people = [User(email=f"{name}@example.test", email_key=f"{name}@example.test", role=Role.EDITOR, name=name)
                      for name in ("Ada", "Bo")]  # fmt: skip
            session.add_all(people)
            session.flush()
            self.ada, self.bo = (one.id for one in people)

    @property
    def hash(self) -> str:
        with reading() as session:
            return campaign_hash(session, self.id)

    @property
    def standing(self) -> Standing:
        with reading() as session:
            return approval_now(session, session.get_one(Campaign, self.id)).standing

    def ask(self, **given) -> None:
        with transaction() as session:
            approvals.ask(session, self.id, **({"user_id": self.ada, "seen_hash": self.hash} | given))

    def answer(self, answer=YES, *, by=None, seen=None, words="") -> None:
        with transaction() as session:
            approvals.answer(session, self.id, Decision(by or self.bo, seen or self.hash, answer, words))

    def approve(self) -> None:
        self.ask()
        self.answer()

    def schedule(self) -> None:
        with transaction() as session:
            scheduling.schedule(session, self.id, Leave(now() + timedelta(hours=1), user_id=self.ada))

    def edit(self, **changes) -> None:
        with transaction() as session:
            update_campaign(session, self.id, CampaignChanges(**(changes or {"subject": "Another subject, changed"})))

    @property
    def status(self) -> CampaignStatus:
        with reading() as session:
            return session.get_one(Campaign, self.id).status


@pytest.fixture
def house(database) -> House:
    return House()


def test_without_a_rule_nobody_is_asked_for_anything(house):
    with transaction() as session:
        approvals.set_rule(session, house.brand_id, "none", user_id=house.ada)
    assert house.standing is Standing.UNNEEDED
    house.schedule()


def test_nothing_leaves_before_a_second_person_approved_it(house):
    with pytest.raises(InvalidInput, match="second person"):
        house.schedule()
    house.ask()
    with pytest.raises(InvalidInput, match="second person"):
        house.schedule()
    house.answer()
    house.schedule()
    assert house.status is CampaignStatus.SCHEDULED


def test_who_asked_cannot_approve(house):
    house.ask()
    with pytest.raises(InvalidInput, match="yourself"):
        house.answer(by=house.ada)
    assert house.standing is Standing.ASKED


def test_sending_back_needs_words_and_keeps_them(house):
    house.ask(note="The second paragraph is new")
    with pytest.raises(InvalidInput):
        house.answer(NO)
    house.answer(NO, words="Name the study.")
    with reading() as session:
        now_ = approval_now(session, session.get_one(Campaign, house.id))
    assert (now_.standing, now_.words, now_.note) == (
        Standing.RETURNED,
        "Name the study.",
        "The second paragraph is new",
    )
    with pytest.raises(InvalidInput):
        house.schedule()
    house.approve()
    house.schedule()


@pytest.mark.parametrize("what", ["subject", "theme", "article", "lists", "sender", "brand"])
def test_every_change_of_what_readers_get_voids_the_approval_and_says_so(house, what):
    house.approve()
    with transaction() as session:
        campaign = session.get_one(Campaign, house.id)
        if what == "article":
            held = article_of(session, house.id)
            written = article_to_json(held.article) | {"title": "Another title"}
            save_article(session, house.id, written, revision=held.revision)
        elif what == "lists":
            more = make_list(session, brand_id=campaign.brand_id)
            set_lists(session, house.id, lists_of(session, house.id), [more.id])
        elif what == "sender":
            session.get_one(Sender, campaign.sender_id).name = "Somebody else"
        elif what == "brand":
            session.get_one(Brand, campaign.brand_id).accent = "#804000"
        else:
            update_campaign(session, house.id, CampaignChanges(**{what: "midnight"}))
    assert house.standing is Standing.VOID
    with pytest.raises(InvalidInput, match="second person"):
        house.schedule()


def test_what_readers_never_see_voids_nothing(house):
    house.approve()
    house.edit(name="Another name for the team")
    assert house.standing is Standing.APPROVED


def test_an_answer_to_what_was_changed_meanwhile_is_refused(house):
    house.ask()
    seen = house.hash
    house.edit()
    with pytest.raises(InvalidInput, match="changed meanwhile"):
        house.answer(seen=seen)
    with pytest.raises(InvalidInput, match="changed meanwhile"):
        house.answer()
    with pytest.raises(InvalidInput, match="changed meanwhile"):
        house.ask(seen_hash=seen)
    assert house.standing is Standing.VOID


def test_nobody_answers_twice_or_unasked(house):
    with pytest.raises(NotFound):
        house.answer()
    house.approve()
    with pytest.raises(InvalidInput, match="answered already"):
        house.answer()


def test_a_scheduled_campaign_is_neither_asked_about_nor_answered(house):
    house.approve()
    house.schedule()
    for verb in (house.ask, house.answer):
        with pytest.raises(WrongState):
            verb()


def test_a_rule_that_came_after_scheduling_holds_the_campaign_at_its_time(house):
    with transaction() as session:
        approvals.set_rule(session, house.brand_id, "none", user_id=None)
    with transaction() as session:
        scheduling.send_now(session, house.id, undo_seconds=0)
        approvals.set_rule(session, house.brand_id, "second_person", user_id=None)
    with transaction() as session:
        scheduling.start_due(session)
    with transaction() as session:
        assert not compile_campaign(session, house.id)
    assert house.status is CampaignStatus.HELD
    with reading() as session:
        assert "second person" in session.get_one(Campaign, house.id).trouble


def test_a_brand_changed_after_approval_and_scheduling_does_not_leave(house):
    house.approve()
    with transaction() as session:
        scheduling.send_now(session, house.id, undo_seconds=0)
        scheduling.start_due(session)
    with transaction() as session:
        brand = session.get_one(Brand, house.brand_id)
        brands.write_details(session, brand, brands.BrandDetails(name=brand.name, address="1 Other Street"))
    with transaction() as session:
        assert not compile_campaign(session, house.id)
    assert house.status is CampaignStatus.HELD


def at_once(*verbs) -> list[str]:
    """Runs verbs side by side; answers what was refused."""
    gate, refused = threading.Barrier(len(verbs)), []

    def run(verb) -> None:
        gate.wait()
        try:
            verb()
        except (InvalidInput, WrongState) as error:
            refused.append(str(error))

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_an_approval_never_covers_an_edit_that_came_at_the_same_time(house):
    for number in range(8):
        house.ask()
        seen = house.hash
        at_once(lambda seen=seen: house.answer(seen=seen), lambda number=number: house.edit(subject=f"Edit {number}"))
        assert house.hash != seen
        assert house.standing is Standing.VOID
        with pytest.raises(InvalidInput, match="second person"):
            house.schedule()


def test_schedule_and_edit_at_the_same_time_let_one_win_and_nothing_unapproved_leave(house):
    for number in range(6):
        house.approve()
        at_once(house.schedule, lambda number=number: house.edit(subject=f"Edit {number}"))
        with transaction() as session:
            campaign = session.get_one(Campaign, house.id)
            if campaign.status is CampaignStatus.SCHEDULED:
                assert campaign.approved_hash == campaign_hash(session, house.id)
                newest = approvals.newest_approval(session, house.id)
                assert (newest.answer, newest.content_hash) == (YES, campaign.approved_hash)
                scheduling.unschedule(session, house.id)
            else:
                assert campaign.subject == f"Edit {number}"


def test_five_answers_at_once_count_as_one(house):
    house.ask()
    refused = at_once(*[lambda: house.answer(seen=house.hash)] * 5)
    assert len(refused) == 4
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Approval)) == 1
