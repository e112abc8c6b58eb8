"""The style sheets of a letter's head: narrow screens, dark screens, and images that are not shown.

Colours stand inline in the letter; these rules only override them: a mail program that drops them shows the light one.
"""

from collections.abc import Iterator

from emails.themes.theme import Page, Palette, Theme

NARROW = 520
"""Below this many px columns stack and gutters shrink."""

_CELL = ">table>tbody>tr>td"


def style_sheet(theme: Theme, page: Page) -> str:
    """All rules, as the content of one style element."""
    return "".join((_frame(theme), _narrow(page), *_dark(theme.dark)))


def _frame(theme: Theme) -> str:
    light, font = theme.light, theme.shape.body_font
    alt_text = f"font:16px/24px {font}!important;color:{light.soft};background-color:{light.tint};text-align:center"
    return (
        ":root{color-scheme:light dark;supported-color-schemes:light dark}"
        f".hero img,.picture img{{{alt_text}}}"
        "a[x-apple-data-detectors]{color:inherit!important;text-decoration:inherit!important}"
    )


def _narrow(page: Page) -> str:
    gutters = "padding-left:24px!important;padding-right:24px!important"
    return (
        f"@media only screen and (max-width:{NARROW - 1}px){{"
        f".pad{_CELL}{{{gutters}}}"
        f".tint{_CELL}{{padding:20px!important}}"
        f".panel{_CELL}{{padding:28px 24px!important}}"
        ".title h1{font-size:29px!important;line-height:37px!important}"
        ".ink .lead{font-size:18px!important;line-height:29px!important}"
        ".button table,.button a,.button p{width:100%!important;box-sizing:border-box;text-align:center}"
        "}"
        f".ink pre{{text-align:{page.start}}}"
    )


def _dark(dark: Palette) -> Iterator[str]:
    """Once for programs that follow the system, once for those that mark a letter they darken (Outlook's apps)."""
    rules = list(_dark_rules(dark))
    written = "".join(f"{selectors}{{{name}:{value}!important}}" for selectors, name, value in rules)
    yield f"@media (prefers-color-scheme:dark){{{written}}}"
    for selectors, name, value in rules:
        marker = "[data-ogsb]" if name == "background-color" else "[data-ogsc]"
        marked = ",".join(f"{marker} {selector}" for selector in selectors.split(","))
        yield f"{marked}{{{name}:{value}!important}}"


def _dark_rules(dark: Palette) -> Iterator[tuple[str, str, str]]:
    yield "body,.ground", "background-color", dark.ground
    yield f".card,.card>table,.card{_CELL}", "background-color", dark.card
    yield f".tint{_CELL},.ink pre,.ink th,.hero img,.picture img", "background-color", dark.tint
    yield ".ink div,.ink p,.ink li span,.ink td,.ink th,.ink pre,.ink table", "color", dark.ink
    yield ".soft div,.soft p,.hero img,.picture img", "color", dark.soft
    yield ".ink h1,.ink h2,.ink h3,.ink h4,.ink h5,.ink h6,.brand div,.brand a", "color", dark.head
    yield ".ink a,.soft a,.kicker div,.ink li,.ink strong.label", "color", dark.accent
    yield ".line p,.ink th,.ink td", "border-color", dark.line
    yield ".quote>table", "border-color", dark.accent
