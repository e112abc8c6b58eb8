"""What the page of a picture asks for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from app.pages.forms.sign_in import NEEDED


class DescribeForm(FlaskForm):
    name = StringField(_l("Name"), [NEEDED])
    alt = TextAreaField(_l("What the picture shows"))
