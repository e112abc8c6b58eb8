"""What archives tell machines: feeds of all letters and of each tag, sitemaps, and what robots may read."""

from datetime import datetime
from typing import Any

from flask import Response, current_app, redirect
from flask.typing import ResponseReturnValue

from app.database.session import Session, reading
from app.errors import NotFound
from app.models import Brand
from app.public.archive import (
    archive_here,
    archives_here,
    asked_page,
    brands_here,
    missing,
    newest_change,
    surroundings,
)
from app.queries import archive as questions
from app.queries.archive_search import get_tag, tags_of_archive
from app.readers.answers import make_door
from app.readers.archive_words import archive_words_for
from app.readers.open_answers import add_open_headers, open_answer
from app.services.issues import feed_id, read_issue
from app.services.letters import base_url
from app.urls import archive_address, public_base

ROBOTS = (
    "User-agent: *\nDisallow: /archive/*/search\nAllow: /archive/\nAllow: /media/\nAllow: /static/dist/\n"
    "Allow: /sitemap.xml\nDisallow: /\n"
)
TAGS_IN_SITEMAP = 1_000

blueprint = make_door("archive_feeds", __name__, headers=add_open_headers)
blueprint.register_error_handler(NotFound, missing)


@blueprint.get("/robots.txt")
def robots() -> Response:
    with reading() as session:
        where = f"\nSitemap: {base_here(session)}/sitemap.xml\n" if archives_here(session) else ""
    return open_answer(Response(f"{ROBOTS}{where}", mimetype="text/plain"))


def base_here(session: Session) -> str:
    """The public address of the host that was asked; the house's own at a host that nobody knows."""
    here = brands_here(session)
    return base_url(here[0]) if here else public_base()


@blueprint.get("/sitemap.xml")
def sitemaps() -> Response:
    """Where the sitemaps of the archives at this host are."""
    with reading() as session:
        addresses = [
            f"{archive_address(base_url(brand), brand.slug or '')}sitemap.xml{f'?page={page}' if page > 1 else ''}"
            for brand in archives_here(session)
            for page in range(1, questions.sitemap_pages(session, brand.id) + 1)
        ]
    if not addresses:
        raise NotFound("Nobody has opened an archive here.")
    return machine_readable("sitemaps.xml", "application/xml", addresses=addresses)


@blueprint.get("/archive/<brand_slug>/sitemap.xml")
def sitemap(brand_slug: str) -> Response:
    """The addresses of listed letters, 5,000 a page; on the first page also those of the archive and its tags."""
    with reading() as session:
        brand = archive_here(session, brand_slug)
        page = asked_page()
        if not 1 <= page <= questions.sitemap_pages(session, brand.id):
            raise NotFound("The archive does not have this page.")
        home = archive_address(base_url(brand), brand.slug or "")
        rows = questions.sitemap_rows(session, brand.id, page)
        places: list[tuple[str, datetime | None]] = [(f"{home}{slug}/", changed) for slug, changed in rows]
        if page == 1:
            tags = tags_of_archive(session, brand.id, most=TAGS_IN_SITEMAP)
            newest = max((changed for _slug, changed in rows), default=None)
            places = [(home, newest), *((f"{home}tag/{tag.slug}/", None) for tag in tags), *places]
    return machine_readable("sitemap.xml", "application/xml", places=places)


@blueprint.get("/archive/feed.xml")
def only_feed() -> ResponseReturnValue:
    """The feed of the only archive; with several, each has its own."""
    with reading() as session:
        brands = archives_here(session)
    if len(brands) != 1:
        raise NotFound("There is no feed for all brands.")
    return redirect(f"{archive_address('', brands[0].slug or '')}feed.xml")


@blueprint.get("/archive/<brand_slug>/feed.xml")
def feed(brand_slug: str) -> Response:
    with reading() as session:
        return feed_of(session, archive_here(session, brand_slug))


@blueprint.get("/archive/<brand_slug>/tag/<tag>/feed.xml")
def tag_feed(brand_slug: str, tag: str) -> Response:
    with reading() as session:
        return feed_of(session, archive_here(session, brand_slug), tag=tag)


def feed_of(session: Session, brand: Brand, *, tag: str = "") -> Response:
    """The newest twenty letters whole, as Atom. Raises NotFound for a tag that no listed letter wears."""
    say = archive_words_for(brand.language)
    worn = get_tag(session, brand.id, tag) if tag else None
    found = questions.issues_page(session, brand.id, tag=worn.slug if worn else "")
    issues = tuple(read_issue(session, brand, one) for one in found.issues)
    about = {"brand": brand.name, "tag": worn.name if worn else ""}
    return machine_readable(
        "feed.xml", "application/atom+xml", changed_at=newest_change(issues),
        issues=issues, opened_at=brand.archive_opened_at, language=brand.language, say=say,
        feed_id=feed_id(brand, tag=worn.slug if worn else ""), here=f"tag/{worn.slug}/" if worn else "",
        title=f"{brand.name} · {worn.name}" if worn else brand.name,
        subtitle=(say.about_intro if worn else say.intro).format(**about), **surroundings(session, brand),
    )  # fmt: skip


def machine_readable(template: str, kind: str, *, changed_at: datetime | None = None, **facts: Any) -> Response:
    xml = current_app.jinja_env.get_template(f"public/{template}").render(**facts)
    return open_answer(Response(xml, mimetype=kind), changed_at=changed_at)
