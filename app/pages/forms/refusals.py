"""Puts a verb's refusal into a form, each sentence under its field."""

from flask_wtf import FlaskForm

from app.errors import InvalidInput


def take_refusal(form: FlaskForm, refusal: InvalidInput) -> None:
    """Sentences whose field is not in the form stand in the summary at the top."""
    for name, sentence in refusal.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)
