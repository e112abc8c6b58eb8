"""Which column is what: guessed from headings in many languages and tools, checked when chosen, and applied to rows.

Pure: a row becomes an `Incoming` person, or a `Left` with the reason; what can be left out of a person is left out.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.clock import now
from app.errors import InvalidInput
from app.services import typed
from app.services.import_reading import Row, bare_address, is_address
from app.tokens import suppression_hash
from emails.errors import AddressInvalid
from emails.mime.addresses import address_key, check_address

IGNORED = ""
EMAIL, NAME, FIRST_NAME, LAST_NAME, LANGUAGE = "email", "name", "first_name", "last_name", "language"
AGREED_AT, STATUS, LEFT_AT, STOPPED, WANTED = "agreed_at", "status", "left_at", "stopped", "wanted"
FIELD = "field."
TARGETS = (EMAIL, NAME, FIRST_NAME, LAST_NAME, LANGUAGE, AGREED_AT, STATUS, LEFT_AT, STOPPED, WANTED)
MOST_FIELDS = 50
LONGEST_NAME, LONGEST_FIELD, LONGEST_FIELD_NAME = 200, 500, 60
SHOWN = 80
EARLIEST_YEAR = 1990

# Headings without case, accents and signs. The first of a file that fits takes the target.
HEADINGS = {
    EMAIL: "email emailaddress mail mailaddress subscriber subscriberemail epost emailadresse adresseemail adressemail "
    "adresseelectronique courriel correo correoelectronico emailadres indirizzoemail address البريدالالكتروني",
    FIRST_NAME: "firstname first givenname forename vorname prenom nombre nome voornaam fname",
    LAST_NAME: "lastname last surname familyname nachname familienname nomdefamille nom apellido apellidos cognome "
    "achternaam lname",
    NAME: "name fullname displayname nomcomplet vollername subscribername الاسم",
    LANGUAGE: "language lang locale sprache langue idioma lingua taal preferredlanguage اللغة",
    AGREED_AT: "confirmtime confirmedat confirmationdate optintime optindate createdat creationdate created "
    "subscriptiondate subscribedat subscribedon startdate joined joinedat dateadded addedat signupdate "
    "entered angemeldetam inscritle",
    STATUS: "status subscriberstatus emailstatus state subscribertype",
    LEFT_AT: "unsubtime unsubscribedat unsubscriptiondate cleantime deletedat canceldate bouncedat unsubscribedon",
    STOPPED: "emaildisabled blacklisted blocklisted unsubscribed bounced disabled",
    WANTED: "subscribedtoemails subscribed optin confirmed optedin",
}
TARGET_OF = {
    "".join(sign for sign in heading if sign.isalnum()): target
    for target, headings in HEADINGS.items()
    for heading in headings.split()
}


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GONE = words(
    "unsubscribed unsubscribe cleaned bounced bounce inactive disabled blocklisted blacklisted blocked complained "
    "complaint deleted removed optedout suppressed spam invalid undeliverable cancelled canceled archived"
)
WAITING = words("unconfirmed pending nonsubscribed notconfirmed validating waiting unactivated")
YES = words("1 true yes y ja oui si t on x vrai wahr")
NO = words("0 false no n nein non f off faux falsch")
LANGUAGE_NAMES = {
    "english": "en", "englisch": "en", "anglais": "en", "german": "de", "deutsch": "de", "allemand": "de",
    "french": "fr", "francais": "fr", "franzosisch": "fr", "arabic": "ar", "arabisch": "ar", "arabe": "ar",
    "spanish": "es", "espanol": "es", "spanisch": "es", "espagnol": "es", "italian": "it", "italiano": "it",
    "dutch": "nl", "nederlands": "nl", "portuguese": "pt", "portugues": "pt", "العربية": "ar",
}  # fmt: skip
PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[a-z0-9.-]+")
DAYS_FIRST = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")
MONTHS_FIRST = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A person as the file has her. `agreed_at`: when she said so there; `dropped`: facts that could not be read."""

    number: int
    email: str
    email_key: str
    address_hash: str
    domain: str
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    agreed_at: datetime | None = None
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A row that brings nobody. `reason` is a word where the row is in order, "" where it is empty, else a sentence."""

    number: int
    reason: str
    value: str = ""
    rejected: bool = False


def plain(text: str) -> str:
    """How headings and words are compared: without case, accents, blanks and signs."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in apart if sign.isalnum())


