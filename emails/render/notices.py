"""System letters (invitation, password): short, plain, one address to open; text and HTML from the same words."""

from dataclasses import dataclass
from html import escape

_HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
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
    """What a system letter says; `label` names what happens behind `url`."""

    subject: str
    before: tuple[str, ...]
    label: str
    url: str
    after: tuple[str, ...] = ()


def notice_text(words: NoticeWords) -> str:
    return "\n\n".join((*words.before, f"{words.label}:\n{words.url}", *words.after)) + "\n"


def notice_html(words: NoticeWords) -> str:
    parts = [_P.format(text=escape(text)) for text in words.before]
    parts.append(_BUTTON.format(url=escape(words.url), label=escape(words.label)))
    parts.append(_P.format(text=f"If the button does not work, open this address:<br>{escape(words.url)}"))
    parts += [_P.format(text=escape(text)) for text in words.after]
    return _HTML.format(title=escape(words.subject), body="\n".join(parts))
