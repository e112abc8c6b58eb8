"""`/archive/`: letters that anybody may read, one by one and in order of time.

An address here carries no token and sets no cookie; what it answers is the same for everybody. At the host name of a
brand only that brand's letters stand; at any other, those of all.
"""

from typing import Any

from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from app.database.session import Session, reading
from app.errors import NotFound
from app.models import Brand, Campaign
from app.queries import archive as questions
from app.queries.archive_search import tags_of_archive
from app.readers.answers import browser_words, make_door, page
from app.readers.archive_facts import about_archive, about_issue
from app.readers.archive_words import archive_words_for
from app.readers.open_answers import add_open_headers, open_answer
from app.readers.words import words_for
from app.services.brand_looks import brand_content
from app.services.issues import Issue, read_issue, teaser
from app.services.letters import base_url
from app.urls import archive_address, public_host

LONGEST_PAGE_NUMBER = 6

blueprint = make_door("archive", __name__, headers=add_open_headers)


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


blueprint.register_error_handler(NotFound, missing)


def brands_here(session: Session) -> tuple[Brand, ...]:
    """The brands whose own host name was asked; none at the house's own, or at one that nobody knows."""
    host = request.host.lower()
    return () if host == public_host() else questions.brands_of_host(session, host)


def archives_here(session: Session) -> tuple[Brand, ...]:
    """The opened archives that stand at this host."""
    here = {brand.id for brand in brands_here(session)}
    return tuple(brand for brand in questions.open_archives(session) if not here or brand.id in here)


def archive_here(session: Session, slug: str) -> Brand:
    """An opened archive; at another brand's host, whoever asks is led to where it stands. Raises NotFound."""
    brand = questions.get_archive(session, slug)
    here = {one.id for one in brands_here(session)}
    if here and brand.id not in here:
        rest = request.path.removeprefix(archive_address("", slug))
        query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
        abort(redirect(f"{archive_address(base_url(brand), slug)}{rest}{query}"))
    return brand


@blueprint.get("/archive/")
def house() -> ResponseReturnValue:
    """The brands that opened theirs; straight to the only one."""
    with reading() as session:
        brands = archives_here(session)
        if not brands:
            raise NotFound("Nobody has opened an archive here.")
        ways = [(brand, archive_address(brand.base_url, brand.slug or "")) for brand in brands]
        if len(brands) == 1:
            return redirect(archive_address("", brands[0].slug or ""))
        words = browser_words()
        say = archive_words_for(words.language)
        answer = page("archive_house.html", words, say=say, title=say.archives, brand="", ways=ways)
    answer.vary.add("Accept-Language")
    return open_answer(answer)


@blueprint.get("/archive/<brand_slug>/")
def index(brand_slug: str) -> Response:
    with reading() as session:
        brand = archive_here(session, brand_slug)
        found = questions.issues_page(session, brand.id, asked_page())
        issues = tuple(teaser(session, brand, one) for one in found.issues)
        say = archive_words_for(brand.language)
        around = surroundings(session, brand)
        answer = page(
            "archive_index.html", words_for(brand.language),
            say=say, title=say.archive, heading=say.archive, intro=say.intro.format(brand=brand.name), issues=issues,
            found=found, here=around["home"], here_address=around["home_address"], feed="",
            tags=tags_of_archive(session, brand.id), chosen="",
            facts=about_archive(around["sender"], around["home_address"], language=brand.language), **around,
        )  # fmt: skip
    return open_answer(answer, changed_at=newest_change(issues))


def newest_change(issues: tuple[Issue, ...]) -> Any:
    return max((one.changed_at for one in issues), default=None)


def asked_page() -> int:
    """The page asked for; 0, which no archive has, where it is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_PAGE_NUMBER else 0


@blueprint.get("/archive/<brand_slug>/<slug>/")
def issue(brand_slug: str, slug: str) -> Response:
    with reading() as session:
        brand = archive_here(session, brand_slug)
        campaign = questions.get_issue(session, brand.id, slug)
        shown = read_issue(session, brand, campaign)
        older, newer = beside(session, brand, campaign)
        languages = (campaign.language, brand.language)
        around = surroundings(session, brand)
        answer = page(
            "archive_issue.html", words_for(*languages),
            say=archive_words_for(*languages), title=shown.title, issue=shown, older=older, newer=newer,
            facts=about_issue(shown, around["sender"], around["home_address"]), **around,
        )  # fmt: skip
    if not shown.is_listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return open_answer(answer, changed_at=shown.changed_at)


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
        "asked": "",
    }
