"""Scenes of the walk over every page: each builds a house and names the pages to look at in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.config import Settings
from app.database.session import transaction
from app.embedded.maildir import list_letters
from app.models import (
    Campaign,
    ImportBatch,
    LinkPurpose,
    MailingList,
    Message,
    Role,
    Subscriber,
    TransportKind,
    User,
)
from app.queries.versions import versions_of
from app.services import sign_in
from app.services.articles import save_article
from app.services.brands import first_brand
from app.services.campaigns import get_campaign
from app.services.designs import create_design, put_away
from app.services.forms import FormField
from app.services.lists import list_named
from app.services.notice_wordings import ReaderNotice, Wording, save_wording
from app.services.sections import save_section
from app.services.sender_domains import domains_of_senders
from app.services.signing_keys import make_key
from app.services.sources import write_source
from emails.articles.blocks import Paragraph
from emails.themes.choices import Choices, Design
from tests.browser.archived import archive
from tests.browser.arriving import bring_articles
from tests.browser.checked import checked_drafts
from tests.browser.delivering import deliver
from tests.browser.departures import depart
from tests.browser.furnished import furnish
from tests.browser.importing import bring_in_files
from tests.browser.pictured import fill_library
from tests.browser.probed import probe_first_sender
from tests.browser.reported import report
from tests.browser.transported import make_ways
from tests.factories.campaigns import make_campaign, make_sending
from tests.factories.departures import make_warm_up
from tests.factories.events import make_ended
from tests.factories.forms import make_sign_up_form
from tests.factories.ready import READY, make_ready
from tests.factories.segments import asks, choose, make_segment
from tests.factories.sent_letters import make_left

PEOPLE_AND_LISTS = (
    "/people", "/people?q=zzz", "/people/1", "/people/3", "/people/new", "/people/1/edit", "/people/1/unsubscribe",
    "/people/2/subscribe", "/people/1/erase", "/people/1/stop", "/people/3/lift",
    "/lists", "/lists/1", "/lists/2", "/lists/new", "/lists/1/edit",
)  # fmt: skip
SETTINGS = (
    "/settings/brand", "/settings/archive", "/settings/senders", "/settings/senders/1", "/settings/senders/1/remove",
    "/settings/senders/1/domain",
    "/settings/senders/new", "/settings/team", "/settings/team/1", "/settings/team/1/remove", "/settings/team/invite",
    "/settings/account", "/settings/account/password",
)  # fmt: skip
BEFORE_ANYTHING = (
    "/content/designs", "/content/notices", "/content/media", "/content/articles", "/people", "/lists", "/forms",
    "/segments", "/imports", "/campaigns", "/campaigns/new", "/reports", "/inbox", "/settings/brand",
    "/settings/senders", "/welcome", "/delivery", "/delivery/transports",
)  # fmt: skip


SHELL = """<mjml>
  <mj-body background-color="#eeeeee" color="#222222">
    <mj-section background-color="#1b1f5e">
      <mj-column><mj-text color="#ffffff" align="center">{{ brand.name }}</mj-text></mj-column>
    </mj-section>
    <mj-wrapper background-color="#ffffff"><letter-article /></mj-wrapper>
    <letter-footer />
  </mj-body>
