"""What the pages about transports ask for. One form for all kinds; `form_for` leaves out what a kind does not need."""

from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.models import Transport, TransportKind
from app.pages.forms.sign_in import NEEDED
from app.services.transport_kinds import KINDS
from app.services.transports import TransportDetails

PLAIN = (
    "host", "port", "security", "user", "verify", "greeting", "pipelining", "region", "configuration_set", "area",
    "domain", "stream", "address",
)  # fmt: skip
NUMBERS = ("weight", "connections", "letters", "per_second", "per_minute", "per_hour", "per_day")
SECURITY = [
    ("starttls", _l("STARTTLS, and nothing in clear")),
    ("tls", _l("TLS from the first byte")),
    ("opportunistic", _l("STARTTLS where the server offers it")),
    ("never", _l("None: only for a server on this machine or network")),
]
AREAS = {
    TransportKind.SENDGRID: [("global", _l("Global")), ("eu", _l("European Union"))],
    TransportKind.MAILGUN: [("us", _l("United States")), ("eu", _l("European Union"))],
}
YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]
USER_WORDS = {TransportKind.SMTP: _l("User"), TransportKind.SES: _l("Access key ID")}
SECRET_WORDS = {
    TransportKind.SMTP: _l("Password"),
    TransportKind.SES: _l("Secret access key"),
    TransportKind.POSTMARK: _l("Server API token"),
}


def security_choices() -> list[tuple[str, str]]:
    return SECURITY


def yes_or_no() -> list[tuple[str, str]]:
    return YES_NO


class TransportForm(FlaskForm):
    name = StringField(_l("Name"), [NEEDED])
    host = StringField(_l("Host"))
    port = StringField(_l("Port"))
    security = SelectField(_l("Encryption"), choices=security_choices, default="starttls")
    user = StringField(_l("User"))
    region = StringField(_l("Region"))
    domain = StringField(_l("Sending domain"))
    area = SelectField(_l("Where your account is"), choices=tuple, validate_choice=False)
    stream = StringField(_l("Message stream"), default="broadcast")
    secret = PasswordField(_l("API key"))
    configuration_set = StringField(_l("Configuration set"))
    verify = SelectField(_l("Check the server’s certificate"), choices=yes_or_no, default="yes")
    greeting = StringField(_l("Name we greet with"))
    pipelining = SelectField(_l("Pipelining"), choices=yes_or_no, default="yes")
    address = StringField(_l("Address of the API"))
    domains = TextAreaField(_l("Sender domains"))
    weight = IntegerField(_l("Weight"), [Optional()], default=10)
    connections = IntegerField(_l("Connections at once"), [Optional()], default=10)
    letters = IntegerField(_l("Letters per connection"), [Optional()], default=100)
    per_second = IntegerField(_l("A second"), [Optional()])
    per_minute = IntegerField(_l("A minute"), [Optional()])
    per_hour = IntegerField(_l("An hour"), [Optional()])
    per_day = IntegerField(_l("A day"), [Optional()])

    def typed(self) -> TransportDetails:
        """What stands in the form, unchecked."""
        return TransportDetails(
            name=self.name.data or "",
            details={name: self[name].data or "" for name in PLAIN if name in self},
            secret=self.secret.data or "",
            domains=self.domains.data or "",
            numbers={name: self[name].data for name in NUMBERS},
        )


def form_for(kind: TransportKind, transport: Transport | None = None) -> TransportForm:
    """The form of a kind, filled from its row where there is one; the secret never is."""
    form = TransportForm(data=kept_in(transport) if transport else {})
    known = {setting.name for setting in KINDS[kind].settings}
    for name in PLAIN:
        if name not in known:
            del form[name]
    if "area" in form:
        form.area.choices = partial(list, AREAS[kind])
        form.area.data = form.area.data or AREAS[kind][0][0]
    if "user" in form:
        form.user.label.text = USER_WORDS[kind]
    form.secret.label.text = SECRET_WORDS.get(kind, _("API key"))
    return form


def kept_in(transport: Transport) -> dict[str, Any]:
    limits = {name: getattr(transport, name) or None for name in NUMBERS}
    return {**transport.details, **limits, "name": transport.name, "domains": "\n".join(transport.domains)}
