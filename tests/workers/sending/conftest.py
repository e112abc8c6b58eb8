"""Campaigns that are sending, and one run of a send job against a mail server of the test's own."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count, cycle, islice

import pytest
from sqlalchemy import select

from app.clock import now
from app.config import Settings
from app.database.session import reading, transaction
from app.models import Campaign, Chunk, Message, Variant
from app.services.audience import freeze_page
from app.services.scheduling import resume
from emails.articles.blocks import Article, Paragraph
from emails.content import Brand, LetterPlan
from emails.render.compile import compile_letter
from tests.factories.campaigns import make_preparing
from tests.factories.departures import make_planned
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed
from tests.fakes.smtp_server import FakeSmtpServer, smtp_server
from workers.sending.chunk import Holder
from workers.sending.host import this_host
from workers.sending.run import End, send
from workers.sending.way_out import ways_out
from workers.smtp.relay import Relay, Timeouts

QUICK = Timeouts(connect=5, command=5, data=5, block=5, dot=5, goodbye=1)
RUNS = count(1)


@pytest.fixture
def server() -> Iterator[FakeSmtpServer]:
    with smtp_server() as one:
        yield one


class Sending:
    """A campaign to `people` readers at these domains in turn, r1@example.test onwards, by a plan if one is given."""

    def __init__(
        self, settings: Settings, people: int, domains: Sequence[str] = ("example.test",), **plan: object
    ) -> None:
        self.settings = settings
        with transaction() as session:
            mailing_list = make_list(session)
            made = [make_confirmed(session, mailing_list, 1, domain=one) for one in islice(cycle(domains), people)]
            self.people = [person.email for [person] in made]
            campaign = make_planned(session, mailing_list, **plan) if plan else make_preparing(session, mailing_list)
            while freeze_page(session, campaign.id):
                pass
            self.id = campaign.id
            variant = session.scalars(select(Variant).where(Variant.campaign_id == self.id)).one()
            compiled = compile_letter(
                Article(title="Water in winter", blocks=(Paragraph("Drink enough."),)),
                Brand("The Spring", "1 Quay Street\nGalway"),
                LetterPlan(subject="Water", click_base="http://127.0.0.1:8000/c"),
            )
            variant.compiled, variant.content_hash = compiled.to_json(), compiled.content_hash

    def send(self, server: FakeSmtpServer, *, seconds: float = 20, timeouts: Timeouts = QUICK, **changes) -> End:
        relay = Relay("127.0.0.1", server.port, timeouts=timeouts, **{"connections": 3} | changes)
        host = this_host(self.settings)
        holder = Holder(f"{host.name}-{next(RUNS)}", host.name)
        return send(relay, self.id, holder, journals=self.settings.journals, seconds=seconds)

    def send_by_transports(self, *, seconds: float = 20) -> End:
        """One run by the transports there are, as the send job does it, with quick patience."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("workers.sending.carriers.TIMEOUTS", QUICK)
            plan = ways_out(self.settings, self.id)
            host = this_host(self.settings)
            holder = Holder(f"{host.name}-{next(RUNS)}", host.name)
            return send(plan, self.id, holder, journals=self.settings.journals, seconds=seconds)

    def campaign(self) -> Campaign:
        with reading() as session:
            return session.get_one(Campaign, self.id)

    def messages(self) -> list[Message]:
        with reading() as session:
            return list(session.scalars(select(Message).where(Message.campaign_id == self.id).order_by(Message.id)))

    def message_to(self, email: str) -> Message:
        return self.messages()[self.people.index(email)]

    def chunks(self) -> list[Chunk]:
        with reading() as session:
            return list(session.scalars(select(Chunk).where(Chunk.campaign_id == self.id)))

    def books(self) -> dict[str, int]:
        return dict(Counter(message.status.value for message in self.messages()))

    def resume(self) -> None:
        with transaction() as session:
            resume(session, self.id)

    def make_due(self) -> None:
        """What waits for a later try may go now."""
        with transaction() as session:
            for row in (
                *session.scalars(select(Message).where(Message.next_at.is_not(None))),
                *session.scalars(select(Chunk)),
            ):
                row.next_at = now()


@pytest.fixture
def sending(database: Settings):
    return partial(Sending, database)
