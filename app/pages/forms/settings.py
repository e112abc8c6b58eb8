"""What the pages about lists, brand and senders ask for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from app.pages.forms.sign_in import NEEDED
from app.pages.wording import zone_choices


class ListForm(FlaskForm):
    name = StringField(_l("Name"), [NEEDED])
    description = TextAreaField(_l("What people get"))


class BrandForm(FlaskForm):
    name = StringField(_l("Name"), [NEEDED])
    address = TextAreaField(_l("Postal address"))
    website_url = StringField(_l("Website"))
    picture = FileField(_l("Logo"))
    without_logo = BooleanField(_l("Take the logo away"))
    language = StringField(_l("Language of letters"))
    time_zone = SelectField(_l("Time zone"), choices=zone_choices)
    base_url = StringField(_l("Public address in letters"))


class SenderForm(FlaskForm):
    name = StringField(_l("Name in the From line"), [NEEDED])
    email = StringField(_l("Email address"), [NEEDED])
    reply_to = StringField(_l("Replies go to"))