</mjml>"""


@dataclass(frozen=True)
class Scene:
    """`build` makes the house and tells the addresses; `endpoints` is exactly what they reach."""

    name: str
    build: Callable[[Settings], list[str]]
    endpoints: frozenset[str] = field(default_factory=frozenset)
    is_for_team: bool = True


def people_and_lists(settings: Settings) -> list[str]:
    furnish(settings)
    return list(PEOPLE_AND_LISTS)


def segments(settings: Settings) -> list[str]:
    """A segment of two groups that a campaign has chosen, and a draft beside it."""
    furnish(settings)
    with transaction() as session:
        readers = session.get_one(MailingList, 1)
        engaged = {"match": "all", "groups": [[asks("list", "is", 1)], [
            asks("field:town", "is", "Lyon"), asks("clicked", "within", 30),
        ]]}  # fmt: skip
        chosen = make_segment(session, name="Lyon, and whoever clicks", rule=engaged)
        make_segment(session, asks("received", "not_within", 365), name="Nobody wrote to them")
        choose(session, make_campaign(session, readers, name="Spring news"), chosen)
        make_sending(session, readers, segments=(chosen,), name="Winter news")
    return ["/segments", "/segments/1", "/segments/2", "/segments/1/edit", "/segments/new", "/people?segment=1",
            "/campaigns/1", "/campaigns/2/report/groups"]  # fmt: skip


def rooms_of_the_team(settings: Settings) -> list[str]:
    furnish(settings)
    with transaction() as session:
        domain = domains_of_senders(session)[0]
        make_key(session, domain)
        make_warm_up(session, 50, 100, 500, 1_000, 5_000, domain=domain, zone="Europe/Paris")
    probe_first_sender(settings)
    key = list_letters(settings.data).letters[0].key
    inbox = (f"/inbox/{key}", *(f"/inbox/{key}?tab={tab}" for tab in ("text", "headers")))
    return [*SETTINGS, "/inbox", *inbox, "/inbox?person=nobody"]


def ways_out(_settings: Settings) -> list[str]:
    home = "/delivery/transports"
    made = [f"{home}/{number}" for number in make_ways()]
    forms = [f"{home}/new/{kind.value}" for kind in TransportKind]
    return [home, *made, f"{made[0]}/edit", f"{made[0]}/remove", f"{home}/new", *forms]


def before_anything(_settings: Settings) -> list[str]:
    return list(BEFORE_ANYTHING)


def drafts(_settings: Settings) -> list[str]:
    with transaction() as session:
        written = make_ready(session)[0].id
        bare = make_campaign(session, name="A draft without a list, a sender or a subject", subject="").id
        article = get_campaign(session, written).article_id
        save_article(session, written, {**READY, "title": "Water"}, revision=1)
        version = versions_of(session, article)[-1].id
        save_section(session, get_campaign(session, written).brand_id, "About us", (Paragraph("We bottle water."),))
    page = f"/campaigns/{written}"
    kept = [f"{page}/versions", f"{page}/versions/{version}", f"{page}/sections", f"/campaigns/{bare}/versions"]
    checked = [f"/campaigns/{number}" for number in checked_drafts()]
    return ["/campaigns", page, f"{page}/delete", *kept, f"/campaigns/{bare}", *checked]


def letters_that_left(settings: Settings) -> list[str]:
    """One as it left, one whose reader changed since, and the web's copy of it, corrected."""
    archive(settings, base_url=settings.url)
    with transaction() as session:
        campaign, person = make_left(session, brand="Night Post")
        issue = session.query(Campaign).filter_by(slug="client").one()
        [first] = session.query(Message).filter_by(campaign_id=campaign.id)
        changed = session.query(Subscriber).filter(Subscriber.id != person.id).first()
        more = {"variant_id": first.variant_id, "status": first.status, "sent_at": first.sent_at}
        session.add(Message(campaign_id=campaign.id, subscriber_id=changed.id, address_hash="i", **more))
        session.flush()
        changed.first_name = "Zora"
        gone = [f"/campaigns/{campaign.id}/people/{one.id}" for one in (person, changed)]
    views = [f"{gone[0]}/letter?view={view}" for view in ("phone", "text", "source")]
    return [gone[0], f"{gone[0]}/letter", *views, f"{gone[1]}/letter", f"/campaigns/{issue.id}/correction"]


def leaving(_settings: Settings) -> list[str]:
    made = depart()
    going = [f"/campaigns/{number}" for name, number in made.items() if not name.startswith("held-")]
    return ["/campaigns", *going, f"/campaigns/{made['waiting']}/people/6", f"/campaigns/{made['leaving']}/cancel"]


