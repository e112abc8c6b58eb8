"""What every answer tells the browser to forbid: a content policy without inline script or style, and its company.

Also refuses writes that another site sent, before any token is looked at.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_babel import gettext as _

from app.errors import NotAllowed

PAGE_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data: blob:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "frame-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "manifest-src 'self'"
)
# A letter is shown as mail programs show it: its own styles, pictures, never a script, and as a stranger to our origin.
LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; "
    "style-src 'unsafe-inline'; "
    "img-src 'self' data: https: http:; "
    "font-src 'none'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'self'"
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ONE_YEAR_SECONDS = 31_536_000


def letter_page(html: str | bytes) -> Response:
    """A letter's HTML as an answer for a sandboxed frame."""
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR_SECONDS}")
    if response.mimetype in {"text/html", "application/json"} and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response


def refuse_foreign_writes() -> None:
    """Refuses a write whose Origin is not ours. Readers' doors stand open: mail programs come from anywhere."""
    if request.method in SAFE_METHODS or request.blueprint in current_app.extensions["reader_doors"]:
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise NotAllowed(_("This was sent from another site, so nothing was done."))
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        raise NotAllowed(_("This was sent from another site, so nothing was done."))


def forbid(app: Flask) -> None:
    app.before_request(refuse_foreign_writes)
    app.after_request(add_headers)
