"""Tries a transport with one letter: what became of it in a word, and the transcript that its page shows."""

from app.services.transport_tests import Trial
from workers.providers import trial as api_trial
from workers.sending.carriers import carrier_of
from workers.smtp import trial as smtp_trial
from workers.smtp.actions import Letter
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Unknown
from workers.smtp.relay import Relay

WORDS: dict[type[Outcome], str] = {Sent: "sent", Refused: "refused", Deferred: "deferred", Unknown: "unknown"}


def try_out(trial: Trial) -> tuple[str, str]:
    """Sends the letter of a trial. The word is that of its outcome; "failed" where it could not even begin."""
    letter = Letter(0, trial.sender, trial.recipient, trial.message)
    carrier = carrier_of(trial.transport)
    if isinstance(carrier, Relay):
        outcome, lines = smtp_trial.try_letter(carrier, letter)
    else:
        outcome, lines = api_trial.try_letter(carrier.provider, letter)
    said = " ".join(str(part) for part in (outcome.code, outcome.enhanced, outcome.reply) if part)
    return WORDS.get(type(outcome), "failed"), "\n".join([*lines, f"= {said}"])
