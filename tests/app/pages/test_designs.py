"""Designs on their pages: made from a theme, changed in form or MJML, shown, brought back, worn by a campaign."""

from html import unescape

import pytest

from app.database.session import reading, transaction
from app.models import Brand, Campaign, Design, Role
from app.services.designs import save_choices
from emails.themes.choices import Choices
from tests.factories.brands import make_brand
from tests.factories.ready import make_ready

SHELL = """<mjml>
<mj-body>
<mj-wrapper background-color="#ffffff"><letter-article /></mj-wrapper>
<letter-footer />
</mj-body>
</mjml>"""


@pytest.fixture
def brand() -> None:
    with transaction() as session:
        make_brand(session, name="Quince")


def design() -> Design:
    with reading() as session:
        return session.query(Design).one()


def made(owner, **given) -> str:
    answer = owner.post("/content/designs", {"theme": "signal", **given})
    assert answer.status_code == 303
    return answer.location


def test_the_shelf_shows_the_themes_and_teaches_the_next_step(owner, brand):
    page = owner.get("/content/designs").text
    assert all(title in page for title in ("Calm", "Broadsheet", "Signal", "Midnight"))
    assert page.count("Make your own") == 4
    assert "Your own" not in page.replace("Make your own", "").replace("design of your own", "")


def test_without_a_brand_the_page_says_where_to_name_it(owner):
    page = owner.get("/content/designs").text
    assert "Name yours first" in page
    assert "Make your own" not in page
    assert owner.post("/content/designs", {"theme": "calm"}).status_code == 409


def test_a_design_is_made_from_a_theme_and_named_after_it(owner, brand):
    assert made(owner) == f"/content/designs/{design().id}"
    assert (design().name, design().theme, design().revision) == ("Our Signal", "signal", 1)
    made(owner)
    with reading() as session:
        assert [row.name for row in session.query(Design).order_by(Design.id)] == ["Our Signal", "Our Signal 2"]


