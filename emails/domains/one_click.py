"""What a delivered copy, and the address in it, prove of one-click unsubscribing (RFC 8058): findings with a cure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from emails.domains.checks import DomainCheck, Level
from emails.domains.dmarc import organisational_domain
from emails.domains.dns import Dns, LookupBroken
from emails.mime.dkim_verify import Signature, name_of, parts, signatures

LIST_UNSUBSCRIBE, POST = "list-unsubscribe", "list-unsubscribe-post"
SHOWN = {LIST_UNSUBSCRIBE: "List-Unsubscribe", POST: "List-Unsubscribe-Post"}
ONE_CLICK = "List-Unsubscribe=One-Click"
_BRACKETED = re.compile(r"<([^<>]*)>")
_NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
PASSES_ON = "Have your mail server, and whatever stands behind it, pass these fields on as they are."


@dataclass(frozen=True, slots=True)
class Written:
    """What we wrote into the letter, and how it left. `stays_here`: the built-in catcher took it, no mail server."""

    url: str
    domain: str
    stays_here: bool


def examine_copy(copy: bytes, written: Written, dns: Dns) -> Iterator[DomainCheck]:
    """The findings about the letter itself. Never raises."""
    found = {name: values_of(copy, name) for name in SHOWN}
    yield check_address(found[LIST_UNSUBSCRIBE], written)
    yield check_post(found[POST])
    try:
        signed = signatures(copy, dns)
    except LookupBroken as broken:
        message = f"Whether the signature (DKIM) holds is not known now: {broken}."
        yield DomainCheck("probe-dkim", Level.UNSURE, message, "Try again in a minute.")
        return
    yield from check_signatures(signed, written)


def values_of(copy: bytes, name: str) -> tuple[str, ...]:
    """Every field of that name, unfolded."""
    head, _ = parts(copy)
    fields = (one for one in _NEXT_FIELD.split(head) if name_of(one) == name)
    return tuple(
        " ".join(one.partition(b":")[2].replace(b"\r\n", b"").decode("utf-8", "replace").split()) for one in fields
    )


def check_address(found: tuple[str, ...], written: Written) -> DomainCheck:
    """Exactly one field, in it exactly one address of the web, and that one ours (RFC 8058 3.1)."""
    name = "probe-address"
    if len(found) != 1:
        how = "no" if not found else f"{len(found)}"
        message = f"The delivered letter has {how} List-Unsubscribe field{'s' if len(found) > 1 else ''}; we wrote one."
        return DomainCheck(name, Level.BAD, message, PASSES_ON)
    web = [one.strip() for one in _BRACKETED.findall(found[0]) if one.strip().lower().startswith(("http:", "https:"))]
    if len(web) != 1:
        message = f"List-Unsubscribe names {len(web)} addresses of the web; there must be exactly one."
        return DomainCheck(name, Level.BAD, message, PASSES_ON)
    if web[0] != written.url:
        host = urlsplit(web[0]).hostname or web[0][:80]
        message = f"The address in List-Unsubscribe was replaced on the way by one at {host}."
        cure = "Turn off click tracking and subscription tracking in your mail server or provider."
        return DomainCheck(name, Level.BAD, message, cure)
    if not web[0].startswith("https:"):
        message = "The address in List-Unsubscribe is not encrypted (http); mail programs post to https alone."
        level = Level.ADVICE if written.stays_here else Level.BAD
        return DomainCheck(name, level, message, "Set LETTERWRIGHT_URL to an address that begins with https://.")
    return DomainCheck(name, Level.GOOD, "List-Unsubscribe arrived with exactly one https address, the one we wrote.")


def check_post(found: tuple[str, ...]) -> DomainCheck:
    name = "probe-post"
    if not found:
        message = "The field List-Unsubscribe-Post did not arrive, so mail programs show no unsubscribe button."
        return DomainCheck(name, Level.BAD, message, PASSES_ON)
    if found != (ONE_CLICK,):
        said = f"“{found[0][:80]}”" if len(found) == 1 else f"{len(found)} times"
        message = f"List-Unsubscribe-Post says {said}; it must say “{ONE_CLICK}” once."
        return DomainCheck(name, Level.BAD, message, PASSES_ON)
    return DomainCheck(name, Level.GOOD, f"List-Unsubscribe-Post arrived as “{ONE_CLICK}”.")


def check_signatures(signed: tuple[Signature, ...], written: Written) -> Iterator[DomainCheck]:
    """At least one signature holds, and one that holds covers both fields (RFC 8058 4)."""
    holding = [one for one in signed if one.holds]
    if not holding:
        yield without_signature(signed, written)
        return
    domains = " and ".join(dict.fromkeys(one.domain for one in holding))
    yield DomainCheck(
        "probe-dkim", Level.GOOD, f"The delivered letter bears a signature (DKIM) of {domains} that holds."
    )
    covering = [one for one in holding if set(SHOWN) <= set(one.signed)]
    if not covering:
        bare = [SHOWN[name] for name in SHOWN if not any(name in one.signed for one in holding)] or list(SHOWN.values())
        message = f"No signature covers {' and '.join(bare)}, so Gmail and Yahoo show no unsubscribe button."
        cure = f"Have the signer of {domains} put both names into h=, or let Letterwright sign: make a key above."
        yield DomainCheck("probe-covered", Level.BAD, message, cure)
        return
    yield DomainCheck("probe-covered", Level.GOOD, "It covers both fields (h=).")
    if not any(organisational_domain(one.domain) == organisational_domain(written.domain) for one in covering):
        message = f"The signature is of {covering[0].domain}, not of {written.domain}, so it does not count for DMARC."
        yield DomainCheck(
            "probe-aligned", Level.ADVICE, message, f"Sign with a key of {written.domain}: make one above."
        )


def without_signature(signed: tuple[Signature, ...], written: Written) -> DomainCheck:
    name = "probe-dkim"
    if signed:
        first = signed[0]
        message = f"The signature (DKIM) of {first.domain or 'nobody'} does not hold: {first.trouble}."
        cure = (
            "Have nothing behind Letterwright change letters (footers, notes, other encodings), and look at its record."
        )
        return DomainCheck(name, Level.BAD, message, cure)
    level = Level.ADVICE if written.stays_here else Level.BAD
    message = "The delivered letter bears no signature (DKIM), so mail programs show no unsubscribe button."
    return DomainCheck(name, level, message, "Make a key above, or have your mail server sign.")


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """What one request to the address for leaving brought. `status` is 0 and `trouble` says why where none came.

    `is_foreign`: somebody answered who is not to be trusted (a certificate). `counted` is whether it took the reader
    of the probe off.
    """

    status: int = 0
    leads_to: str = ""
    sets_cookie: bool = False
    trouble: str = ""
    is_foreign: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """What the address answered: looked at, posted to in both ways of writing a form, and posted to once more."""

    looked: DoorAnswer
    form: DoorAnswer
    multipart: DoorAnswer
    again: DoorAnswer


def examine_door(door: Door, url: str) -> Iterator[DomainCheck]:
    """The findings about the address in the letter. One finding alone where it cannot be reached."""
    host = urlsplit(url).netloc
    if door.looked.trouble:
        message = f"The address for leaving could not be opened from here: {door.looked.trouble}."
        level = Level.BAD if door.looked.is_foreign else Level.UNSURE
        cure = f"Make sure that {host} is reached from the world; this machine may be the only one that cannot."
        yield DomainCheck("probe-door", level, message, "Mend the certificate." if door.looked.is_foreign else cure)
        return
    yield check_look(door.looked)
    yield check_click("probe-form", "a form (urlencoded)", door.form)
    yield check_click("probe-multipart", "a form in parts (multipart)", door.multipart)
    if door.multipart.counted:
        yield check_again(door.again)


def check_look(looked: DoorAnswer) -> DomainCheck:
    name = "probe-look"
    if looked.counted:
        message = "Merely opening the address takes a reader off, so programs that visit links would, too."
        return DomainCheck(name, Level.BAD, message, "Have nothing before Letterwright turn GET into POST.")
    if looked.status != HTTPStatus.OK:
        message = f"Opening the address answers with the status {looked.status}{where(looked)}."
        return DomainCheck(name, Level.BAD, message, cure_of(looked))
    return DomainCheck(name, Level.GOOD, "Opening the address shows a page and changes nothing.")


def check_click(name: str, kind: str, answer: DoorAnswer) -> DomainCheck:
    """A POST without cookie is answered 2xx, without a redirect, and counts."""
    if answer.trouble or not is_success(answer):
        told = answer.trouble or f"the status {answer.status}{where(answer)}"
        message = f"One click, sent as {kind}, was not taken: {told}."
        return DomainCheck(name, Level.BAD, message, cure_of(answer))
    if not answer.counted:
        message = f"One click, sent as {kind}, was answered with {answer.status}, but nobody was taken off."
        cure = "Somebody else answers there. Have all of /u/ passed to Letterwright with its body."
        return DomainCheck(name, Level.BAD, message, cure)
    if answer.sets_cookie:
        message = f"One click, sent as {kind}, was taken, but the answer sets a cookie."
        return DomainCheck(name, Level.ADVICE, message, "Have the proxy before Letterwright set none at /u/.")
    message = f"One click without a cookie, sent as {kind}, was answered with {answer.status} and counted."
    return DomainCheck(name, Level.GOOD, message)


def check_again(answer: DoorAnswer) -> DomainCheck:
    if answer.trouble or not is_success(answer):
        told = answer.trouble or f"the status {answer.status}{where(answer)}"
        return DomainCheck("probe-again", Level.BAD, f"A second click was not taken: {told}.", cure_of(answer))
    return DomainCheck("probe-again", Level.GOOD, "A second click is answered like the first.")


def is_success(answer: DoorAnswer) -> bool:
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def where(answer: DoorAnswer) -> str:
    return f", which leads on to {answer.leads_to[:80]}" if answer.leads_to else ""


def cure_of(answer: DoorAnswer) -> str:
    if answer.leads_to:
        return "Have the address in letters (LETTERWRIGHT_URL) be the one where it ends: a redirect loses the click."
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
        return "Let everybody post to /u/ without a password, a puzzle or a limit of the proxy's."
    return "Look at what stands before Letterwright, and at the log of `letterwright serve`."
