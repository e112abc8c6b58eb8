"""What the pages of an import ask for."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, TextAreaField

from app.models import Existing
from app.pages.forms.people import ListsField
from app.pages.forms.sign_in import NEEDED


class UploadForm(FlaskForm):
    file = FileField(_l("CSV file"), [FileRequired(_l("Choose a file first."))])


def delimiter_choices() -> list[tuple[str, str]]:
    return [(",", _("Comma ,")), (";", _("Semicolon ;")), ("\t", _("Tab")), ("|", _("Bar |"))]


def heading_choices() -> list[tuple[str, str]]:
    return [("1", _("holds headings")), ("0", _("is a person already"))]


class ColumnsForm(FlaskForm):
    """Only what stands beside the columns, which differ from file to file."""

    delimiter = SelectField(_l("Separator"), choices=delimiter_choices)
    headings = SelectField(_l("First row"), choices=heading_choices)


class ConsentForm(FlaskForm):
    lists = ListsField(_l("Which lists do they join?"), coerce=int)
    basis = TextAreaField(_l("How did these people agree, and confirm it?"), [NEEDED])
    existing = RadioField(_l("Somebody in the file is here already"), default=Existing.FILL.value)

    def offer(self, lists: list[tuple[int, str]]) -> None:
        self.lists.choices = lists
        self.existing.choices = [
            (Existing.FILL.value, _("Keep what is here, and fill what is empty")),
            (Existing.OVERWRITE.value, _("The file is newer: let it replace names, language and fields")),
        ]
