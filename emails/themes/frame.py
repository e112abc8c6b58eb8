"""The pieces every section of a letter is made of: MJML sections, columns, texts, rules and tinted panels."""

from dataclasses import dataclass

from emails.themes.theme import Page, Palette, Shape, Theme

WIDTH = 600


@dataclass(frozen=True, slots=True)
class Frame:
    """One page in one theme, and how its sections are built, in light colours; dark is a style sheet's work."""

    theme: Theme
    page: Page

    @property
    def light(self) -> Palette:
        return self.theme.light

    @property
    def gutter(self) -> int:
        return self.theme.shape.gutter

    @property
    def shape(self) -> Shape:
        return self.theme.shape

    def section(self, inner: str, *, padding: str, css: str = "pad") -> str:
        """One column across the page unless `inner` brings its own columns."""
        columns = inner if inner.startswith(("<mj-column", "<mj-group")) else self.column(inner)
        return (
            f'<mj-section css-class="{css}" padding="{padding}" direction="{self.page.direction}"'
            f' text-align="{self.page.start}">{columns}</mj-section>'
        )

    def column(self, inner: str, attributes: str = "") -> str:
        return f'<mj-column direction="{self.page.direction}"{attributes}>{inner}</mj-column>'

    def text(self, html: str, css: str, attributes: str = "") -> str:
        """`css` is ink, soft, or another class that the dark style sheet knows."""
        align = "" if "align=" in attributes else f' align="{self.page.start}"'
        return f'<mj-text css-class="{css}"{align}{attributes}>{html}</mj-text>'

    def rule(self, padding: str) -> str:
        line = f'<mj-divider css-class="line" border-width="1px" border-color="{self.light.line}" padding="0"/>'
        return self.section(line, padding=padding)

    def panel(self, inner: str, *, barred: bool = False) -> str:
        """A tinted box with room around its words; `barred` has a bar at its side, where the theme's lists have one."""
        bar = self.shape.list_bar if barred else 0
        css = "tint barred" if bar else "tint"
        side = f' border-{self.page.start}="{bar}px solid {self.light.accent}"' if bar else ""
        look = (
            f' css-class="{css}" background-color="{self.light.tint}" border-radius="{self.shape.card_radius}px"'
            f' padding="24px"{side}'
        )
        return self.section(self.column(inner, look), padding=f"4px {self.gutter}px 24px")
