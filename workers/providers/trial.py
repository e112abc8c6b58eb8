"""Hands one letter to a provider and writes down what was said, for somebody who tries a transport."""

import asyncio

from app.clock import now
from app.models.message import Reason
from app.outside.api import ApiBroken, ApiReply, open_api
from workers.providers.pool import Call
from workers.providers.wire import ApiRequest, Provider, Unfit
from workers.smtp.actions import Letter
from workers.smtp.connection import explain
from workers.smtp.outcome import Outcome, Refused, Untouched
from workers.smtp.reply import printable
from workers.smtp.trial import KEPT_BACK

LONGEST_SECONDS = 60
LONGEST_ANSWER = 2_000


def try_letter(provider: Provider, letter: Letter) -> tuple[Outcome, list[str]]:
    """What became of the letter, and what was said: lines of ours (C) and of the provider (S)."""
    try:
        request = provider.request(letter, now())
    except Unfit as unfit:
        return Refused(Reason.RENDER_FAILED, reply=str(unfit)), []
    return asyncio.run(make(provider, request))


async def make(provider: Provider, request: ApiRequest) -> tuple[Outcome, list[str]]:
    lines = told_request(provider, request)
    call: Call | None = None
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            connection = await open_api(provider.place)
            call = Call(connection, request)
            reply = await call.make(lambda: True)
        connection.close()
    except (OSError, ApiBroken) as error:
        why = explain(error) if isinstance(error, OSError) else str(error)
        outcome = call.lost(why) if call else Untouched()
        return (outcome if not isinstance(outcome, Untouched) else Untouched(reply=why)), [*lines, f"—: {why}"]
    assert reply is not None
    return provider.judge(reply), [*lines, *told_reply(reply)]


def told_request(provider: Provider, request: ApiRequest) -> list[str]:
    scheme = "https" if provider.place.tls else "http"
    shown = ((name, KEPT_BACK if name.lower() in provider.secret_headers else value) for name, value in request.headers)
    headers = [f"C: {name}: {value}" for name, value in shown]
    address = f"{scheme}://{provider.place.address}{provider.place.path}{request.target}"
    return [f"C: POST {address}", *headers, f"C: ({len(request.body):,} bytes with the letter)"]


def told_reply(reply: ApiReply) -> list[str]:
    headers = [f"S: {name}: {printable(value.encode('latin-1'))}" for name, value in reply.headers.items()]
    body = reply.body[:LONGEST_ANSWER].decode("utf-8", "replace")
    return [f"S: {reply.status}", *headers, *(f"S: {line}" for line in body.splitlines())]
