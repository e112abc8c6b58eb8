"""What the page about one sign-up form asks for, and how it becomes a form's details."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm

from app.models import Form, OptIn
from app.pages.forms.people import ListsField
from app.pages.forms.sign_in import NEEDED
from app.services import forms
from app.services.forms import MOST_FORM_FIELDS, FormDetails

BLANK_QUESTIONS = 2
LANGUAGES = (
    ("", _l("That of the reader's browser")),
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("ar", "العربية"),
)


def language_choices() -> list[tuple[str, str]]:
    return list(LANGUAGES)


def opt_in_choices() -> list[tuple[str, str]]:
    return [(OptIn.DOUBLE.value, _l("After confirming by letter")), (OptIn.SINGLE.value, _l("At once"))]


class QuestionForm(PlainForm):
    name = StringField(_l("Kept as"))
    label = StringField(_l("Asked as"))
    required = BooleanField(_l("Required"))


class SignUpForm(FlaskForm):
    name = StringField(_l("Name for your team"), [NEEDED])
    lists = ListsField(_l("Lists that people join"), coerce=int)
    title = StringField(_l("Heading"))
    intro = TextAreaField(_l("What people get"))
    questions = FieldList(FormField(QuestionForm), max_entries=MOST_FORM_FIELDS)
    wording = TextAreaField(_l("What people agree to"), [NEEDED])
    opt_in = RadioField(
        _l("When does somebody join?"),
        choices=opt_in_choices,
        default=OptIn.DOUBLE.value,
    )
    language = SelectField(_l("Language of the page"), choices=language_choices)
    redirect_url = StringField(_l("Where people land afterwards"))
    allowed_origins = TextAreaField(_l("Sites whose scripts may sign people up"))
    welcome_subject = StringField(_l("Subject of the welcome letter"))
    welcome_text = TextAreaField(_l("Welcome letter"))

    def add_blank_questions(self) -> None:
        """A few empty rows, so that a question can be added without script."""
        for _row in range(BLANK_QUESTIONS):
            if len(self.questions) < MOST_FORM_FIELDS:
                self.questions.append_entry()


def filled(form: Form, wording: str, list_ids: Iterable[int]) -> SignUpForm:
    data = {
        "name": form.name,
        "lists": list(list_ids),
        "title": form.title,
        "intro": form.intro,
        "questions": list(form.fields),
        "wording": wording,
        "opt_in": form.opt_in.value,
        "language": form.language,
        "redirect_url": form.redirect_url,
        "allowed_origins": "\n".join(form.allowed_origins),
        "welcome_subject": form.welcome_subject,
        "welcome_text": form.welcome_text,
    }
    return SignUpForm(formdata=None, data=data)


def details_of(form: SignUpForm) -> FormDetails:
    """What was typed; rows without a name ask for nothing."""
    asked = [row for row in form.questions.data if (row["name"] or "").strip()]
    return FormDetails(
        name=form.name.data or "",
        wording=form.wording.data or "",
        list_ids=form.lists.data or [],
        title=form.title.data or "",
        intro=form.intro.data or "",
        language=form.language.data or "",
        fields=[forms.FormField(row["name"], row["label"] or "", required=row["required"]) for row in asked],
        opt_in=OptIn(form.opt_in.data),
        redirect_url=form.redirect_url.data or "",
        allowed_origins=(form.allowed_origins.data or "").splitlines(),
        welcome_subject=form.welcome_subject.data or "",
        welcome_text=form.welcome_text.data or "",
    )