def guess_mapping(headings: Sequence[str], sample: Sequence[Row]) -> dict[str, str]:
    """Column number -> target, for every column; what is not known is ignored."""
    guessed = dict.fromkeys(map(str, range(len(headings))), IGNORED)
    taken: set[str] = set()
    # By the order of the headings' list: a confirmation's time tells more than that of a sign-up.
    ranks = list(TARGET_OF)
    places = sorted(
        (ranks.index(plain(title)), place) for place, title in enumerate(headings) if plain(title) in TARGET_OF
    )
    for rank, place in places:
        target = TARGET_OF[ranks[rank]]
        if target not in taken:
            guessed[str(place)] = target
            taken.add(target)
    addressed = column_of_addresses(len(headings), sample)
    if addressed is not None and not any(is_address(cell_of(row, guessed, EMAIL)) for row in sample):
        guessed = {place: IGNORED if target == EMAIL else target for place, target in guessed.items()}
        guessed[str(addressed)] = EMAIL
    return without_doubled_name(guessed)


def without_doubled_name(guessed: dict[str, str]) -> dict[str, str]:
    """Where first and last name have columns of their own, the whole name tells nothing more."""
    if FIRST_NAME in guessed.values() and LAST_NAME not in guessed.values() and NAME in guessed.values():
        # "Vorname, Name" and "Prénom, Nom": the plain name is the last one there.
        return {place: LAST_NAME if target == NAME else target for place, target in guessed.items()}
    if FIRST_NAME in guessed.values() and LAST_NAME in guessed.values():
        return {place: IGNORED if target == NAME else target for place, target in guessed.items()}
    if LAST_NAME in guessed.values() and FIRST_NAME not in guessed.values():
        return {place: NAME if target == LAST_NAME else target for place, target in guessed.items()}
    return guessed


def cell_of(row: Row, mapping: Mapping[str, str], target: str) -> str:
    return next(
        (row.cells[int(place)] for place, one in mapping.items() if one == target and int(place) < len(row.cells)), ""
    )


def column_of_addresses(width: int, sample: Sequence[Row]) -> int | None:
    """The column where most cells are addresses."""
    counts = [sum(is_address(row.cells[place]) for row in sample if place < len(row.cells)) for place in range(width)]
    best = max(range(width), key=counts.__getitem__, default=None)
    return best if best is not None and counts[best] else None


def field_name(title: str) -> str:
    """A heading as the name of a custom field: `Company size` is `company_size`; "" where none can be made."""
    tidy = unicodedata.normalize("NFC", title).strip().lower()
    name = re.sub(r"\W+", "_", tidy).strip("_")[:LONGEST_FIELD_NAME]
    return name if name.isidentifier() else f"field_{name}" if name and f"field_{name}".isidentifier() else ""


def checked_mapping(chosen: Mapping[str, str]) -> dict[str, str]:
    """Raises InvalidInput: no column holds addresses, two columns are the same, or a field has no name."""
    checked: dict[str, str] = {}
    for place, target in chosen.items():
        tidy = FIELD + field_name(target.removeprefix(FIELD)) if target.startswith(FIELD) else target
        if tidy == FIELD or (tidy not in TARGETS and tidy != IGNORED and not tidy.startswith(FIELD)):
            raise InvalidInput({f"column-{place}": "Choose one of the fields, or give the new one a name of letters."})
        if tidy != IGNORED and tidy in checked.values():
            raise InvalidInput({f"column-{place}": "Another column is this already. Choose one, ignore the other."})
        checked[place] = tidy
    if EMAIL not in checked.values():
        raise InvalidInput({"": "Choose the column that holds the email addresses. Nobody can be brought in without."})
    if sum(target.startswith(FIELD) for target in checked.values()) > MOST_FIELDS:
        raise InvalidInput({"": f"A person has at most {MOST_FIELDS} fields of your own. Ignore some columns."})
    return checked