def held_and_asked(_settings: Settings) -> list[str]:
    made = depart()
    held = [f"/campaigns/{number}" for name, number in made.items() if name.startswith("held-")]
    sent = f"/campaigns/{made['sent']}"
    return [*held, f"{sent}/send-again", *(f"{sent}/people/{person}" for person in (1, 6, 8, 11))]


def delivery(settings: Settings) -> list[str]:
    deliver(settings)
    return ["/delivery"]


def reports(_settings: Settings) -> list[str]:
    made = report()
    with transaction() as session:
        unopened = make_ended(session, people=3)[0].id
    sent = f"/campaigns/{made['campaign']}"
    people = [f"{sent}/report/people?did=clicked&link=1", f"/campaigns/{unopened}/report/people?did=opened"]
    lists = [f"/lists/{made[name]}/report" for name in ("list", "empty")]
    return ["/", sent, *people, f"{sent}/report/groups", "/reports", *lists, f"/campaigns/{unopened}"]


def forms_and_imports(settings: Settings) -> list[str]:
    furnish(settings)
    fields = [FormField("first_name", "First name"), FormField("town", "Where do you live?", required=True)]
    with transaction() as session:
        readers = list_named(session, "Monthly letter")
        form = make_sign_up_form(session, readers, brand=first_brand(session), name="Website", fields=fields).id
    bring_in_files(settings)
    with transaction() as session:
        imports = [f"/imports/{batch.id}" for batch in session.query(ImportBatch).order_by(ImportBatch.id)]
    forms = ["/forms", "/forms/new", f"/forms/{form}", f"/forms/{form}/edit", f"/forms/{form}/preview"]
    steps = [f"{imports[0]}/columns", f"{imports[0]}/consent"]
    return [*forms, "/imports", "/imports/new", *steps, *imports[1:]]


def designs_and_notices(settings: Settings) -> list[str]:
    furnish(settings)
    with transaction() as session:
        brand = first_brand(session)
        shaped = create_design(session, brand.id, name="Autumn", design=Design("signal", Choices(accent="#A3201C"))).id
        written = create_design(session, brand.id, name="A page of ours", design=Design("calm", shell=SHELL)).id
        put_away(session, create_design(session, brand.id, name="Old", design=Design("midnight")).id, away=True)
        wording = Wording("Please confirm", "Yes", "Hello,\n{{ link }}\nThank you.")
        save_wording(session, brand.id, (ReaderNotice.CONFIRM, "de"), wording)
        whole = make_campaign(session, brand_id=brand.id, name="A whole letter").id
        write_source(session, whole, SHELL)
    home = "/content/designs"
    notices = ["/content/notices", "/content/notices/confirm/de", "/content/notices/welcome_end/ar"]
    pages = [home, f"{home}/{shaped}", f"{home}/{written}", f"{home}/{shaped}/versions"]
    return [*pages, f"{home}/{shaped}/mjml", f"{home}/{written}/mjml", *notices, f"/campaigns/{whole}"]


def media(settings: Settings) -> list[str]:
    shown, spare = fill_library(settings)
    library = "/content/media"
    pictures = (
        f"{library}/{shown}",
        f"{library}/{spare}",
        f"{library}/{shown}/take-out",
        f"{library}/{spare}/take-out",
    )
    return [library, f"{library}?q=zzz", *pictures]


def articles(settings: Settings) -> list[str]:
    made = bring_articles(settings)
    imports = [f"/content/articles/{number}" for number in made.imports]
    letter = f"/campaigns/{made.campaign}"
    return [
        "/content/articles",
        *imports,
        "/content/articles/new",
        f"/content/articles/new?campaign={made.campaign}",
        letter,
    ]


def doors(_settings: Settings) -> list[str]:
    with transaction() as session:
        user = User(email="grace@example.test", email_key="grace@example.test", name="Grace", role=Role.EDITOR)
        session.add(user)
        session.flush()
        links = [sign_in.make_link(session, user.id, purpose) for purpose in LinkPurpose]
    return ["/sign-in", "/sign-in/forgotten", "/sign-in/used-long-ago", *links]


