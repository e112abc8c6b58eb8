"""The whole letter as MJML: brand and browser view, a card from hero to sponsor, a footer with the way out."""

import re
from collections.abc import Iterator

from emails.articles.blocks import Block, Image, Paragraph, Sponsor
from emails.themes.colours import NARROW, style_sheet
from emails.themes.escape import attribute, content
from emails.themes.flow import Flow
from emails.themes.frame import GUTTER, WIDTH, Frame
from emails.themes.sections import caption_of
from emails.themes.theme import Page, Theme

_BARE_LINK = re.compile(r'<a (href="[^"]*">)')
_FILLER = "&#847;&#8199;" * 60
"""Keeps a mail program's preview from running on into the letter after a short preheader."""


def set_page(theme: Theme, page: Page) -> str:
    """The page in the theme, as MJML."""
    frame = Frame(theme, page)
    hero, blocks = _hero_and_rest(page.article.blocks)
    body = "".join((*_hero(frame, hero), *_opening(frame, blocks), *_sponsor_lines(frame)))
    card = (
        f'<mj-wrapper css-class="card" background-color="{theme.light.card}" padding="0 0 36px"'
        f' border-radius="{theme.shape.card_radius}px" direction="{page.direction}">{body}</mj-wrapper>'
    )
    card = _BARE_LINK.sub(rf'<a style="color:{theme.light.link}" \1', card)
    return (
        f'<mjml lang="{attribute(page.language)}" dir="{page.direction}">{_head(theme, page)}'
        f'<mj-body width="{WIDTH}px" background-color="{theme.light.ground}" css-class="ground">'
        f"{_preheader(page)}{_header(frame)}{_test_note(frame)}{card}{_footer(frame)}</mj-body></mjml>"
    )


def _head(theme: Theme, page: Page) -> str:
    light, shape = theme.light, theme.shape
    return (
        f"<mj-head><mj-title>{attribute(page.article.title)}</mj-title>"
        f'<mj-breakpoint width="{NARROW}px"/>'
        f'<mj-attributes><mj-all font-family="{shape.body_font}"/>'
        f'<mj-text font-size="17px" line-height="28px" color="{light.ink}" padding="0"/></mj-attributes>'
        '<mj-raw><meta name="color-scheme" content="light dark"/>'
        '<meta name="supported-color-schemes" content="light dark"/>'
        '<meta name="x-apple-disable-message-reformatting" content=""/></mj-raw>'
        f"<mj-style>{style_sheet(theme, page)}</mj-style></mj-head>"
    )


def _preheader(page: Page) -> str:
    if not page.preheader:
        return ""
    hidden = "display:none;max-height:0;overflow:hidden;mso-hide:all"
    return f'<mj-raw><div style="{hidden}">{page.preheader}{_FILLER}</div></mj-raw>'


def _header(frame: Frame) -> str:
    page, light = frame.page, frame.light
    shown = content(page.brand.name)
    if page.brand.logo_url:
        logo, name = attribute(page.brand.logo_url), attribute(page.brand.name)
        shown = f'<img src="{logo}" alt="{name}" height="32" style="height:32px;width:auto;max-width:100%" />'
    if page.brand_url:
        shown = f'<a href="{attribute(page.brand_url)}" style="color:{light.head};text-decoration:none">{shown}</a>'
    name_look = f' font-family="{frame.shape.heading_font}" font-size="20px" line-height="28px" font-weight="700"'
    view_look = f' align="{page.end}" font-size="13px" line-height="28px" color="{light.soft}"'
    view = f'<a href="{page.browser_view}" style="color:{light.soft}">{content(page.words.view_in_browser)}</a>'
    columns = frame.column(
        frame.text(shown, "brand", f'{name_look} color="{light.head}"'), ' width="60%"'
    ) + frame.column(frame.text(view, "soft", view_look), ' width="40%"')
    return frame.section(
        f'<mj-group direction="{page.direction}">{columns}</mj-group>', padding=f"20px {GUTTER}px 16px"
    )


def _test_note(frame: Frame) -> str:
    if not frame.page.marked_as_test:
        return ""
    light = frame.light
    look = f' align="center" font-size="14px" line-height="22px" font-weight="700" color="{light.button_ink}"'
    note = frame.text(content(frame.page.words.test_note), "note", look)
    column = frame.column(note, f' background-color="{light.button}" border-radius="8px" padding="10px 20px"')
    return frame.section(column, padding="0 0 12px", css="")


def _hero_and_rest(blocks: tuple[Block, ...]) -> tuple[Image | None, tuple[Block, ...]]:
    """The picture that opens the article, wherever its sponsor stands; without a source there is no hero."""
    for position, block in enumerate(blocks):
        if isinstance(block, Image):
            return (block if block.src else None), blocks[:position] + blocks[position + 1 :]
        if not isinstance(block, Sponsor):
            break
    return None, blocks


