"""What a source in MJML begins with, in the brand's colours: a design's page, or a whole letter."""

from flask_babel import gettext as _

from app.models import Brand
from app.services.brand_looks import as_worn, look_of
from emails.themes.choices import Design, worn
from emails.themes.theme import Palette, Theme
from emails.themes.words import Words, words_for

_ARTICLE = """    <mj-wrapper background-color="{card}" padding="0 0 32px">
      <letter-article />
    </mj-wrapper>
"""
_LETTER = """    <mj-section background-color="{card}" padding="24px 16px">
      <mj-column>
        <mj-text color="{head}" font-size="28px" line-height="36px">
          <h1 style="margin:0;font-size:28px;line-height:36px">{title}</h1>
        </mj-text>
        <mj-text color="{ink}" font-size="17px" line-height="28px">
          <p>{{{{ subscriber.first_name | default('') }}}}</p>
          <p>…</p>
        </mj-text>
        <mj-button background-color="{button}" color="{button_ink}" href="{address}" font-size="17px"
                   inner-padding="14px 28px" border-radius="8px">{title}</mj-button>
      </mj-column>
    </mj-section>
"""
_PAGE = """<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="{font}" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="{ground}">
    <mj-section background-color="{panel}" padding="24px 0">
      <mj-column>
        <mj-text align="center" color="{panel_head}" font-size="20px" font-weight="700">
          {{{{ brand.name }}}}
        </mj-text>
      </mj-column>
    </mj-section>
{inner}    <mj-section padding="24px 0">
      <mj-column>
        <mj-text align="center" color="{soft}" font-size="13px" line-height="21px">
          {{{{ brand.name }}}} · {{{{ brand.address }}}}<br />
          <a href="{{{{ links.unsubscribe }}}}" style="color:{soft}">{unsubscribe}</a> ·
          <a href="{{{{ links.preferences }}}}" style="color:{soft}">{preferences}</a> ·
          <a href="{{{{ links.browser_view }}}}" style="color:{soft}">{view}</a>
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""


def design_beginning(theme: Theme, words: Words) -> str:
    """A design's page with everything in its place."""
    return _page(_ARTICLE.format(card=theme.light.card), theme, words)


def first_letter(brand: Brand) -> str:
    """A whole letter in the brand's colours to write on."""
    theme = worn(Design(), as_worn(look_of(brand)))
    return letter_beginning(theme, words_for(brand.language), title=_("Your title"), address=brand.website_url)


def letter_beginning(theme: Theme, words: Words, *, title: str, address: str) -> str:
    """A whole letter with one button, ready to be written on; `title` is plain text without markup."""
    light = _button_of(theme.light)
    inner = _LETTER.format(
        card=theme.light.card,
        head=theme.light.head,
        ink=theme.light.ink,
        button=light[0],
        button_ink=light[1],
        title=title,
        address=address or "https://",
    )
    return _page(inner, theme, words)


def _button_of(light: Palette) -> tuple[str, str]:
    """On the paper the panel's pair is seen, whatever the button on the panel is."""
    return light.panel, light.panel_head


def _page(inner: str, theme: Theme, words: Words) -> str:
    light = theme.light
    return _PAGE.format(
        inner=inner,
        font=theme.shape.body_font,
        ground=light.ground,
        panel=light.panel,
        panel_head=light.panel_head,
        soft=light.soft,
        unsubscribe=words.unsubscribe,
        preferences=words.preferences,
        view=words.view_in_browser,
    )
