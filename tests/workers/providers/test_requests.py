"""What each provider is asked, to the byte, and what each of its answers means for the letter."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from app.models.message import Reason
from app.outside.api import ApiReply, api_place
from emails.mime.build import LetterHeaders, compose_notice
from tests.workers.providers.accounts import KINDS, account
from workers.providers.parts import take_apart, undotted
from workers.providers.sigv4 import Signer, signed_headers
from workers.providers.wire import Unfit
from workers.sending.carriers import place_of, provider_of
from workers.smtp.actions import Letter
from workers.smtp.outcome import Deferred, Refused, Sent, Unknown, Untouched

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HEADERS = LetterHeaders(
    message_id="m7.abc@news.example.org",
    date=AT,
    from_name="Łucja, of the Spring",
    from_email="hello@news.example.org",
    reply_to="desk@example.org",
    auto_submitted=True,
)
TEXT = "Grüße\r\n.hidden dot\r\n"
BODY = compose_notice(HEADERS, "ada@example.test", "Wasser & Brot ✓", TEXT, "<p>Grüße</p>").replace(b"\r\n.", b"\r\n..")
LETTER = Letter(7, "hello+m7.abc@news.example.org", "ada@example.test", BODY)


def asked(kind: str, **details: str):
    return provider_of(account(kind, **details)).request(LETTER, AT)


def headers_of(request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


def test_the_dots_that_smtp_doubles_are_taken_out_and_nothing_else():
    assert undotted(b"..a\r\n..\r\n..b..\r\n. \r\n") == b".a\r\n.\r\n.b..\r\n. \r\n"


@given(st.binary(max_size=300))
def test_a_message_that_was_dot_stuffed_is_undotted_whole(message):
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    assert undotted(stuffed) == message


def test_amazon_gets_the_message_as_it_is():
    request = asked("ses", configuration_set="news")
    told = json.loads(request.body)
    assert request.target == "/v2/email/outbound-emails"
    assert b64decode(told["Content"]["Raw"]["Data"]) == undotted(BODY)
    del told["Content"]
    assert told == {
        "Destination": {"ToAddresses": ["ada@example.test"]},
        "FeedbackForwardingEmailAddress": "hello+m7.abc@news.example.org",
        "ConfigurationSetName": "news",
    }
    assert place_of(account("ses")).host == "email.eu-west-1.amazonaws.com"


def botocore_says(url: str, headers: dict[str, str], body: bytes, monkeypatch) -> str:
    """What Amazon's own library signs for the same request at the same time."""
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: AT.replace(tzinfo=None), raising=False)
    request = AWSRequest("POST", url, headers=headers, data=body)
    signer = SigV4Auth(Credentials("AKIAEXAMPLEEXAMPLE00", "k3y-of-the-account"), "ses", "eu-west-1")
    signer.add_auth(request)
    return request.headers["Authorization"]


@pytest.mark.parametrize("address", ["", "https://gateway.example.org:8443/ses~api"])
def test_requests_to_amazon_are_signed_as_its_own_library_signs_them(monkeypatch, address):
    request = asked("ses", address=address)
    headers = headers_of(request)
    assert headers["x-amz-date"] == "20260304T050607Z"
    place = place_of(account("ses", address))
    url = f"https://{place.address}{place.path}{request.target}"
    assert headers["authorization"] == botocore_says(
        url, {"Content-Type": "application/json"}, request.body, monkeypatch
    )


def test_a_signature_needs_the_key_and_the_body():
    def signature(secret: str, body: bytes) -> str:
        signer = Signer("ID", secret, "eu-west-1", "ses")
        return signed_headers({"Host": "h"}, "/t", body, signer=signer, at=AT)["Authorization"]

    assert signature("a", b"1") == signature("a", b"1")
    assert len({signature("a", b"1"), signature("b", b"1"), signature("a", b"2")}) == 3


