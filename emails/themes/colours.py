"""The style sheets of a letter's head: narrow screens, dark screens, and images that are not shown.

Colours stand inline in the letter; these rules only override them: a mail program that drops them shows the light one.
"""

from collections.abc import Iterator

from emails.articles.blocks import Columns
from emails.themes.contrast import WHITE, is_dark
from emails.themes.theme import Call, Page, Theme, lines
from emails.themes.words import has_long_words

NARROW = 520
"""Below this many px columns stack and gutters shrink."""

PLATE_PADDING = "8px 12px"

_DARK_PLATE = "#1B1F23"
_MONOSPACE = "Menlo,Consolas,'Courier New',monospace"
_CELL = ">table>tbody>tr>td"


def style_sheet(theme: Theme, page: Page, *, dark: bool = True) -> str:
    """All rules, as the content of one style element. Gmail drops a sheet of more than 8,192 characters."""
    return "".join((_frame(theme, page, dark=dark), _narrow(theme, page), *(_dark(theme, page) if dark else ())))


def _frame(theme: Theme, page: Page, *, dark: bool) -> str:
    light, font = theme.light, theme.shape.body_font
    schemes = "light dark" if dark else "light"
    alt_text = f"font:16px/24px {font}!important;color:{light.soft};background-color:{light.tint};text-align:center"
    long_words = (
        ".ink{-webkit-hyphens:auto;hyphens:auto;hyphenate-limit-chars:14 5 5}"
        ".ink pre,.ink code{-webkit-hyphens:none;hyphens:none}"
        if has_long_words(page.language)
        else ""
    )
    return (
        f":root{{color-scheme:{schemes};supported-color-schemes:{schemes}}}"
        f".hero img,.picture img{{{alt_text}}}"
        f".ink code{{font-family:{_MONOSPACE};font-size:88%;padding:2px 4px;border-radius:4px}}"
        f".ink code{{background-color:{light.tint}}}.ink .soft{{color:{light.soft}}}.ink table{{word-break:normal}}"
        f"{long_words}"
        "a[x-apple-data-detectors]{color:inherit!important;text-decoration:inherit!important}"
    )


def _narrow(theme: Theme, page: Page) -> str:
    gutters = "padding-left:24px!important;padding-right:24px!important"
    title, lead = theme.shape.title, theme.shape.text_size + 1
    has_columns = any(isinstance(block, Columns) for block in page.article.blocks)
    half = f".half{_CELL}{{padding-left:0!important;padding-right:0!important}}" if has_columns else ""
    return (
        f"@media only screen and (max-width:{NARROW - 1}px){{"
        f".pad{_CELL}{{{gutters}}}"
        f"{half}"
        f".tint{_CELL}{{padding:20px!important}}"
        f".panel{_CELL}{{padding:28px 24px!important}}"
        f".title h1{{font-size:{title.narrow_size}px!important;line-height:{title.narrow_height}px!important}}"
        f".ink .lead{{font-size:{lead}px!important;line-height:{lines(lead)}px!important}}"
        ".button table,.button a,.button p{width:100%!important;box-sizing:border-box;text-align:center}"
        ".ink pre{padding:14px 16px!important;font-size:12px!important;line-height:19px!important}"
        ".ink th,.ink td{padding:8px 6px!important;font-size:14px!important;line-height:20px!important}"
        "}"
    )


def _dark(theme: Theme, page: Page) -> Iterator[str]:
    """Once for programs that follow the system, once for those that mark a letter they darken (Outlook's apps)."""
    rules = [*_dark_grounds(theme), *_dark_words(theme), *_dark_lines(theme)]
    if plate := logo_plate(theme.dark.ground, page.brand.logo_tone):
        rules += [(".logo", "background-color", plate), (".logo", "padding", PLATE_PADDING)]
    written = "".join(f"{selectors}{{{name}:{value}!important}}" for selectors, name, value in rules)
    yield f"@media (prefers-color-scheme:dark){{{written}}}"
    for selectors, name, value in rules:
        marker = "[data-ogsb]" if name == "background-color" else "[data-ogsc]"
        marked = ",".join(f"{marker} {selector}" for selector in selectors.split(","))
        yield f"{marked}{{{name}:{value}!important}}"


def _dark_grounds(theme: Theme) -> Iterator[tuple[str, str, str]]:
    dark = theme.dark
    yield "body,.ground", "background-color", dark.ground
    yield f".card,.card>table,.card{_CELL}", "background-color", dark.card
    yield f".tint{_CELL},.ink pre,.ink code,.ink th,.hero img,.picture img", "background-color", dark.tint
    yield f".panel{_CELL}", "background-color", dark.panel
    yield ".button td,.button a,.button p", "background-color", dark.button
    if theme.shape.call is Call.BRIGHT:
        yield ".alone td,.alone a,.alone p", "background-color", dark.panel


def _dark_words(theme: Theme) -> Iterator[tuple[str, str, str]]:
    dark = theme.dark
    yield ".ink div,.ink p,.ink li span,.ink td,.ink th,.ink pre,.ink table", "color", dark.ink
    yield ".soft div,.soft p,.ink .soft,.hero img,.picture img", "color", dark.soft
    yield ".ink h1,.ink h2,.ink h3,.ink h4,.ink h5,.ink h6,.brand div,.brand a", "color", dark.head
    yield ".ink a,.soft a,.kicker div,.ink li,.ink strong.label", "color", dark.accent
    yield ".on-panel div,.on-panel p", "color", dark.panel_text
    yield ".on-panel h2,.on-panel a", "color", dark.panel_head
    yield ".button a,.button p", "color", dark.button_ink
    if theme.shape.call is Call.BRIGHT:
        yield ".alone a,.alone p", "color", dark.panel_head


def _dark_lines(theme: Theme) -> Iterator[tuple[str, str, str]]:
    dark, shape = theme.dark, theme.shape
    yield ".line p,.ink th,.ink td,.ink .row", "border-color", dark.line
    yield ".quote>table", "border-color", dark.head if shape.ruled else dark.accent
    if shape.list_bar:
        yield f".barred{_CELL}", "border-color", dark.accent
    if shape.ruled:
        yield f".panel{_CELL}", "border-color", dark.line
        yield ".masthead p", "border-color", dark.head


def logo_plate(ground: str, tone: str) -> str:
    """The colour of the plate that a transparent logo of this tone needs on this ground, "" where it needs none."""
    if tone == "dark" and is_dark(ground):
        return WHITE
    return _DARK_PLATE if tone == "light" and not is_dark(ground) else ""
