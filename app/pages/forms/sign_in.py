"""What the pages before the sign-in ask for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired

from app.pages.wording import zone_choices

NEEDED = DataRequired(_l("Write something here."))


class SignInForm(FlaskForm):
    email = StringField(_l("Email address"), [NEEDED])
    password = PasswordField(_l("Password"), [NEEDED])


class ForgottenForm(FlaskForm):
    email = StringField(_l("Email address"), [NEEDED])


class OneTimeForm(FlaskForm):
    """Only the token against forged posts."""


class NewPasswordForm(FlaskForm):
    password = PasswordField(_l("New password"), [NEEDED])


class InvitationForm(FlaskForm):
    name = StringField(_l("Your name"), [NEEDED])
    password = PasswordField(_l("Password"), [NEEDED])


class WelcomeForm(FlaskForm):
    name = StringField(_l("Your name"), [NEEDED])
    email = StringField(_l("Email address"), [NEEDED])
    password = PasswordField(_l("Password"), [NEEDED])
    time_zone = SelectField(_l("Time zone"), choices=zone_choices)