def test_sendgrid_gets_the_parts_and_no_tracking():
    request = asked("sendgrid")
    told = json.loads(request.body)
    assert request.target == "/v3/mail/send"
    assert headers_of(request)["authorization"] == "Bearer k3y-of-the-account"
    assert told["personalizations"] == [{"to": [{"email": "ada@example.test"}]}]
    assert told["from"] == {"email": "hello@news.example.org", "name": "Łucja, of the Spring"}
    assert told["reply_to"] == {"email": "desk@example.org"}
    assert told["subject"] == "Wasser & Brot ✓"
    assert [one["type"] for one in told["content"]] == ["text/plain", "text/html"]
    assert "\n.hidden dot" in told["content"][0]["value"]
    assert told["headers"]["Message-ID"] == "<m7.abc@news.example.org>"
    assert told["headers"]["Auto-Submitted"] == "auto-generated"
    assert told["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}
    assert not {name.lower() for name in told["headers"]} & {"from", "to", "subject", "dkim-signature", "content-type"}
    assert place_of(account("sendgrid", area="eu")).host == "api.eu.sendgrid.com"


def test_mailgun_gets_the_message_as_a_file_of_a_form():
    request = asked("mailgun")
    headers = headers_of(request)
    assert request.target == "/v3/mg.example.org/messages.mime"
    assert headers["authorization"] == "Basic " + b64encode(b"api:k3y-of-the-account").decode()
    wire = b"Content-Type: %b\r\n\r\n%b" % (headers["content-type"].encode(), request.body)
    form = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message_from_bytes(wire, policy=policy.HTTP).iter_parts()
    }
    assert form["message"] == undotted(BODY)
    assert {name: value for name, value in form.items() if name != "message"} == {
        "to": b"ada@example.test",
        "o:tracking": b"no",
        "v:letter": b"7",
    }
    assert place_of(account("mailgun", area="eu")).host == "api.eu.mailgun.net"


def test_postmark_gets_the_parts_its_stream_and_our_message_id():
    request = asked("postmark")
    told = json.loads(request.body)
    assert request.target == "/email"
    assert headers_of(request)["x-postmark-server-token"] == "k3y-of-the-account"
    assert told["To"] == "ada@example.test"
    assert told["From"].endswith("<hello@news.example.org>")
    assert told["MessageStream"] == "broadcast"
    assert (told["TrackOpens"], told["TrackLinks"]) == (False, "None")
    headers = {one["Name"]: one["Value"] for one in told["Headers"]}
    assert headers["Message-ID"] == "<m7.abc@news.example.org>"
    assert headers["X-PM-KeepID"] == "true"


def test_brevo_gets_the_parts_and_a_key_that_is_new_with_every_try():
    first, second = json.loads(asked("brevo").body), json.loads(asked("brevo").body)
    assert first["sender"] == {"email": "hello@news.example.org", "name": "Łucja, of the Spring"}
    assert first["to"] == [{"email": "ada@example.test"}]
    assert first["htmlContent"]
    assert first["headers"].pop("idempotencyKey") != second["headers"].pop("idempotencyKey")
    assert first == second
    assert headers_of(asked("brevo"))["api-key"] == "k3y-of-the-account"


def test_a_letter_that_is_signed_loses_the_signature_where_it_is_taken_apart():
    parts = take_apart(
        b"DKIM-Signature: v=1; b=x\r\nFrom: a@b.test\r\nList-Unsubscribe: <https://x.test>\r\n\r\nHi\r\n"
    )
    assert parts.headers == {"List-Unsubscribe": "<https://x.test>"}
    assert parts.text.strip() == "Hi"
    with pytest.raises(Unfit):
        take_apart(b"Subject: from nobody\r\n\r\nHi\r\n")


def error(kind: str, word: str, said: str) -> bytes:
    shapes = {
        "ses": {"__type": word, "message": said},
        "sendgrid": {"errors": [{"message": said, "field": word, "help": None}]},
        "mailgun": {"message": said},
        "postmark": {"ErrorCode": int(word) if word.isdigit() else 0, "Message": said},
        "brevo": {"code": word, "message": said},
    }
    return json.dumps(shapes[kind]).encode()


