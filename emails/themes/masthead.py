"""What stands above a letter's card: MJML's head, the hidden preheader, the brand's logo or name, the browser view."""

from emails.content import Brand
from emails.themes.colours import NARROW, PLATE_PADDING, logo_plate, style_sheet
from emails.themes.contrast import ink_on, steady_ground
from emails.themes.escape import attribute, content
from emails.themes.frame import Frame
from emails.themes.theme import Align, Page, Theme, lines

_LOGO_HEIGHT = 32
_FILLER = "&#847;&#8199;" * 60
"""Keeps a mail program's preview from running on into the letter after a short preheader."""


def letter_head(theme: Theme, page: Page, *, dark: bool = True) -> str:
    """Without `dark` the letter has one look on every screen: a design of its own decides that."""
    light, shape = theme.light, theme.shape
    schemes = "light dark" if dark else "light"
    return (
        f"<mj-head><mj-title>{attribute(page.article.title)}</mj-title>"
        f'<mj-breakpoint width="{NARROW}px"/>'
        f'<mj-attributes><mj-all font-family="{shape.body_font}"/>'
        f'<mj-text font-size="{shape.text_size}px" line-height="{lines(shape.text_size)}px" color="{light.ink}"'
        ' padding="0"/></mj-attributes>'
        f'<mj-raw><meta name="color-scheme" content="{schemes}"/>'
        f'<meta name="supported-color-schemes" content="{schemes}"/>'
        '<meta name="x-apple-disable-message-reformatting" content=""/></mj-raw>'
        f"<mj-style>{style_sheet(theme, page, dark=dark)}</mj-style></mj-head>"
    )


def preheader(page: Page) -> str:
    return f"<mj-raw>{hidden_line(page.preheader)}</mj-raw>" if page.preheader else ""


def hidden_line(words: str) -> str:
    """The line that an inbox shows after the subject, and no letter; `words` are content. "" where there are none."""
    hidden = "display:none;max-height:0;overflow:hidden;mso-hide:all"
    return f'<div style="{hidden}">{words}{_FILLER}</div>' if words else ""


def set_masthead(frame: Frame) -> str:
    """The brand, and at the line's end the browser view where there is one; a ruled letter has a double rule below."""
    page, light = frame.page, frame.light
    shown = _logo(frame, page.brand) if page.brand.logo_url else content(page.brand.name)
    if page.brand_url:
        shown = f'<a href="{attribute(page.brand_url)}" style="color:{light.head};text-decoration:none">{shown}</a>'
    centred = frame.shape.masthead is Align.CENTER
    side = ' align="center"' if centred else ""
    name_look = f' font-family="{frame.shape.heading_font}" font-size="20px" line-height="28px" font-weight="700"{side}'
    brand = frame.text(shown, "brand", f'{name_look} color="{light.head}"')
    middle = ' vertical-align="middle"'
    columns = frame.column(brand)
    if page.browser_view and not centred:
        view_look = f' align="{page.end}" font-size="13px" line-height="28px" color="{light.soft}"'
        view = f'<a href="{page.browser_view}" style="color:{light.soft}">{content(page.words.view_in_browser)}</a>'
        columns = frame.column(brand, f' width="60%"{middle}') + frame.column(
            frame.text(view, "soft", view_look), f' width="40%"{middle}'
        )
        columns = f'<mj-group direction="{page.direction}">{columns}</mj-group>'
    return frame.section(columns, padding=f"20px {frame.gutter}px 16px") + _double_rule(frame)


def _logo(frame: Frame, brand: Brand) -> str:
    """The logo as it was drawn; on a ground of its own tone it gets a plate."""
    if brand.logo_width:
        size, style = f'width="{brand.logo_width}"', f"width:{brand.logo_width}px;height:auto"
    else:
        size, style = f'height="{_LOGO_HEIGHT}"', f"height:{_LOGO_HEIGHT}px;width:auto"
    plate = logo_plate(frame.light.ground, brand.logo_tone)
    behind = f";padding:{PLATE_PADDING};background-color:{plate}" if plate else ""
    rounded = ";border-radius:6px" if brand.logo_tone else ""
    css = ' class="logo"' if brand.logo_tone else ""
    return (
        f'<img{css} src="{attribute(brand.logo_url)}" alt="{attribute(brand.logo_alt or brand.name)}" {size}'
        f' style="{style};max-width:100%;vertical-align:middle{rounded}{behind}" />'
    )


def _double_rule(frame: Frame) -> str:
    if not frame.shape.ruled:
        return ""
    look = f'css-class="masthead" border-color="{frame.light.head}"'
    rules = "".join(
        f'<mj-divider {look} border-width="{width}px" padding="{room}"/>' for width, room in ((3, "0 0 3px"), (1, "0"))
    )
    return frame.section(rules, padding=f"0 {frame.gutter}px")


def set_test_note(frame: Frame) -> str:
    if not frame.page.marked_as_test:
        return ""
    ground = steady_ground(frame.light.accent)
    look = f' align="center" font-size="14px" line-height="22px" font-weight="700" color="{ink_on(ground)}"'
    note = frame.text(content(frame.page.words.test_note), "note", look)
    radius = frame.shape.picture_radius
    column = frame.column(note, f' background-color="{ground}" border-radius="{radius}px" padding="10px 20px"')
    if frame.shape.ruled:
        return frame.section(column, padding=f"16px {frame.gutter}px 0")
    return frame.section(column, padding="0 0 12px", css="")
