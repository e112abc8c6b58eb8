"""What the pages about lists, brand and senders ask for."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.pages.forms.sign_in import NEEDED
from app.pages.wording import zone_choices
from app.services.brand_looks import LookDetails
from emails.themes.fonts import FONTS


def font_choices() -> list[tuple[str, str]]:
    return [("", _("The design’s own")), *((name, font.title) for name, font in FONTS.items())]


class ListForm(FlaskForm):
    name = StringField(_l("Name"), [NEEDED])
    description = TextAreaField(_l("What people get"))


class BrandForm(FlaskForm):
    name = StringField(_l("Name"), [NEEDED])
    address = TextAreaField(_l("Postal address"))
    website_url = StringField(_l("Website"))
    picture = FileField(_l("Logo"))
    without_logo = BooleanField(_l("Take the logo away"))
    logo_alt = StringField(_l("What the logo says"))
    logo_width = IntegerField(_l("Width in letters"), [Optional()])
    accent = StringField(_l("Accent"))
    paper = StringField(_l("Paper"))
    ink = StringField(_l("Ink"))
    heading_font = SelectField(_l("Headings"), choices=font_choices, default="")
    body_font = SelectField(_l("Text"), choices=font_choices, default="")
    language = StringField(_l("Language of letters"))
    time_zone = SelectField(_l("Time zone"), choices=zone_choices)
    base_url = StringField(_l("Public address in letters"))

    def look(self) -> LookDetails:
        """What the form says of the look, unchecked."""
        return LookDetails(
            accent=self.accent.data or "",
            paper=self.paper.data or "",
            ink=self.ink.data or "",
            heading_font=self.heading_font.data or "",
            body_font=self.body_font.data or "",
            logo_alt=self.logo_alt.data or "",
            logo_width=self.logo_width.data or 0,
        )


class SenderForm(FlaskForm):
    name = StringField(_l("Name in the From line"), [NEEDED])
    email = StringField(_l("Email address"), [NEEDED])
    reply_to = StringField(_l("Replies go to"))