def open_archive(settings: Settings) -> list[str]:
    archive(settings, base_url=settings.url)
    home = "/archive/the-spring/"
    letters = [f"{home}{slug}/" for slug in ("everything", "client", "arabic", "nothing-here")]
    finds = [f"{home}{part}" for part in ("search", "search?q=water", "search?q=zzz", "tag/springs/", "tag/nothing/")]
    return ["/archive/", home, *letters, *finds]


SCENES = (
    Scene("people and lists", people_and_lists, frozenset({
        "subscribers.index", "subscribers.show", "subscribers.new", "subscribers.edit", "subscribers_leaving.erase",
        "subscribers_leaving.lift", "subscribers_leaving.stop", "subscribers_leaving.subscribe",
        "subscribers_leaving.unsubscribe", "lists.index", "lists.show", "lists.new", "lists.edit",
    })),
    Scene("segments", segments, frozenset({
        "segments.index", "segments.show", "segments.edit", "segments.new", "subscribers.index", "campaigns.show",
        "campaigns_report.groups",
    })),
    Scene("rooms of the team", rooms_of_the_team, frozenset({
        "brands.edit", "archives.edit", "senders.index", "senders.edit", "senders.ask_remove", "senders.new",
        "sender_domains.show", "team.index", "team.edit", "team.ask_remove", "team.invite", "account.edit",
        "account.password", "inbox.index", "inbox.show",
    })),
    Scene("ways out", ways_out, frozenset({
        "transports.index", "transports.show", "transports.edit", "transports.ask_remove", "transports.choose",
        "transports.new",
    })),
    Scene("before anything", before_anything, frozenset({
        "subscribers.index", "lists.index", "segments.index", "sign_up_forms.index", "imports.index", "campaigns.index",
        "campaigns.new", "reports.index", "delivery.index", "inbox.index", "brands.edit", "senders.index",
        "sign_in.welcome", "designs.index", "notices.index",
        "media_library.index", "article_imports.index", "transports.index",
    })),
    Scene("drafts", drafts, frozenset({
        "campaigns.index", "campaigns.show", "campaigns.confirm_delete", "campaigns_versions.index",
        "campaigns_versions.show", "campaigns_sections.index",
    })),
    Scene("letters that left", letters_that_left, frozenset({
        "campaigns_leaving.person", "campaigns_sent.show", "campaigns_correction.edit",
    })),
    Scene("leaving", leaving, frozenset({
        "campaigns.index", "campaigns.show", "campaigns_leaving.person", "campaigns_schedule.confirm_cancel",
    })),
    Scene("held and asked", held_and_asked, frozenset({
        "campaigns.show", "campaigns_leaving.person", "campaigns_retries.confirm_send_again",
    })),
    Scene("delivery", delivery, frozenset({"delivery.index"})),
    Scene("reports", reports, frozenset({
        "home.show", "campaigns.show", "campaigns_report.people", "campaigns_report.groups", "reports.index",
        "lists.report",
    })),
    Scene("forms and imports", forms_and_imports, frozenset({
        "sign_up_forms.index", "sign_up_forms.show", "sign_up_forms.new", "sign_up_forms.edit",
        "sign_up_forms.preview", "imports.index", "imports.show", "imports.new", "imports.columns", "imports.consent",
    })),
    Scene("designs and notices", designs_and_notices, frozenset({
        "designs.index", "designs.versions", "designs_form.edit", "designs_source.edit", "notices.index",
        "notices.edit", "campaigns.show",
    })),
    Scene("media", media, frozenset({"media_library.index", "media_library.show", "media_library.ask_take_out"})),
    Scene("articles", articles, frozenset({
        "article_imports.index", "article_imports.new", "article_imports.show", "campaigns.show",
    })),
    Scene("doors", doors, frozenset({"sign_in.show", "sign_in.forgotten", "sign_in.look"}), is_for_team=False),
    Scene("archive", open_archive, frozenset({
        "archive.house", "archive.index", "archive.issue", "archive_finds.search", "archive_finds.tagged",
    }), is_for_team=False),
)  # fmt: skip
