"""What the page of a design asks for; whatever is left empty stays the theme's."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import Optional

from app.pages.forms.settings import font_choices
from app.pages.forms.sign_in import NEEDED
from emails.themes.choices import COLOURS, LIMITS, WEIGHTS, Choices, choices_from_json

TEXTS = ("heading_font", "body_font", "masthead", "footer", "ruled", "footer_note")


def side_choices() -> list[tuple[str, str]]:
    return [("", _("The theme’s own")), ("start", _("At the side")), ("center", _("In the middle"))]


def rule_choices() -> list[tuple[str, str]]:
    return [("", _("The theme’s own")), ("yes", _("With rules")), ("no", _("Without rules"))]


def weight_choices() -> list[tuple[str, str]]:
    words = {400: _("Regular"), 700: _("Bold"), 800: _("Heavy")}
    return [("", _("The theme’s own")), *((str(weight), words[weight]) for weight in WEIGHTS)]


class DesignForm(FlaskForm):
    name = StringField(_l("Name"), [NEEDED])
    revision = HiddenField()
    ground = StringField(_l("Behind the letter"))
    card = StringField(_l("Paper"))
    ink = StringField(_l("Text"))
    head = StringField(_l("Headings"))
    accent = StringField(_l("Accent"))
    panel = StringField(_l("Call to action"))
    button = StringField(_l("Button"))
    dark_ground = StringField(_l("Behind the letter, dark"))
    dark_card = StringField(_l("Paper, dark"))
    dark_ink = StringField(_l("Text, dark"))
    dark_accent = StringField(_l("Accent, dark"))
    heading_font = SelectField(_l("Headings’ font"), choices=font_choices, default="")
    body_font = SelectField(_l("Text’s font"), choices=font_choices, default="")
    title_size = IntegerField(_l("Title’s size"), [Optional()])
    title_weight = SelectField(_l("Title’s weight"), choices=weight_choices, default="")
    text_size = IntegerField(_l("Text’s size"), [Optional()])
    card_radius = IntegerField(_l("Corners of the paper"), [Optional()])
    picture_radius = IntegerField(_l("Corners of pictures"), [Optional()])
    button_radius = IntegerField(_l("Corners of buttons"), [Optional()])
    gutter = IntegerField(_l("Room at the sides"), [Optional()])
    gap = IntegerField(_l("Between paragraphs"), [Optional()])
    masthead = SelectField(_l("Your name or logo"), choices=side_choices, default="")
    footer = SelectField(_l("The small print"), choices=side_choices, default="")
    ruled = SelectField(_l("Rules, as in a newspaper"), choices=rule_choices, default="")
    footer_note = StringField(_l("A line above the small print"))

    def wished(self) -> Choices:
        """What the form says, unchecked."""
        values: dict[str, Any] = {name: self[name].data or "" for name in (*COLOURS, *TEXTS)}
        values |= {name: self[name].data for name in LIMITS}
        weight = self.title_weight.data or ""
        return choices_from_json({**values, "title_weight": int(weight) if weight.isdecimal() else None})


def filled(name: str, choices: Choices, revision: int) -> DesignForm:
    """The form as it stands for a design."""
    form = DesignForm(formdata=None, obj=choices)
    form.name.data, form.revision.data = name, str(revision)
    form.title_weight.data = str(choices.title_weight or "")
    return form
