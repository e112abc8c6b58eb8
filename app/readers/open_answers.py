"""How doors that carry no token answer: pages that anybody may find, keep for a while and ask for again cheaply."""

from datetime import datetime

from flask import Response, request

from app.readers.answers import FIRST_ERROR, add_headers

# Strangers to our own origin, though they stand at it: what a letter brings runs nothing and reads nothing of ours.
OPEN_POLICY = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' https: http: data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "sandbox allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox"
)
# Whoever keeps a copy asks before showing it: what is taken back is gone at once.
KEPT = "public, max-age=0, must-revalidate"


def add_open_headers(response: Response) -> Response:
    """Refusals wear the strict headers of all readers' pages."""
    if response.status_code >= FIRST_ERROR:
        return add_headers(response)
    headers = response.headers
    headers.setdefault("Content-Security-Policy", OPEN_POLICY)
    headers.setdefault("Cache-Control", KEPT)
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["X-Content-Type-Options"] = "nosniff"
    return response


def open_answer(response: Response, *, changed_at: datetime | None = None) -> Response:
    """The answer with its fingerprint, or "not modified" for whoever holds this very one.

    By the fingerprint alone: an index may change without any letter being newer.
    """
    response.add_etag()
    if changed_at is not None:
        response.last_modified = changed_at
    if request.if_none_match:
        response.make_conditional(request)
    return response
