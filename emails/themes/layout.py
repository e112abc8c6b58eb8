"""The whole letter as MJML: brand and browser view, a card from hero to sponsor, a footer with the way out.

What stands above the card is set by `masthead.py`, blocks by `flow.py` and `sections.py`.
"""

import re
from collections.abc import Iterator

from emails.articles.blocks import Block, Image, Paragraph, Sponsor
from emails.themes.bidi import block_direction
from emails.themes.escape import attribute, content
from emails.themes.flow import Flow
from emails.themes.frame import WIDTH, Frame
from emails.themes.masthead import letter_head, preheader, set_masthead, set_test_note
from emails.themes.sections import caption_of
from emails.themes.theme import Align, Page, Theme, lines
from emails.themes.words import slants

_BARE_LINK = re.compile(r'<a (href="[^"]*">)')


def set_page(theme: Theme, page: Page) -> str:
    """The page in the theme, as MJML."""
    frame = Frame(theme, page)
    return (
        f'<mjml lang="{attribute(page.language)}" dir="{page.direction}">{letter_head(theme, page)}'
        f'<mj-body width="{WIDTH}px" background-color="{theme.light.ground}" css-class="ground">'
        f"{preheader(page)}{set_masthead(frame)}{set_test_note(frame)}{set_card(frame, set_article(frame))}"
        f"{set_footer(frame)}</mj-body></mjml>"
    )


def set_article(frame: Frame) -> str:
    """The sections from hero to sponsor, as they stand in the card or wherever a design of its own has them."""
    hero, blocks = _hero_and_rest(frame.page.article.blocks)
    body = "".join((*_hero(frame, hero), *_opening(frame, blocks), *_sponsor_lines(frame)))
    if frame.page.direction == "rtl":
        body = body.replace("<code>", '<code dir="ltr">')
    return _BARE_LINK.sub(rf'<a style="color:{frame.light.link}" \1', body)


def set_card(frame: Frame, sections: str) -> str:
    return (
        f'<mj-wrapper css-class="card" background-color="{frame.light.card}" padding="0 0 36px"'
        f' border-radius="{frame.shape.card_radius}px" direction="{frame.page.direction}">{sections}</mj-wrapper>'
    )


def _hero_and_rest(blocks: tuple[Block, ...]) -> tuple[Image | None, tuple[Block, ...]]:
    """The picture that opens the article, wherever its sponsor stands; without a source there is no hero."""
    for position, block in enumerate(blocks):
        if isinstance(block, Image) and not block.only:
            return (block if block.src else None), blocks[:position] + blocks[position + 1 :]
        if not isinstance(block, Sponsor):
            break
    return None, blocks


def _hero(frame: Frame, hero: Image | None) -> Iterator[str]:
    if hero is None:
        return
    inset = frame.shape.ruled
    radius = frame.shape.card_radius
    corners = f"{frame.shape.picture_radius}px" if inset else f"{radius}px {radius}px 0 0"
    picture = (
        f'<mj-image css-class="hero" src="{attribute(hero.src)}" alt="{attribute(hero.alt or "")}"'
        f' width="{WIDTH - 2 * frame.gutter if inset else WIDTH}px" padding="0" border-radius="{corners}"/>'
    )
    yield frame.section(picture, padding=f"24px {frame.gutter}px 0" if inset else "0", css="pad" if inset else "")
    if hero.caption:
        yield frame.section(caption_of(frame, hero), padding=f"0 {frame.gutter}px")


def _opening(frame: Frame, blocks: tuple[Block, ...]) -> Iterator[str]:
    """Disclosure, title, date and reading time; then greeting and body, the first paragraph as the lead."""
    page, light = frame.page, frame.light
    texts = [_kicker(frame)]
    size = frame.shape.title
    look = f"margin:0;font-size:{size.size}px;line-height:{size.height}px;font-weight:{size.weight}"
    if size.tracking != "normal" and page.direction == "ltr":
        look += f";letter-spacing:{size.tracking}"
    title = f'<h1 style="{look}">{content(page.article.title)}</h1>'
    heading = f' font-family="{frame.shape.heading_font}" font-weight="{size.weight}" color="{light.head}"'
    texts.append(frame.text(title, "ink title", f'{heading} padding-bottom="12px"') if page.article.title else "")
    if page.article.subtitle:
        look = f' font-size="19px" line-height="29px" color="{light.soft}" padding-bottom="12px"'
        texts.append(frame.text(content(page.article.subtitle), "soft", look))
    read_time = page.words.read_time.format(minutes=page.read_minutes)
    meta = " · ".join(content(part) for part in (page.article.author, page.date, read_time) if part)
    look = f' font-size="14px" line-height="22px" color="{light.soft}" padding-bottom="24px"'
    texts.append(frame.text(meta.replace(" · ", "&#160; · &#160;"), "soft", look))
    yield frame.section("".join(texts), padding=f"32px {frame.gutter}px 0")
    flow = Flow(frame)
    if page.greeting:
        flow.say(f'<p style="margin:0 0 12px">{page.greeting}</p>')
    if blocks and isinstance(blocks[0], Paragraph) and not blocks[0].only:
        shape = frame.shape
        lead = f"margin:0 0 {shape.gap}px;font-size:{shape.text_size + 2}px;line-height:{lines(shape.text_size + 2)}px"
        way, side = block_direction(blocks[0].text, page)
        flow.say(f'<p class="lead"{way} style="{lead}{side}">{blocks[0].text}</p>')
        blocks = blocks[1:]
    yield from flow.sections(blocks)


def _kicker(frame: Frame) -> str:
    sponsors = _sponsors(frame.page)
    if not sponsors:
        return ""
    label = f'<span style="text-transform:uppercase">{content(frame.page.words.sponsored)}</span>'
    names = ", ".join(dict.fromkeys(content(sponsor.name) for sponsor in sponsors if sponsor.name))
    look = f' font-size="13px" line-height="20px" font-weight="700" color="{frame.light.accent}" padding-bottom="8px"'
    spacing = "" if frame.page.direction == "rtl" else f' letter-spacing="{frame.shape.tracking}"'
    return frame.text(" · ".join(filter(None, (label, names))), "kicker", look + spacing)


def _sponsor_lines(frame: Frame) -> Iterator[str]:
    lines = [sponsor.text or content(sponsor.name) for sponsor in _sponsors(frame.page)]
    if not any(lines):
        return
    yield frame.rule(f"0 {frame.gutter}px 16px")
    slanted = "<em>{}</em>" if slants(frame.page.language) else "{}"
    words = "<br />".join(slanted.format(line) for line in lines if line)
    look = f' font-size="14px" line-height="22px" color="{frame.light.soft}"'
    yield frame.section(frame.text(words, "soft", look), padding=f"0 {frame.gutter}px")


def _sponsors(page: Page) -> list[Sponsor]:
    return [block for block in page.article.blocks if isinstance(block, Sponsor)]


def set_footer(frame: Frame) -> str:
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
    align = page.start if frame.shape.footer is Align.START else "center"
    look = f' align="{align}" font-size="13px" line-height="21px" color="{light.soft}"'
    said = (content(frame.shape.footer_note), sender, why, links)
    paragraphs = "".join(f'<p style="margin:0 0 12px">{words}</p>' for words in said if words)
    return frame.section(frame.text(paragraphs, "soft", look), padding=f"24px {frame.gutter}px 28px")


def _filled(sentence: str, **values: str) -> str:
    """The catalogue's sentence is escaped already: its braces are entities."""
    return re.sub(r"&#123;(\w+)&#125;", lambda match: values[match[1]], sentence)
