"""Letters the way the standard library shows it: EmailMessage, dkimpy, smtplib, one after the other.

Started as `python -m tests.benchmarks.plain_way PORT LETTERS BYTES`; prints how many it sent in a second.
"""

import smtplib
import sys
import time
from base64 import b64encode
from email.message import EmailMessage
from email.policy import SMTP
from textwrap import fill

import dkim

from emails.mime.dkim import new_private_key

WORDS = "The spring carries more water in winter than the well can hold, so we measured it again. "
HTML_SHARE = 0.88


def letter_to(number: int, size: int) -> EmailMessage:
    """About so many bytes, text and HTML, personalised as plainly as can be."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "The Spring <news@example.test>"
    message["To"] = f"reader{number}@d{number % 50}.example.test"
    message["Subject"] = f"Water for Ada{number}"
    message["List-Unsubscribe"] = f"<https://example.test/u/{number}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    text = int(size * (1 - HTML_SHARE))
    message.set_content(f"Hi Ada{number},\n\n{fill(WORDS * (text // len(WORDS)))}\n")
    paragraphs = "".join(f"<p>{WORDS * 3}</p>\n" for _ in range(int(size * HTML_SHARE) // (3 * len(WORDS) + 8)))
    message.add_alternative(f"<html><body><p>Hi Ada{number},</p>\n{paragraphs}</body></html>\n", subtype="html")
    return message


def main(port: int, letters: int, size: int) -> float:
    key = b64encode(new_private_key())
    pem = b"-----BEGIN PRIVATE KEY-----\n" + key + b"\n-----END PRIVATE KEY-----\n"
    with smtplib.SMTP("127.0.0.1", port) as server:
        started = time.monotonic()
        for number in range(letters):
            message = letter_to(number, size)
            written = message.as_bytes()
            signature = dkim.sign(written, b"lw1", b"example.test", pem, canonicalize=(b"relaxed", b"simple"))
            server.sendmail("news@example.test", [message["To"]], signature + written)
        return letters / (time.monotonic() - started)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:4])))