def _hero(frame: Frame, hero: Image | None) -> Iterator[str]:
    if hero is None:
        return
    radius = frame.shape.card_radius
    picture = (
        f'<mj-image css-class="hero" src="{attribute(hero.src)}" alt="{attribute(hero.alt or "")}"'
        f' width="{WIDTH}px" padding="0" border-radius="{radius}px {radius}px 0 0"/>'
    )
    yield frame.section(picture, padding="0", css="")
    if hero.caption:
        yield frame.section(caption_of(frame, hero), padding=f"0 {GUTTER}px")


def _opening(frame: Frame, blocks: tuple[Block, ...]) -> Iterator[str]:
    """Disclosure, title, date and reading time; then greeting and body, the first paragraph as the lead."""
    page, light = frame.page, frame.light
    texts = [_kicker(frame)]
    title = f'<h1 style="margin:0;font-size:34px;line-height:42px">{content(page.article.title)}</h1>'
    heading = f' font-family="{frame.shape.heading_font}" font-weight="700" color="{light.head}"'
    texts.append(frame.text(title, "ink title", f'{heading} padding-bottom="12px"') if page.article.title else "")
    if page.article.subtitle:
        look = f' font-size="19px" line-height="29px" color="{light.soft}" padding-bottom="12px"'
        texts.append(frame.text(content(page.article.subtitle), "soft", look))
    read_time = page.words.read_time.format(minutes=page.read_minutes)
    meta = " · ".join(content(part) for part in (page.article.author, page.date, read_time) if part)
    look = f' font-size="14px" line-height="22px" color="{light.soft}" padding-bottom="24px"'
    texts.append(frame.text(meta.replace(" · ", "&#160; · &#160;"), "soft", look))
    yield frame.section("".join(texts), padding=f"32px {GUTTER}px 0")
    flow = Flow(frame)
    if page.greeting:
        flow.say(f'<p style="margin:0 0 12px">{page.greeting}</p>')
    if blocks and isinstance(blocks[0], Paragraph):
        flow.say(f'<p class="lead" style="margin:0 0 20px;font-size:19px;line-height:31px">{blocks[0].text}</p>')
        blocks = blocks[1:]
    yield from flow.sections(blocks)


def _kicker(frame: Frame) -> str:
    sponsors = _sponsors(frame.page)
    if not sponsors:
        return ""
    label = f'<span style="text-transform:uppercase">{content(frame.page.words.sponsored)}</span>'
    names = ", ".join(dict.fromkeys(content(sponsor.name) for sponsor in sponsors if sponsor.name))
    look = f' font-size="13px" line-height="20px" font-weight="700" color="{frame.light.accent}" padding-bottom="8px"'
    spacing = "" if frame.page.direction == "rtl" else ' letter-spacing="0.8px"'
    return frame.text(" · ".join(filter(None, (label, names))), "kicker", look + spacing)


def _sponsor_lines(frame: Frame) -> Iterator[str]:
    lines = [sponsor.text or content(sponsor.name) for sponsor in _sponsors(frame.page)]
    if not any(lines):
        return
    yield frame.rule(f"0 {GUTTER}px 16px")
    words = "<br />".join(f"<em>{line}</em>" for line in lines if line)
    look = f' font-size="14px" line-height="22px" color="{frame.light.soft}"'
    yield frame.section(frame.text(words, "soft", look), padding=f"0 {GUTTER}px")


def _sponsors(page: Page) -> list[Sponsor]:
    return [block for block in page.article.blocks if isinstance(block, Sponsor)]


def _footer(frame: Frame) -> str:
    page, light = frame.page, frame.light
    address = ", ".join(line.strip() for line in page.brand.address.splitlines() if line.strip())
    sender = " · ".join(filter(None, (f"<strong>{content(page.brand.name)}</strong>", content(address))))
    sentence = content(page.words.why_list if page.list_name else page.words.why)
    why = _filled(sentence, list=content(page.list_name), email=page.reader_email)
    links = "&#160; · &#160;".join(
        f'<a href="{address}" style="color:{light.soft};text-decoration:underline">{content(words)}</a>'
        for address, words in (
            (page.unsubscribe, page.words.unsubscribe),
            (page.preferences, page.words.preferences),
            (page.browser_view, page.words.view_in_browser),
        )
    )
    look = f' align="center" font-size="13px" line-height="21px" color="{light.soft}"'
    paragraphs = "".join(f'<p style="margin:0 0 12px">{words}</p>' for words in (sender, why, links))
    return frame.section(frame.text(paragraphs, "soft", look), padding=f"24px {GUTTER}px 28px")


def _filled(sentence: str, **values: str) -> str:
    """The catalogue's sentence is escaped already: its braces are entities."""
    return re.sub(r"&#123;(\w+)&#125;", lambda match: values[match[1]], sentence)
