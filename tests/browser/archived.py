"""A brand with an open archive: letters with every kind of block, one from the right, and two pages of older ones."""

from dataclasses import replace
from io import BytesIO

from PIL import Image as Picture

from app.config import Settings
from app.database.session import transaction
from app.services import archive_tags, assets, corrections
from app.services.archive_index import index_issue
from app.services.corrections import Wanted
from emails.articles.article_json import article_to_json
from emails.articles.blocks import Article, CallToAction, Heading, Image, List, ListItem, Paragraph, Quote, Sponsor
from tests.emails.render.samples import client_article, everything
from tests.factories.issues import make_archive, make_issue

ARABIC = Article(
    "الماء في الشتاء",
    (
        Paragraph('اشرب ما يكفي منه. <a href="https://example.test">اقرأ المزيد</a>.'),
        Heading(2, "ثلاثة أكواب قبل الظهر"),
        List((ListItem("في الصباح", "كوب"), ListItem("عند العاشرة", "كوب ثان"))),
        Quote("الماء حياة", "مثل قديم"),
        CallToAction("تعال وذُق ماءنا.", "ابحث عن نبع", "https://example.test", "هل أنت عطشان؟"),
        Sponsor("ينابيع", "بدعم من ينابيع"),
    ),
)


def with_picture(article: Article, src: str) -> Article:
    return replace(
        article, blocks=tuple(replace(one, src=src) if isinstance(one, Image) else one for one in article.blocks)
    )


def archive(settings: Settings, *, base_url: str) -> None:
    """Opens the archive at /archive/the-spring/; its letters show every kind of block."""
    data = BytesIO()
    Picture.new("RGB", (900, 600), "teal").save(data, "PNG")
    with transaction() as session:
        logo = assets.store_picture(
            session, data.getvalue(), filename="logo.png", user_id=None, folder=settings.uploads
        )
        src = f"/media/{assets.file_name(logo)}"
        brand = make_archive(session, base_url=base_url, logo_asset_id=logo.id)
        made = [
            make_issue(session, brand, "client", with_picture(client_article(), src), days=30),
            make_issue(session, brand, "everything", with_picture(everything(), src), days=29),
            make_issue(session, brand, "arabic", ARABIC, days=28, language="ar"),
            *(make_issue(session, brand, f"older-{number}", days=number) for number in range(18)),
        ]
        for campaign, tags in zip(made, ("Wellness, Springs", "Springs, Everything there is", "Springs"), strict=False):
            archive_tags.set_tags(session, campaign.id, tags)
        better = with_picture(replace(client_article(), subtitle="A better way through the day"), src)
        note = "An earlier version of this letter gave another number of clinics."
        corrections.correct(session, made[0].id, Wanted(article_to_json(better), note=note, noted_on="2026-04-02"))
        for campaign in made:
            index_issue(session, campaign.id)
