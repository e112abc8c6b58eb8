"""`/archive/`: letters that anybody may read, their feeds, and what robots are told.

An address here carries no token and sets no cookie; what it answers is the same for everybody.
"""

from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.database.session import Session, reading
from app.errors import NotFound
from app.models import Brand, Campaign
from app.queries import archive as questions
from app.readers.answers import browser_words, make_door, page
from app.readers.archive_words import archive_words_for
from app.readers.open_answers import add_open_headers, open_answer
from app.readers.words import words_for
from app.services.brand_looks import brand_content
from app.services.issues import Issue, feed_id, read_issue, teaser
from app.services.letters import base_url
from app.urls import archive_address

ROBOTS = "User-agent: *\nAllow: /archive/\nAllow: /media/\nAllow: /static/dist/\nDisallow: /\n"
LONGEST_PAGE_NUMBER = 6

blueprint = make_door("archive", __name__, headers=add_open_headers)


@blueprint.errorhandler(NotFound)
def missing(_error: NotFound) -> Response:
    """What is not here; where its archive is open, with the way there."""
    words = browser_words()
    say = archive_words_for(words.language)
    with reading() as session:
        brand = questions.find_archive(session, str((request.view_args or {}).get("brand_slug", "")))
    facts: dict[str, Any] = {
        "brand": brand.name if brand else "",
        "address": archive_address("", brand.slug or "") if brand else "",
        "onward": "",
        "way": say.all_letters,
    }
    return page("no_longer_shown.html", words, status=404, title=say.missing_title, message=say.missing, **facts)


@blueprint.get("/robots.txt")
def robots() -> Response:
    return open_answer(Response(ROBOTS, mimetype="text/plain"))


@blueprint.get("/archive/")
def house() -> ResponseReturnValue:
    """The brands that opened theirs; straight to the only one."""
    with reading() as session:
        brands = questions.open_archives(session)
        if not brands:
            raise NotFound("Nobody has opened an archive here.")
        if len(brands) == 1:
            return redirect(url_for("archive.index", brand_slug=brands[0].slug))
        words = browser_words()
        say = archive_words_for(words.language)
        answer = page("archive_house.html", words, say=say, title=say.archives, brand="", brands=brands)
    answer.vary.add("Accept-Language")
    return open_answer(answer)


@blueprint.get("/archive/feed.xml")
def only_feed() -> ResponseReturnValue:
    """The feed of the only archive; with several, each has its own."""
    with reading() as session:
        brands = questions.open_archives(session)
    if len(brands) != 1:
        raise NotFound("There is no feed for all brands.")
    return redirect(url_for("archive.feed", brand_slug=brands[0].slug))


@blueprint.get("/archive/<brand_slug>/")
def index(brand_slug: str) -> Response:
    with reading() as session:
        brand = questions.get_archive(session, brand_slug)
        found = questions.issues_page(session, brand.id, asked_page())
        issues = tuple(teaser(session, brand, one) for one in found.issues)
        words = words_for(brand.language)
        say = archive_words_for(brand.language)
        answer = page(
            "archive_index.html", words,
            say=say, title=say.archive, issues=issues, found=found, **surroundings(session, brand),
        )  # fmt: skip
    return open_answer(answer, changed_at=issues[0].published_at if issues else None)


def asked_page() -> int:
    """The page asked for; 0, which no archive has, where it is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_PAGE_NUMBER else 0


@blueprint.get("/archive/<brand_slug>/feed.xml")
def feed(brand_slug: str) -> Response:
    with reading() as session:
        brand = questions.get_archive(session, brand_slug)
        issues = tuple(read_issue(session, brand, one) for one in questions.issues_page(session, brand.id).issues)
        facts = {"issues": issues, "opened_at": brand.archive_opened_at, **surroundings(session, brand)}
    say = archive_words_for(brand.language)
    template = current_app.jinja_env.get_template("public/feed.xml")
    xml = template.render(language=brand.language, say=say, feed_id=feed_id(brand), **facts)
    answer = Response(xml, mimetype="application/atom+xml")
    return open_answer(answer, changed_at=issues[0].published_at if issues else None)


@blueprint.get("/archive/<brand_slug>/<slug>/")
def issue(brand_slug: str, slug: str) -> Response:
    with reading() as session:
        brand = questions.get_archive(session, brand_slug)
        campaign = questions.get_issue(session, brand.id, slug)
        shown = read_issue(session, brand, campaign)
        older, newer = beside(session, brand, campaign)
        languages = (campaign.language, brand.language)
        answer = page(
            "archive_issue.html", words_for(*languages),
            say=archive_words_for(*languages), title=shown.title, issue=shown, older=older, newer=newer,
            **surroundings(session, brand),
        )  # fmt: skip
    if not shown.is_listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return open_answer(answer, changed_at=shown.published_at)


def beside(session: Session, brand: Brand, campaign: Campaign) -> tuple[Issue | None, Issue | None]:
    """The issues before and after; for an unlisted one, none."""
    found = questions.neighbours_of(session, campaign)
    return (
        teaser(session, brand, found.older) if found.older else None,
        teaser(session, brand, found.newer) if found.newer else None,
    )


def surroundings(session: Session, brand: Brand) -> dict[str, Any]:
    """What stands around every page of an archive: the brand as its letters show it, and where its archive is."""
    slug = brand.slug or ""
    return {
        "brand": brand.name,
        "sender": brand_content(session, brand),
        "home": archive_address("", slug),
        "home_address": archive_address(base_url(brand), slug),
    }
