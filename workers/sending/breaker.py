"""When a campaign must stop because something is wrong with us or with our mail server: thresholds, causes, cures."""

from collections import Counter, deque
from dataclasses import dataclass

from app.models import HoldCause
from app.models.message import Reason
from workers.sending.host import since_boot
from workers.smtp.outcome import Outcome, Refused, Sent

REFUSES_US = "The mail server refuses our letters: "
TOLD_TROUBLES = 2
MOST_TROUBLES = 10
LONGEST_TROUBLE_SECONDS = 180.0
SAME_REFUSALS = 5
LAST_OUTCOMES = 500
POLICY_SHARE = 0.02
CURES = {
    "5.7.25": "the sending server's address needs a name (PTR record) that leads back to it",
    "5.7.26": "the domain in From needs SPF and DKIM records that pass and match it (DMARC)",
    "5.7.27": "the domain of the return address must publish that it accepts mail (MX record)",
    "5.7.29": "the forwarding server's seals (ARC) do not pass",
    "5.7.515": "the domain in From needs SPF, DKIM and DMARC that pass",
    "5.1.7": "the return address is not one that they accept",
    "5.1.8": "the domain of the return address does not exist for them",
}
ANSWERS = (Sent, Refused)
USUAL_CURE = "look at what they say, at block lists and at the domain's SPF, DKIM and DMARC records"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a campaign has to wait for a person, with the cure."""

    cause: HoldCause
    sentence: str


class Breaker:
    """Told of everything that happens on the way out; `hold` is set once something must stop the campaign."""

    def __init__(self, *, most_troubles: int = MOST_TROUBLES) -> None:
        self.hold: Hold | None = None
        self._most_troubles = most_troubles
        self._troubles = 0
        self._trouble = ""
        self._troubled_at = 0.0
        self._last_refusal = ""
        self._refusals = 0
        self._policy: deque[str | None] = deque(maxlen=LAST_OUTCOMES)

    @property
    def in_trouble(self) -> bool:
        """Whether the mail server could not be used at the last try."""
        return self._troubles > 0

    @property
    def trouble_said(self) -> str:
        """What to tell on the campaign's page while it lasts; one failure alone is no news."""
        if self._troubles >= TOLD_TROUBLES:
            return f"The mail server cannot be used: {self._trouble}. It is tried again."
        return f"{REFUSES_US}{self._last_refusal}" if self._last_refusal else ""

    def remember(self, trouble: str) -> None:
        """What stood on the campaign's page before: the same refusal once more is one too many."""
        if trouble.startswith(REFUSES_US):
            self._last_refusal = trouble.removeprefix(REFUSES_US)
            self._refusals = SAME_REFUSALS - 1

    def connected(self) -> None:
        self._troubles = 0

    def trouble(self, said: str) -> None:
        """The server could not be reached, or wanted nothing of us before the first letter."""
        if not self._troubles:
            self._troubled_at = since_boot()
        self._troubles += 1
        self._trouble = said
        if self._troubles >= self._most_troubles or since_boot() - self._troubled_at >= LONGEST_TROUBLE_SECONDS:
            sentence = f"The mail server cannot be used: {said}. Mend it or correct SMTP_URL, then resume."
            self._stop(HoldCause.RELAY, sentence)

    def refused_us(self, said: str) -> None:
        """A permanent refusal at MAIL or DATA: it means what we do, not whom we write to."""
        self._refusals = self._refusals + 1 if said == self._last_refusal else 1
        self._last_refusal = said
        if self._refusals >= SAME_REFUSALS:
            self._stop(HoldCause.REFUSALS, f"{REFUSES_US}{said}. Mend the cause, then resume.")

    def outcome(self, outcome: Outcome) -> None:
        """A final answer about one letter."""
        if isinstance(outcome, Sent):
            self._refusals, self._last_refusal = 0, ""
        if isinstance(outcome, ANSWERS):
            policy = isinstance(outcome, Refused) and outcome.reason == Reason.POLICY
            self._policy.append(f"{outcome.enhanced} {outcome.reply}" if policy else None)
            refused = [said for said in self._policy if said] if policy else []
            if len(refused) > LAST_OUTCOMES * POLICY_SHARE:
                self._stop(HoldCause.POLICY, policy_sentence(refused, len(self._policy)))

    @property
    def why(self) -> str:
        """What the other side said last that speaks against using it."""
        return self._last_refusal if self.hold and self.hold.cause is HoldCause.REFUSALS else self._trouble

    def _stop(self, cause: HoldCause, sentence: str) -> None:
        if self.hold is None:
            self.hold = Hold(cause, sentence)


def policy_sentence(refused: list[str], of: int) -> str:
    said = Counter(refused).most_common(1)[0][0]
    cure = CURES.get(said.split(" ", 1)[0], USUAL_CURE)
    return (
        f"{len(refused)} of the last {of} letters were refused for what we are, not for whom we write to. Most often: "
        f"{said.strip()}. The cure: {cure}. Then resume."
    )
