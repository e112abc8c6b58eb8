"""What the pages about people ask for."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.errors import InvalidInput
from app.models import Subscriber
from app.pages.forms.sign_in import NEEDED


class ListsField(SelectMultipleField):
    """Lists as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(FlaskForm):
    email = StringField(_l("Email address"), [NEEDED])
    first_name = StringField(_l("First name"))
    last_name = StringField(_l("Last name"))
    language = StringField(_l("Language"))
    fields = TextAreaField(_l("Further facts"))


class NewPersonForm(PersonForm):
    lists = ListsField(_l("Lists"), coerce=int)
    basis = TextAreaField(_l("How did this person agree?"), [NEEDED])
    confirmed = BooleanField(_l("This person has confirmed the address"))


class LeaveForm(FlaskForm):
    lists = RadioField(_l("From which lists?"))
    basis = TextAreaField(_l("Why?"))


class JoinForm(FlaskForm):
    list_id = RadioField(_l("Which list?"), [InputRequired(_l("Choose a list."))], coerce=int)
    basis = TextAreaField(_l("How did this person agree?"), [NEEDED])
    confirmed = BooleanField(_l("This person has confirmed the address"))


class EraseForm(FlaskForm):
    sure = BooleanField(_l("Yes, forget this person for good"), [InputRequired(_l("Tick this box to go on."))])


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [NEEDED])


def fields_as_text(person: Subscriber) -> str:
    """Custom fields as they are edited: one a line, `name: value`."""
    return "\n".join(f"{name}: {value}" for name, value in sorted(person.fields.items()))


def fields_from_text(text: str) -> Mapping[str, str]:
    """Reads what `fields_as_text` writes. Raises InvalidInput naming the line."""
    fields = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise InvalidInput(
                {"fields": _("Write each fact as “name: value”. This line has no name: %(line)s", line=line)}
            )
        fields[name.strip()] = value.strip()
    return fields