@pytest.mark.parametrize(
    ("kind", "status", "word", "said", "outcome"),
    [
        ("ses", 400, "MessageRejected", "Email address is not verified: x", Untouched),
        ("ses", 400, "MessageRejected", "The message contains a virus", Refused),
        ("ses", 400, "BadRequestException", "Missing final '@domain'", Refused),
        ("ses", 400, "AccountSuspendedException", "suspended", Untouched),
        ("ses", 400, "SendingPausedException", "paused", Untouched),
        ("ses", 403, "SignatureDoesNotMatch", "check your key", Untouched),
        ("ses", 429, "TooManyRequestsException", "Daily message quota exceeded", Deferred),
        ("ses", 400, "Throttling", "Maximum sending rate exceeded", Deferred),
        ("ses", 500, "InternalFailure", "try later", Deferred),
        ("sendgrid", 400, "personalizations.0.to.0.email", "Does not contain a valid address.", Refused),
        ("sendgrid", 400, "from.email", "The from email does not contain a valid address.", Untouched),
        ("sendgrid", 401, "", "authorization required", Untouched),
        ("sendgrid", 403, "from", "does not match a verified Sender Identity", Untouched),
        ("mailgun", 400, "", "'to' parameter is not a valid address. please check documentation", Refused),
        ("mailgun", 400, "", "'from' parameter is missing", Untouched),
        ("mailgun", 401, "", "Forbidden", Untouched),
        ("mailgun", 404, "", "Domain not found: mg.example.org", Untouched),
        ("postmark", 422, "406", "You tried to send to recipient(s) that have been marked as inactive.", Refused),
        ("postmark", 422, "300", "Error parsing 'To': Illegal email address 'x'.", Refused),
        ("postmark", 422, "400", "The 'From' address you supplied is not a Sender Signature", Untouched),
        ("postmark", 401, "10", "Bad or missing Server API token.", Untouched),
        ("postmark", 200, "412", "Not allowed while your account is pending approval", Untouched),
        ("brevo", 400, "invalid_parameter", "email is not valid in to", Refused),
        ("brevo", 400, "invalid_parameter", "sender is not valid", Untouched),
        ("brevo", 400, "duplicate_request", "seen before", Sent),
        ("brevo", 401, "unauthorized", "Key not found", Untouched),
        ("brevo", 402, "not_enough_credits", "no credits", Untouched),
    ],
)
def test_each_answer_of_a_provider_ends_as_it_means(kind, status, word, said, outcome):
    found = provider_of(account(kind)).judge(ApiReply(status, {}, error(kind, word, said)))
    assert type(found) is outcome
    assert found.code == status
    assert said[:20] in found.reply


@pytest.mark.parametrize("kind", KINDS)
def test_statuses_mean_the_same_with_all(kind):
    def judged(status: int, body: bytes = b"<html>a gateway</html>"):
        return provider_of(account(kind)).judge(ApiReply(status, {}, body))

    assert isinstance(judged(200, b"{}"), Sent)
    assert all(isinstance(judged(status), Deferred) for status in (429, 503, 408))
    assert all(isinstance(judged(status), Unknown) for status in (500, 502, 504))
    assert isinstance(judged(413), Refused)
    assert all(isinstance(judged(status), Untouched) for status in (301, 400, 401, 402, 403, 404, 422))
    assert judged(403).reason is Reason.POLICY


def test_only_an_address_that_the_provider_itself_has_given_up_is_suppressed():
    gone = provider_of(account("postmark")).judge(ApiReply(422, {}, error("postmark", "406", "inactive")))
    typo = provider_of(account("postmark")).judge(ApiReply(422, {}, error("postmark", "300", "bad 'To'")))
    assert (gone.suppress, typo.suppress) == (True, False)


@pytest.mark.parametrize("kind", KINDS)
@given(status=st.integers(200, 599), body=st.binary(max_size=80))
def test_whatever_is_answered_ends_in_one_outcome(kind, status, body):
    found = provider_of(account(kind)).judge(ApiReply(status, {}, body))
    assert found.code == status
    assert found.reply.isascii()
    assert len(found.reply) <= 200


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_not_in_what_is_shown_of_a_provider(kind):
    assert "k3y" not in repr(provider_of(account(kind)))
    assert "k3y" not in repr(account(kind))


def test_an_address_of_an_api_is_read():
    place = api_place("https://example.org:8443/a/b/")
    assert (place.host, place.port, place.tls, place.path, place.address) == (
        "example.org", 8443, True, "/a/b", "example.org:8443",
    )  # fmt: skip
    assert api_place("http://[::1]:80").address == "[::1]"
