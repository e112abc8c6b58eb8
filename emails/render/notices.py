"""System letters (invitation, password, a reader's wish): short, plain, at most one address to open."""

from dataclasses import dataclass
from html import escape

from emails.themes.words import direction

_HTML = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title></head>
<body style="margin:0;padding:24px;font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;color:#1f2933">
<main style="max-width:560px;margin:0 auto">
{body}
</main></body></html>
"""
_P = '<p style="margin:0 0 16px">{text}</p>'
_BUTTON = (
    '<p style="margin:24px 0"><a href="{url}" style="display:inline-block;padding:12px 20px;background:#0f6461;'
    'color:#ffffff;text-decoration:none;border-radius:6px">{label}</a></p>'
)


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a system letter says; `label` names what happens behind `url`, "" where there is nothing to open."""

    subject: str
    before: tuple[str, ...]
    label: str
    url: str
    after: tuple[str, ...] = ()
    language: str = "en"
    fallback: str = "If the button does not work, open this address:"


def notice_text(words: NoticeWords) -> str:
    link = (f"{words.label}:\n{words.url}",) if words.url else ()
    return "\n\n".join((*words.before, *link, *words.after)) + "\n"


def notice_html(words: NoticeWords) -> str:
    parts = [_P.format(text=escape(text)) for text in words.before]
    if words.url:
        parts.append(_BUTTON.format(url=escape(words.url), label=escape(words.label)))
        address = f'<span dir="ltr" style="word-break:break-all">{escape(words.url)}</span>'
        parts.append(_P.format(text=f"{escape(words.fallback)}<br>{address}"))
    parts += [_P.format(text=escape(text)) for text in words.after]
    way = direction(words.language)
    body = "\n".join(parts)
    return _HTML.format(title=escape(words.subject), body=body, language=escape(words.language), direction=way)