def test_what_the_form_says_is_kept_and_shown_again(owner, brand):
    address = made(owner)
    form = {"name": "Autumn", "revision": "1", "accent": "#e4572e", "title_size": "40", "gutter": "24", "ruled": "yes",
            "title_weight": "800", "masthead": "center", "footer_note": "Just answer this letter."}  # fmt: skip
    assert owner.post(address, form).status_code == 303
    kept = design()
    assert kept.name == "Autumn"
    assert kept.choices == {"accent": "#E4572E", "title_size": 40, "gutter": 24, "ruled": "yes", "title_weight": 800,
                            "masthead": "center", "footer_note": "Just answer this letter."}  # fmt: skip
    page = owner.get(address).text
    assert 'value="#E4572E"' in page
    assert '<option selected value="800">' in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("accent", "greenish", "Write a colour"), ("title_size", "90", "Choose 24 to 46 pixels"), ("name", "", "Write"),
     ("gutter", "3", "Choose 24 to 56 pixels"), ("heading_font", "wingdings", "Not a valid choice")],
)  # fmt: skip
def test_what_cannot_be_is_refused_under_its_field(owner, brand, field, value, sentence):
    address = made(owner)
    answer = owner.post(address, {"name": "Autumn", "revision": "1", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text
    assert design().choices == {}


def test_nobody_overwrites_what_another_saved_meanwhile(owner, brand):
    address = made(owner)
    owner.post(address, {"name": "Autumn", "revision": "1", "accent": "#112233"})
    answer = owner.post(address, {"name": "Autumn", "revision": "1", "accent": "#445566"})
    assert answer.status_code == 409
    assert "changed elsewhere meanwhile" in answer.text
    assert design().choices == {"accent": "#112233"}


def test_the_preview_tells_figures_and_moved_shades_while_one_types(owner, brand):
    address = made(owner)
    part = owner.post(f"{address}/preview", {"name": "x", "ink": "#CCCCCC", "accent": "#E4572E"}).text
    assert part.count(":1</span>") == 14
    assert "Text in #CCCCCC would be hard to read" in part
    assert "accent=%23E4572E" in part
    assert "Write a colour" in owner.post(f"{address}/preview", {"name": "x", "card": "paper"}).text


def test_the_sample_is_a_letter_in_the_choices_of_its_address(owner, brand):
    address = made(owner)
    answer = owner.get(f"{address}/sample?card=%23FFF6E9&title_size=46&footer_note=Mind%20the%20gap")
    assert "#FFF6E9" in answer.text
    assert "font-size:46px" in answer.text
    assert "Mind the gap" in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "@media all" in owner.get(f"{address}/sample?scheme=dark").text
    assert owner.get(f"{address}/sample?title_size=99999&accent=%3Cb%3E&title_weight=7").status_code == 200


def test_a_page_in_mjml_is_checked_line_by_line_and_saved_only_whole(owner, brand):
    address = made(owner, **{"as": "mjml"})
    assert "letter-article" in owner.get(address).text
    bad = SHELL.replace("background-color", "backgroundcolor")
    part = owner.post(f"{address}/check", {"source": bad}).text
    assert 'data-line="3"' in part
    assert "has no attribute backgroundcolor; did you mean background-color?" in part
    answer = owner.post(address, {"source": bad, "revision": "1"})
    assert answer.status_code == 422
    assert "Line 3:" in answer.text
    assert design().shell == ""
    assert owner.post(address, {"source": SHELL, "revision": "1"}).status_code == 303
    assert design().shell == SHELL
    assert "Every element, attribute and value is understood" in owner.get(address).text


def test_the_beginning_that_is_offered_can_be_saved_as_it_is(owner, brand):
    address = made(owner, **{"as": "mjml"})
    page = owner.get(address).text
    offered = unescape(page.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0])
    assert owner.post(address, {"source": offered, "revision": "1"}).status_code == 303


def test_the_typed_page_is_shown_before_it_is_kept(owner, brand):
    address = made(owner, **{"as": "mjml"})
    shown = owner.post(f"{address}/sample", {"source": SHELL.replace("#ffffff", "#FFEEDD")})
    assert "#FFEEDD" in shown.text
    assert "What your readers see" in shown.text
    broken = owner.post(f"{address}/sample", {"source": "<mjml><mj-body></mj-body></mjml>"})
    assert "needs one place" in broken.text
    assert design().shell == ""


def test_the_page_in_mjml_can_be_given_up(owner, brand):
    address = made(owner, **{"as": "mjml"})
    owner.post(address, {"source": SHELL, "revision": "1"})
    assert owner.post(address, {"leave": "1", "source": SHELL, "revision": "2"}).status_code == 303
    assert design().shell == ""


def test_every_save_is_a_version_that_can_be_brought_back(owner, brand):
    address = made(owner)
    owner.post(address, {"name": "Autumn", "revision": "1", "accent": "#112233"})
    owner.post(address, {"name": "Autumn", "revision": "2", "accent": "#AA3300"})
    owner.post(address, {"name": "Renamed only", "revision": "3", "accent": "#AA3300"})
    page = owner.get(f"{address}/versions").text
    assert all(f"Version {number}" in page for number in (1, 2, 3))
    assert "Version 4" not in page
    owner.post(f"{address}/versions/2")
    assert design().choices == {"accent": "#112233"}
    assert owner.post(f"{address}/versions/99").status_code == 404


def test_a_design_put_away_is_offered_no_more_and_can_come_back(owner, brand):
    address = made(owner)
    owner.post(f"{address}/put-away")
    page = owner.get("/content/designs").text
    assert "Bring back" in page
    owner.post(f"{address}/put-away", {"back": "1"})
    assert "Bring back" not in owner.get("/content/designs").text


def test_a_campaign_is_offered_the_brands_designs_and_wears_the_chosen_one(owner):
    with transaction() as session:
        campaign = make_ready(session)[0].id
    address = made(owner)
    owner.post(address, {"name": "Autumn", "revision": "1", "card": "#FFF6E9"})
    word = f"design-{design().id}"
    assert f'value="{word}"' in owner.get(f"/campaigns/{campaign}").text
    looked_at = owner.get(f"/campaigns/{campaign}/letter?design={word}").text
    assert "#FFF6E9" in looked_at
    assert owner.post(f"/campaigns/{campaign}/look", {"theme": word}).status_code == 303
    assert "#FFF6E9" in owner.get(f"/campaigns/{campaign}/letter").text
    assert "Autumn, “Water in winter, and why”" in owner.get(f"/campaigns/{campaign}").text


def test_a_campaign_cannot_wear_another_brands_design(owner):
    with transaction() as session:
        campaign = make_ready(session)[0].id
    with transaction() as session:
        other = make_brand(session, name="Other")
        session.add(Design(brand_id=other.id, name="Theirs", theme="calm"))
    assert owner.post(f"/campaigns/{campaign}/look", {"theme": f"design-{design().id}"}).status_code == 422
    assert owner.post(f"/campaigns/{campaign}/look", {"theme": "nothing"}).status_code == 422
    with reading() as session:
        assert session.get_one(Campaign, campaign).theme == "calm"


def test_viewers_look_and_change_nothing(owner, visit, brand):
    address = made(owner)
    viewer = visit(Role.VIEWER)
    page = viewer.get(address).text
    assert "You can look at this" in page
    assert viewer.post(address, {"name": "x", "revision": "1"}).status_code == 403
    assert viewer.get(f"{address}/mjml").status_code == 200


def test_a_title_with_markup_stays_words(owner, brand):
    with transaction() as session:
        session.query(Brand).one().name = "<script>alert(1)</script>"
    address = made(owner)
    with transaction() as session:
        save_choices(session, design().id, Choices(footer_note="<img src=x onerror=alert(1)>"), revision=1)
    for page in (address, f"{address}/sample", f"{address}/versions", "/content/designs"):
        assert "<script>alert" not in owner.get(page).text
        assert "<img src=x" not in owner.get(page).text
