"""Letters of an archive by what they are about: a search for words, and a page for each tag.

Unlisted ones are in neither.
"""

from flask import Response, request

from app.database.session import reading
from app.errors import NotFound
from app.public.archive import archive_here, asked_page, missing, newest_change, surroundings
from app.queries.archive import issues_page
from app.queries.archive_search import get_tag, search_issues, tags_of_archive
from app.readers.answers import make_door, page
from app.readers.archive_facts import about_archive
from app.readers.archive_words import archive_words_for
from app.readers.open_answers import add_open_headers, open_answer
from app.readers.words import words_for
from app.services.archive_index import spoken
from app.services.issues import read_issue, teaser
from emails.articles.search_words import LONGEST_QUERY, excerpt, terms_of

blueprint = make_door("archive_finds", __name__, headers=add_open_headers)
blueprint.register_error_handler(NotFound, missing)


@blueprint.get("/archive/<brand_slug>/search")
def search(brand_slug: str) -> Response:
    """Letters with all the words asked for, each with the lines one of them was found in."""
    asked = " ".join(request.args.get("q", "")[:LONGEST_QUERY].split())
    terms = terms_of(asked)
    with reading() as session:
        brand = archive_here(session, brand_slug)
        found = search_issues(session, brand.id, terms, asked_page())
        issues = [read_issue(session, brand, one) for one in found.issues]
        say = archive_words_for(brand.language)
        answer = page(
            "archive_search.html", words_for(brand.language),
            say=say, title=say.search_title, found=found, is_asked=bool(terms),
            results=[(one, excerpt(spoken(one.page.body), terms)) for one in issues],
            **(surroundings(session, brand) | {"asked": asked}),
        )  # fmt: skip
    answer.headers["X-Robots-Tag"] = "noindex, follow"
    return open_answer(answer)


@blueprint.get("/archive/<brand_slug>/tag/<tag>/")
def tagged(brand_slug: str, tag: str) -> Response:
    with reading() as session:
        brand = archive_here(session, brand_slug)
        worn = get_tag(session, brand.id, tag)
        found = issues_page(session, brand.id, asked_page(), tag=worn.slug)
        issues = tuple(teaser(session, brand, one) for one in found.issues)
        say = archive_words_for(brand.language)
        around = surroundings(session, brand)
        here = f"tag/{worn.slug}/"
        heading = say.about.format(tag=worn.name)
        answer = page(
            "archive_index.html", words_for(brand.language),
            say=say, title=heading, heading=heading, intro=say.about_intro.format(brand=brand.name, tag=worn.name),
            issues=issues, found=found, here=f"{around['home']}{here}", here_address=f"{around['home_address']}{here}",
            feed=f"{here}feed.xml", tags=tags_of_archive(session, brand.id), chosen=worn.slug,
            facts=about_archive(around["sender"], around["home_address"], language=brand.language), **around,
        )  # fmt: skip
    return open_answer(answer, changed_at=newest_change(issues))
