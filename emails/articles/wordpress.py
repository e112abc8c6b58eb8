"""The XML file that WordPress exports (WXR): posts and pages with their lead pictures."""

from collections.abc import Iterator

from emails.articles.blocks import Article, Image, Remark
from emails.articles.details import details_of, plain, plain_of_html, with_details
from emails.articles.html import read_html
from emails.articles.html_pictures import picture_of
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.inline import inline_of
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, refuse_large
from emails.articles.wordpress_items import Site, read_items, read_site
from emails.articles.wordpress_text import wordpress_html
from emails.articles.xml_safety import refuse_entities
from emails.errors import ArticleBroken

_NO_ARTICLES = frozenset(
    {"attachment", "revision", "nav_menu_item", "custom_css", "customize_changeset", "oembed_cache", "user_request"}
    | {"wp_block", "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_family"}
    | {"wp_font_face", "acf-field", "acf-field-group", "shop_order", "wpcf7_contact_form", "elementor_library"}
)
_NEVER_WRITTEN = frozenset({"trash", "auto-draft", "inherit"})


def read_wordpress(data: bytes, base: str = "") -> Iterator[Found]:
    """Each post, page and article of another type; drafts too, with a remark.

    Raises: ArticleBroken for what is no export of WordPress.
    """
    refuse_entities(data, prologue_only=True)
    site = read_site(data, base)
    found = False
    for number, item in enumerate(read_items(data), start=1):
        if item.get("post_type", "post") in _NO_ARTICLES or item.get("status", "") in _NEVER_WRITTEN:
            continue
        found = True
        part = plain_of_html(item.get("title", ""))[:200] or item.get("post_name", "")[:200] or f"item {number}"
        try:
            yield Imported(_read(item, site), part)
        except ArticleBroken as broken:
            yield LeftOut(part, str(broken))
    if not found:
        raise ArticleBroken("There are no posts in this export. Export “All content” in WordPress's tools.")


def _read(item: dict[str, str], site: Site) -> Article:
    refuse_large(len(item.get("content", "")), MAX_BYTES)
    pictures = {number: one.url for number, one in site.attachments.items()}
    html, remarks = wordpress_html(item.get("content", ""), pictures)
    if not html.strip():
        raise ArticleBroken("The post has no text. Write it, or leave it out of the export.")
    link = plain(item.get("link", ""))
    around = Surroundings(link if link.startswith("http") else site.base)
    published = item.get("status", "publish") == "publish"
    title = plain_of_html(item.get("title", ""))
    fields = {
        "title": title,
        "description": plain_of_html(item.get("excerpt", "")),
        "language": site.language,
        "author": site.names.get(item.get("creator", ""), "") or plain(item.get("creator", "")),
        "date": item.get("post_date", "") or item.get("post_date_gmt", ""),
        "canonical_url": around.link(link) if published else "",
    }
    hero, missing = _hero(item, site, around)
    details = details_of(fields, hero=hero, remarks=[*_remarks(item, site), *missing, *remarks])
    return with_details(read_html(html, around, title=title), details)


def _hero(item: dict[str, str], site: Site, around: Surroundings) -> tuple[Image | None, list[Remark]]:
    number = item.get("_thumbnail_id", "").strip()
    if not number:
        return None, []
    attachment = site.attachments.get(number)
    image = picture_of({"src": attachment.url}, around) if attachment else None
    if attachment is None or image is None or not image.src:
        message = "The lead picture of the post is not in this export. Export “All content”, or add the picture."
        return None, [Remark("lead_picture_missing", message)]
    return Image(image.src, attachment.alt, inline_of(attachment.caption)), []


def _remarks(item: dict[str, str], site: Site) -> list[Remark]:
    remarks = []
    status, kind = plain(item.get("status", "")), plain(item.get("post_type", ""))
    if status in {"private", "protected"} or item.get("post_password", "").strip():
        remarks.append(Remark("not_public", "The post was not for everybody: it is private or has a password."))
    elif status and status != "publish":
        remarks.append(Remark("not_published", f"The post was not published: its status is “{status[:40]}”."))
    if kind and kind != "post":
        remarks.append(Remark("other_type", f"It is no post: its type is “{kind[:40]}”."))
    if site.faulty:
        remarks.append(Remark("xml_faulty", "The file is not well-formed; compare the article with the site."))
    return remarks
