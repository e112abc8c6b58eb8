"""What each kind of transport needs to know, as data, and the check of what was typed. Called by `transports`."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.errors import InvalidInput
from app.models.transport import TransportKind
from app.services import typed

LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*", re.IGNORECASE)
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}")
KEY_ID = re.compile(r"[A-Z0-9]{16,128}")
PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")
LAST_PORT = 65_535
LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One plain setting: what it must look like, and the sentence where it does not. `choices` leave no other value."""

    name: str
    pattern: re.Pattern[str] | None = None
    cure: str = ""
    usual: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What a kind is called, its settings in the order of the form, and whether it cannot do without a secret."""

    title: str
    settings: tuple[Setting, ...]
    needs_secret: bool = True


_HOST = Setting("host", HOST, "Write a host name such as smtp.example.org, without smtp:// before it.", required=True)
_PORT = Setting("port", re.compile(r"\d{1,5}"), f"Write a port from 1 to {LAST_PORT}, or leave it empty.")
_SECURITY = Setting("security", usual="starttls", choices=("starttls", "tls", "opportunistic", "never"))
_USER = Setting("user", re.compile(r"[^\x00-\x20]([^\x00-\x1f]{0,318}[^\x00-\x20])?"), "Write the user's name.")
_GREETING = Setting("greeting", HOST, "Write the host name to greet with, or leave it empty.")
_VERIFY = Setting("verify", usual="yes", choices=("yes", "no"))
_PIPELINING = Setting("pipelining", usual="yes", choices=("yes", "no"))
_ADDRESS = Setting("address")
_REGION_HELP = "Write the region as Amazon does, such as eu-west-1."

KINDS: dict[TransportKind, KindFacts] = {
    TransportKind.SMTP: KindFacts(
        "Mail server (SMTP)",
        (_HOST, _PORT, _SECURITY, _USER, _VERIFY, _GREETING, _PIPELINING),
        needs_secret=False,
    ),
    TransportKind.SES: KindFacts(
        "Amazon SES",
        (
            Setting("region", REGION, _REGION_HELP, required=True),
            Setting("user", KEY_ID, "Write the access key ID: capital letters and digits.", required=True),
            Setting("configuration_set", PLAIN, "Letters, digits, - and _, at most 64, or nothing."),
            _ADDRESS,
        ),
    ),
    TransportKind.SENDGRID: KindFacts(
        "SendGrid", (Setting("area", usual="global", choices=("global", "eu")), _ADDRESS)
    ),
    TransportKind.MAILGUN: KindFacts(
        "Mailgun",
        (
            Setting("domain", HOST, "Write the sending domain as Mailgun lists it.", required=True),
            Setting("area", usual="us", choices=("us", "eu")),
            _ADDRESS,
        ),
    ),
    TransportKind.POSTMARK: KindFacts(
        "Postmark", (Setting("stream", PLAIN, "Write the message stream's ID.", "broadcast", required=True), _ADDRESS)
    ),
    TransportKind.BREVO: KindFacts("Brevo", (_ADDRESS,)),
}


def checked_details(kind: TransportKind, given: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a kind, tidied.

    Raises:
        InvalidInput: every setting that cannot be used, with its cure.
    """
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {}
    for setting in KINDS[kind].settings:
        try:
            found[setting.name] = checked(setting, given.get(setting.name, ""))
        except InvalidInput as refusal:
            wrong |= refusal.fields
    if wrong:
        raise InvalidInput(wrong)
    return found


def checked(setting: Setting, text: str) -> str:
    value = typed.line(setting.name, text, longest=320) or setting.usual
    if setting.name == "address":
        return api_address(value)
    if not value:
        if setting.required:
            raise InvalidInput({setting.name: setting.cure or "Write something here."})
        return ""
    if setting.choices and value not in setting.choices:
        raise InvalidInput({setting.name: f"Choose one of {', '.join(setting.choices)}."})
    if setting.pattern is not None and not fits(setting, value):
        raise InvalidInput({setting.name: setting.cure})
    return value.lower() if setting.pattern is HOST else value


def fits(setting: Setting, value: str) -> bool:
    assert setting.pattern is not None
    if setting.name == "port":
        return bool(setting.pattern.fullmatch(value)) and 1 <= int(value) <= LAST_PORT
    if setting.name == "host" and is_ip(value):
        return True
    return setting.pattern.fullmatch(value) is not None


def is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def api_address(text: str) -> str:
    """Where a provider's API is asked instead of its usual place: https, or http on this very machine. "" as usual."""
    if not text:
        return ""
    wrong = InvalidInput({"address": "Write https:// and a host, or leave it empty for the provider's own address."})
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise wrong from None
    if not parts.hostname or parts.query or parts.fragment or parts.username or " " in text:
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise wrong
    return text.rstrip("/")
