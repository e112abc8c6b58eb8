"""Articles on their way in: one import at each step, and a draft whose pictures lie on other sites."""

from dataclasses import dataclass

from app.config import Settings
from app.database.session import transaction
from app.services import article_imports, picture_fetches
from app.services.article_drafts import Wording, draft_article
from app.services.article_sources import Source, keep_source
from app.services.brands import BrandDetails, create_brand, first_brand
from app.services.media import Origin
from tests.emails.articles.samples import ghost
from workers import runtime
from workers.jobs import article_imports as job

OUTSIDE = "# Water in winter\n\n![A hill]({url}/hill.png)\n\nWords.\n\n![]({url}/b.png)\n"


@dataclass(frozen=True)
class Arrived:
    """The ids of the imports, and of the draft."""

    imports: tuple[int, ...]
    campaign: int


def export(count: int) -> bytes:
    titles = ("Water in winter", "Why three glasses before noon are enough for nearly everybody who does not run", "")
    posts = [{"title": titles[n % 3], "slug": f"post-{n}", "html": f"<p>Words of post {n}.</p>"} for n in range(count)]
    return ghost(*posts, {"title": "Nothing in it", "slug": "nothing", "html": ""}).encode()


def bring_articles(settings: Settings) -> Arrived:
    """Being read, waiting for a choice, being made, done, failed."""
    runtime.use_settings(settings)
    with transaction() as session:
        if first_brand(session) is None:
            create_brand(session, BrandDetails("Clearer Days", "48 Harbour Street\nPortland"))
    reading_on, listed, making, done = (begin(settings, export(5), f"{name}.json") for name in "abcd")
    failed = begin(settings, b'{"db": [{"data": {"posts": ', "a-broken-export-with-a-rather-long-name.json")
    for number in (listed, making, done, failed):
        job.run(number)
    for number in (making, done):
        with transaction() as session:
            article_imports.choose(session, number, None)
    with transaction() as session:
        article_imports.make_drafts(session, making, settings.uploads, most=2)
    job.run(done)
    return Arrived((reading_on, listed, making, done, failed), draft_with_pictures(settings))


def begin(settings: Settings, data: bytes, name: str) -> int:
    source = Source(data, name)
    kept = keep_source(source, settings.imports)
    with transaction() as session:
        origin = Origin(first_brand(session).id, None, settings.uploads)
        batch = article_imports.begin(session, source, kept, origin, with_pictures=False)
        session.flush()
        return batch.id


def draft_with_pictures(settings: Settings) -> int:
    with transaction() as session:
        brand = first_brand(session)
        [found] = Source(OUTSIDE.replace("{url}", settings.url), kind="markdown").found()
        campaign = draft_article(session, brand, found.article, Wording(), Origin(brand.id, None, settings.uploads))
        row = picture_fetches.begin(session, campaign.id)
        reason = "The site has no such page. Check the address."
        picture_fetches.note(session, row.id, f"{settings.url}/hill.png", reason, settings.uploads)
        picture_fetches.finish(session, row.id)
        return campaign.id
