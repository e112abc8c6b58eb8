"""What the team and account pages ask for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, SelectField, StringField

from app.models import Role
from app.pages.forms.sign_in import NEEDED
from app.pages.wording import zone_choices

ROLES = {Role.OWNER: _l("Owner"), Role.EDITOR: _l("Editor"), Role.VIEWER: _l("Viewer")}
MAY_DO = {
    Role.OWNER: _l("Everything, also the brand, the senders and the team."),
    Role.EDITOR: _l("Writes and sends campaigns, and looks after the people."),
    Role.VIEWER: _l("Reads everything, changes nothing."),
}


def role_choices() -> list[tuple[str, str]]:
    return [(role.value, str(label)) for role, label in ROLES.items()]


class InvitationsForm(FlaskForm):
    email = StringField(_l("Email address"), [NEEDED])
    role = RadioField(_l("Role"), choices=role_choices, default=Role.EDITOR.value)


class RoleForm(FlaskForm):
    role = RadioField(_l("Role"), choices=role_choices)


class ProfileForm(FlaskForm):
    name = StringField(_l("Your name"), [NEEDED])
    email = StringField(_l("Email address"), [NEEDED])
    time_zone = SelectField(_l("Time zone"), choices=zone_choices)


class PasswordForm(FlaskForm):
    current = PasswordField(_l("Current password"))
    password = PasswordField(_l("New password"), [NEEDED])
