"""The call to action that closes a plain text: its question, its words, and the button it seems to ask for."""

import re

from emails.articles.blocks import CallToAction, Paragraph
from emails.articles.links import first_link, linked
from emails.articles.sentences import sentences_of

MAX_HEADING = 160
MAX_BUTTON = 40

_STRONG = (
    r"contact|book|call|sign up|register|learn more|get started|shop|download|schedule|subscribe|order|donate|apply"
    r"|reserve|enrol|enroll|join|get in touch|email|e-mail|write to"
    r"|(?:kontaktieren|buchen|bestellen|schreiben|rufen|spenden|reservieren|besuchen|abonnieren|melden) sie"
    r"|contactez|inscrivez|réservez|appelez|commandez|téléchargez|écrivez|rejoignez|abonnez|adhérez"
    r"|contacte|contáctenos|escríbanos|escríbenos|escriba|reserve|llame|llámenos|inscríba(?:se|te)|inscríbete"
    r"|suscríba(?:se|nse)|suscríbete|regístre(?:se|nse)|regístrate|descargue|descárguelo"
    r"|contattateci|contattaci|prenota(?:te)?|iscriviti|iscrivetevi|scrivici|scriveteci"
    r"|позвоните|напишите|запишитесь|закажите|подпишитесь|зарегистрируйтесь"
    r"|اتصلوا?|سجلوا?|احجزوا?|اشتركوا?|راسلونا|تواصلوا?"
)
_WEAK = r"try|visit|discover|explore|buy|find out"
_LEAD = r"(?:(?:please|so|then|and|just|simply|why not|today,?)\s+|to [^.,;:!?]{3,80}, )?"
_IMPERATIVE = re.compile(
    rf"{_LEAD}(?P<verb>(?P<strong>{_STRONG})|{_WEAK})\b(?!['’]s)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_WORD = re.compile(r"\s+([^\s,;:!?]+)([,;:!?]?)")
_NAME = re.compile(r"[A-ZÀ-Þ0-9][\w&’'.-]*")
_STOP = frozenset(
    {"today", "now", "to", "at", "for", "on", "by", "and", "or", "via", "with", "if", "in", "before", "here", "from"}
    | {"until", "through", "as", "when", "while", "who", "that", "this", "about", "online", "tomorrow"}
)


def find_call(text: str) -> tuple[Paragraph | None, CallToAction] | None:
    """What a closing paragraph asks for: the sentences before it (still a paragraph), then the call; or None.

    Every word stays, in order. The address is what the text names, or "" for the author to fill in.
    """
    sentences = sentences_of(text)
    asked = next((n for n, said in enumerate(sentences) if _is_question(said)), len(sentences))
    asking = [n for n, said in enumerate(sentences) if _asks(said, after_question=n > asked)]
    if not asking:
        return None
    with_question = asked < asking[-1] and len(sentences[asked]) <= MAX_HEADING
    start = asked if with_question else asking[0]
    words = sentences[start + 1 :] if with_question else sentences[start:]
    body = "".join(words).strip()
    call = CallToAction(
        text=linked(body),
        button=_button([sentences[n] for n in asking if n >= start]),
        url=first_link(body),
        heading=sentences[start].strip() if with_question else "",
    )
    before = "".join(sentences[:start]).strip()
    return (Paragraph(linked(before)) if before else None), call


def _is_question(sentence: str) -> bool:
    return sentence.rstrip(' ”"’»)').endswith(("?", "？"))


def _asks(sentence: str, *, after_question: bool) -> bool:
    match = _IMPERATIVE.match(sentence)
    if not match:
        return False
    return bool(match["strong"] or after_question or first_link(sentence))


def _button(sentences: list[str]) -> str:
    """The verb and the name it acts on, or the verb and its next few words."""
    proposals = [proposal for said in sentences if (proposal := _proposal(said))]
    named = [proposal for proposal, has_name in proposals if has_name]
    return (named or [proposal for proposal, _ in proposals])[0]


def _proposal(sentence: str) -> tuple[str, bool] | None:
    match = _IMPERATIVE.match(sentence)
    if not match:
        return None
    verb = match["verb"][0].upper() + match["verb"][1:]
    name: list[str] = []
    plain: list[str] = []
    for word, comma in _WORD.findall(match["rest"]):
        bare = word.rstrip(".")
        if bare.lower() in _STOP or "/" in word or "@" in word or (name and not _NAME.fullmatch(bare)):
            break
        (name if _NAME.fullmatch(bare) and not plain else plain).append(bare)
        if comma or bare != word or len(plain) == 3:  # noqa: PLR2004  a button is a few words
            break
    words = " ".join([verb, *(name or plain)])
    return (words if len(words) <= MAX_BUTTON else verb), bool(name)