class Reader:
    """Turns rows into people by one mapping."""

    def __init__(self, mapping: Mapping[str, str], width: int) -> None:
        self.width = width
        self.places = {target: int(place) for place, target in mapping.items() if target and not is_field(target)}
        self.fields = [(target[len(FIELD) :], int(place)) for place, target in mapping.items() if is_field(target)]
        self.email = self.places[EMAIL]
        self.signs = any(one in self.places for one in (STATUS, LEFT_AT, STOPPED, WANTED))

    def read(self, row: Row) -> Incoming | Left:
        cells = row.cells
        if len(cells) < self.width:
            cells = cells + [""] * (self.width - len(cells))
        elif len(cells) > self.width and any(map(str.strip, cells[self.width :])):
            reason = (
                f"This row has {len(cells)} cells, others have {self.width}. Is a cell with a separator not quoted?"
            )
            return Left(row.number, reason, shown(" · ".join(cells)), rejected=True)
        given = cells[self.email]
        if not given.strip():
            value = shown(" ".join(cells))
            return Left(row.number, "There is no address in this row." if value else "", value, rejected=bool(value))
        try:
            email = given if PLAIN.fullmatch(given) else bare_address(given)
            email = check_address(email)
        except AddressInvalid as error:
            return Left(row.number, str(error), shown(given), rejected=True)
        if self.signs and (word := left_by(*(self.cell(cells, sign) for sign in (STATUS, LEFT_AT, STOPPED, WANTED)))):
            return Left(row.number, word, shown(given))
        return self.person(row.number, email, cells)

    def cell(self, cells: Sequence[str], target: str) -> str:
        place = self.places.get(target)
        return cells[place].strip() if place is not None else ""

    def person(self, number: int, email: str, cells: Sequence[str]) -> Incoming:
        dropped: list[str] = []
        key = email.lower() if email.isascii() else address_key(email)
        first, last = self.names(cells, dropped)
        return Incoming(
            number=number,
            email=email,
            email_key=key,
            address_hash=suppression_hash(key),
            domain=key.rpartition("@")[2],
            first_name=first,
            last_name=last,
            language=language_tag(self.cell(cells, LANGUAGE), dropped) if LANGUAGE in self.places else "",
            fields=self.own_fields(cells, dropped) if self.fields else {},
            agreed_at=read_time(self.cell(cells, AGREED_AT), dropped) if AGREED_AT in self.places else None,
            dropped=tuple(dropped),
        )

    def names(self, cells: Sequence[str], dropped: list[str]) -> tuple[str, str]:
        first = fitting(self.cell(cells, FIRST_NAME), LONGEST_NAME, FIRST_NAME, dropped)
        last = fitting(self.cell(cells, LAST_NAME), LONGEST_NAME, LAST_NAME, dropped)
        if NAME not in self.places or first or last:
            return first, last
        return split_name(fitting(self.cell(cells, NAME), LONGEST_NAME, NAME, dropped))

    def own_fields(self, cells: Sequence[str], dropped: list[str]) -> dict[str, str]:
        found = ((name, fitting(cells[place], LONGEST_FIELD, name, dropped)) for name, place in self.fields)
        return {name: value for name, value in found if value}


def left_by(status: str, left_at: str, stopped: str, wanted: str) -> str:
    """Why the other tool wrote to this person no more, as a word of the report; "" where it did."""
    said = plain(status)
    if said in WAITING:
        return "unconfirmed_there"
    return "left_there" if said in GONE or left_at or plain(stopped) in YES or plain(wanted) in NO else ""


def is_field(target: str) -> bool:
    return target.startswith(FIELD)


def fitting(text: str, longest: int, name: str, dropped: list[str]) -> str:
    """One tidy line; "" and a note where it is too long."""
    if not text:
        return ""
    if not (text.isascii() and text.isprintable() and "  " not in text):
        text = typed.CONTROL.sub(" ", unicodedata.normalize("NFC", text))
    tidy = " ".join(text.split())
    if len(tidy) > longest:
        dropped.append(name)
        return ""
    return tidy


def split_name(name: str) -> tuple[str, str]:
    """First and last name: `Ada Lovelace` and `Lovelace, Ada`."""
    last, comma, first = name.partition(",")
    if comma and first.strip():
        return first.strip(), last.strip()
    first, _blank, last = name.partition(" ")
    return first, last


def language_tag(text: str, dropped: list[str]) -> str:
    tidy = text.replace("_", "-").partition(".")[0]
    if not tidy:
        return ""
    named = LANGUAGE_NAMES.get(plain(tidy))
    if named:
        return named
    if len(tidy) > 35 or not typed.LANGUAGE.fullmatch(tidy) or len(tidy.partition("-")[0]) > 3:  # noqa: PLR2004
        dropped.append(LANGUAGE)
        return ""
    return tidy


def read_time(text: str, dropped: list[str]) -> datetime | None:
    """A time of the past in the ways that tools write it; without a zone it is UTC."""
    if not text:
        return None
    moment = parse_time(text)
    if moment is not None and moment.year >= EARLIEST_YEAR:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        if moment <= now():
            return moment
    dropped.append(AGREED_AT)
    return None


def parse_time(text: str) -> datetime | None:
    tidy = text.removesuffix(" UTC").strip()
    try:
        return datetime.fromisoformat(tidy)
    except ValueError:
        pass
    for pattern in (*DAYS_FIRST, *MONTHS_FIRST):
        try:
            return datetime.strptime(tidy, pattern)  # noqa: DTZ007  the zone is decided by the caller
        except ValueError:
            continue
    return None


def shown(value: str) -> str:
    """A value as a report keeps it: short, on one line."""
    return " ".join(typed.CONTROL.sub(" ", value).split())[:SHOWN]
