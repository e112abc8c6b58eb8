"""The finished message: header fields once each, text part first, HTML second, safe to follow DATA as it is.

`compose` is the simple form; `LetterWriter` is what a send worker keeps, one a campaign, and asks once a person.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from emails.content import LetterLinks, Recipient
from emails.errors import LetterError
from emails.letter import CompiledLetter
from emails.mime import headers as fields
from emails.render.personalise import prepare
from emails.render.quoted_printable import encode_text

NO_SUBJECT = "(no subject)"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_OWN_FIELDS = frozenset(
    b"date from to subject message-id list-unsubscribe list-unsubscribe-post sender cc bcc return-path".split()
)
_PART = b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
_ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@dataclass(frozen=True, slots=True)
class LetterHeaders:
    """What the header fields of a letter say. Addresses have been through `check_address`.

    `message_id` stands without angle brackets. `list_id` is a dotted name ("4711.lists.example.com"), shown as
    `List-Id: list_name <list_id>`; "" writes none. `unsubscribe_mailto` is an address with or without `?subject=`;
    `unsubscribe_url` is for letters that are written singly: campaigns' letters have one a person.
    `extra` are further fields by name, for transports and signatures.
    """

    message_id: str
    date: datetime
    from_name: str
    from_email: str
    reply_to: str = ""
    list_name: str = ""
    list_id: str = ""
    unsubscribe_mailto: str = ""
    unsubscribe_url: str = ""
    feedback_id: str = ""
    auto_submitted: bool = False
    one_click: bool = True
    extra: tuple[tuple[str, str], ...] = ()


class LetterWriter:
    """Writes one campaign's letter to many people; everything that is the same for all is made once.

    `headers` gives what is the same; its message_id, date and unsubscribe_mailto only stand in for those of `write`.
    """

    def __init__(self, compiled: CompiledLetter, headers: LetterHeaders) -> None:
        self._letter = prepare(compiled)
        self._from = fields.mailbox_field("From", headers.from_name, headers.from_email)
        self._steady, boundary = _steady_fields(headers, compiled.content_hash)
        self._one_click = _ONE_CLICK if headers.one_click else b""
        self._mailto = headers.unsubscribe_mailto
        self._text_start = b"--%b\r\n" % boundary + _PART % b"plain"
        self._html_start = b"\r\n--%b\r\n" % boundary + _PART % b"html"
        self._end = b"\r\n--%b--\r\n" % boundary

    def write(
        self, recipient: Recipient, links: LetterLinks, *, message_id: str, date: datetime, mailto: str | None = None
    ) -> bytes:
        """The complete message, CRLF throughout, dot-safe, without the final dot. `mailto` is this person's own."""
        return b"".join(self.write_halves(recipient, links, message_id=message_id, date=date, mailto=mailto))

    def write_halves(
        self, recipient: Recipient, links: LetterLinks, *, message_id: str, date: datetime, mailto: str | None = None
    ) -> tuple[bytes, bytes]:
        """The same in two: the fields with the empty line that ends them, and the body."""
        scene = self._letter.scene(recipient, links)
        name = f"{recipient.first_name} {recipient.last_name}"
        head = b"".join(
            (
                fields.date_field(date),
                self._from,
                fields.mailbox_field("To", name, recipient.email),
                fields.text_field("Subject", scene.subject) or fields.text_field("Subject", NO_SUBJECT),
                fields.message_id_field(message_id),
                fields.unsubscribe_field(links.unsubscribe, self._mailto if mailto is None else mailto),
                self._one_click,
                self._steady,
                b"\r\n",
            )
        )
        text, html = self._letter.text.write(scene), self._letter.html.write(scene)
        return head, b"".join((self._text_start, *text, self._html_start, *html, self._end))


def compose(compiled: CompiledLetter, headers: LetterHeaders, recipient: Recipient, links: LetterLinks) -> bytes:
    """One person's complete message, ready to follow DATA: CRLF, dot-safe, without the final dot.

    Raises:
        TemplateBroken: a value cannot be rendered. AddressInvalid, LetterError: a header field cannot be written.
    """
    writer = _writer(compiled, _same_for_all(headers))
    return writer.write(
        recipient, links, message_id=headers.message_id, date=headers.date, mailto=headers.unsubscribe_mailto
    )


def compose_notice(headers: LetterHeaders, to_email: str, subject: str, text: str, html: str) -> bytes:
    """A system letter such as a confirmation: the same shape of message, mostly nothing to unsubscribe from."""
    steady, boundary = _steady_fields(
        headers, sha256(f"{subject}\0{text}\0{html}".encode("utf-8", "replace")).hexdigest()
    )
    opening = b"\r\n--%b\r\n" % boundary
    return b"".join(
        (
            fields.date_field(headers.date),
            fields.mailbox_field("From", headers.from_name, headers.from_email),
            fields.mailbox_field("To", "", to_email),
            fields.text_field("Subject", subject) or fields.text_field("Subject", NO_SUBJECT),
            fields.message_id_field(headers.message_id),
            _own_way_out(headers.unsubscribe_url),
            steady,
            opening + _PART % b"plain",
            encode_text(text).encode("ascii"),
            opening + _PART % b"html",
            encode_text(html).encode("ascii"),
            b"\r\n--%b--\r\n" % boundary,
        )
    )


def _own_way_out(url: str) -> bytes:
    return fields.unsubscribe_field(url) + _ONE_CLICK if url else b""


@lru_cache(maxsize=16)
def _writer(compiled: CompiledLetter, headers: LetterHeaders) -> LetterWriter:
    return LetterWriter(compiled, headers)


def _same_for_all(headers: LetterHeaders) -> LetterHeaders:
    return replace(headers, message_id="", date=_NEVER, unsubscribe_mailto="")


def _steady_fields(headers: LetterHeaders, seed: str) -> tuple[bytes, bytes]:
    """The fields that every copy shares, and the boundary: of the content, and impossible in quoted-printable."""
    boundary = f"=_{seed[:32]}".encode("ascii")
    written = [b"MIME-Version: 1.0\r\n", b'Content-Type: multipart/alternative;\r\n boundary="%b"\r\n' % boundary]
    if headers.reply_to:
        written.append(fields.mailbox_field("Reply-To", "", headers.reply_to))
    if headers.list_id:
        written.append(fields.list_id_field(headers.list_name, headers.list_id))
    if headers.feedback_id:
        written.append(fields.text_field("Feedback-ID", headers.feedback_id))
    if headers.auto_submitted:
        written.append(b"Auto-Submitted: auto-generated\r\n")
    names = {line.partition(b":")[0].lower() for line in written} | _OWN_FIELDS
    for name, value in headers.extra:
        if name.lower().encode("utf-8", "replace") in names:
            raise LetterError(f"The header field {fields.clean(name, 40)} is written already.")
        names.add(name.lower().encode())
        written.append(fields.extra_field(name, value))
    return b"".join(written), boundary
