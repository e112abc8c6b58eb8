"""MJML's elements: where each may stand, what it may hold, and its attributes. The engine itself checks none of it."""

from dataclasses import dataclass

from emails.render.source.html_table import named

PADDING = "padding padding-top padding-bottom padding-left padding-right"
BORDER = "border border-top border-bottom border-left border-right border-radius"
FONT = "color font-family font-size font-style font-weight letter-spacing line-height text-decoration text-transform"
GROUND = (
    "background-color background-url background-repeat background-size background-position background-position-x "
    "background-position-y"
)
INNER_BORDER = (
    "inner-background-color inner-border inner-border-top inner-border-bottom inner-border-left inner-border-right "
    "inner-border-radius"
)
INNER_PADDING = "inner-padding inner-padding-top inner-padding-bottom inner-padding-left inner-padding-right"
ACCORDION_ICON = (
    "icon-align icon-height icon-position icon-unwrapped-alt icon-unwrapped-url icon-width icon-wrapped-alt "
    "icon-wrapped-url"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """`holds` names the elements it may hold; "html" is HTML, "text" is text, "css" are rules, "" is nothing.

    `unused` are attributes that sources often have here, and that MJML itself makes nothing of.
    """

    holds: str = ""
    attributes: str = ""
    unused: str = ""


CONTENT = "mj-text mj-image mj-button mj-divider mj-spacer mj-table mj-social mj-navbar mj-carousel mj-accordion mj-raw"
ROWS = "mj-section mj-wrapper mj-hero mj-raw"

TAGS: dict[str, Tag] = {
    "mjml": Tag("mj-head mj-body", "lang dir owa"),
    "mj-head": Tag("mj-title mj-preview mj-attributes mj-style mj-font mj-breakpoint mj-raw"),
    "mj-title": Tag("text"),
    "mj-preview": Tag("text"),
    "mj-style": Tag("css", "inline"),
    "mj-font": Tag("", "name href"),
    "mj-breakpoint": Tag("", "width"),
    "mj-attributes": Tag("mj-all mj-class any"),
    "mj-body": Tag(ROWS, "background-color width css-class lang dir title", "color font-family font-size"),
    "mj-wrapper": Tag(
        "mj-section mj-hero mj-raw",
        f"{GROUND} {BORDER} {PADDING} direction full-width text-align text-padding gap",
        "vertical-align",
    ),
    "mj-section": Tag(
        "mj-column mj-group mj-raw",
        f"{GROUND} {BORDER} {PADDING} direction full-width text-align text-padding",
        "vertical-align",
    ),
    "mj-group": Tag("mj-column mj-raw", "background-color direction vertical-align width"),
    "mj-column": Tag(CONTENT, f"background-color {BORDER} {INNER_BORDER} {PADDING} direction vertical-align width"),
    "mj-hero": Tag(
        CONTENT,
        f"{GROUND} {PADDING} {INNER_PADDING} background-height background-width border-radius height mode "
        "inner-background-color vertical-align width container-background-color direction align",
    ),
    "mj-text": Tag("html", f"{FONT} {PADDING} align container-background-color height vertical-align"),
    "mj-image": Tag(
        "",
        f"{BORDER} {PADDING} align alt container-background-color fluid-on-mobile font-size height href max-height "
        "name rel sizes src srcset target title usemap width",
    ),
    "mj-button": Tag(
        "html",
        f"{FONT} {BORDER} {PADDING} {INNER_PADDING} align background-color container-background-color height href name "
        "rel target text-align title vertical-align width",
    ),
    "mj-divider": Tag(
        "", f"{PADDING} align border-color border-style border-width container-background-color width", "vertical-align"
    ),
    "mj-spacer": Tag("", f"{PADDING} {BORDER} container-background-color height vertical-align", "width"),
    "mj-table": Tag(
        "html",
        f"{FONT} {PADDING} align border cellpadding cellspacing container-background-color role table-layout "
        "vertical-align width",
    ),
    "mj-raw": Tag("html", "position"),
    "mj-social": Tag(
        "mj-social-element",
        f"{FONT} {PADDING} {INNER_PADDING} align border-radius container-background-color icon-height icon-padding "
        "icon-size mode table-width text-padding vertical-align",
    ),
    "mj-social-element": Tag(
        "html",
        f"{FONT} {PADDING} align alt background-color border-radius href icon-height icon-padding icon-position "
        "icon-size name rel sizes src srcset target text-padding title vertical-align",
    ),
    "mj-navbar": Tag(
        "mj-navbar-link",
        f"{PADDING} align base-url container-background-color hamburger ico-align ico-close ico-color ico-font-family "
        "ico-font-size ico-line-height ico-open ico-padding ico-padding-top ico-padding-bottom ico-padding-left "
        "ico-padding-right ico-text-decoration ico-text-transform",
    ),
    "mj-navbar-link": Tag("html", f"{FONT} {PADDING} href name rel target"),
    "mj-carousel": Tag(
        "mj-carousel-image",
        f"{PADDING} align border-radius container-background-color icon-width left-icon right-icon tb-border "
        "tb-border-radius tb-hover-border-color tb-selected-border-color tb-width thumbnails",
        "background-color",
    ),
    "mj-carousel-image": Tag(
        "", f"{PADDING} alt border-radius href rel src target tb-border tb-border-radius thumbnails-src title"
    ),
    "mj-accordion": Tag(
        "mj-accordion-element", f"{ACCORDION_ICON} {PADDING} border container-background-color font-family"
    ),
    "mj-accordion-element": Tag(
        "mj-accordion-title mj-accordion-text", f"{ACCORDION_ICON} background-color border font-family"
    ),
    "mj-accordion-title": Tag("html", f"{FONT} {PADDING} background-color"),
    "mj-accordion-text": Tag("html", f"{FONT} {PADDING} background-color"),
    "letter-article": Tag(),
    "letter-masthead": Tag(),
    "letter-footer": Tag(),
}
"""By name. The last three mark, in a design, where the article and what we set around it go."""

PLACES = ("letter-article", "letter-masthead", "letter-footer")

REASONS = {
    "mj-include": "files are not read in; put what it holds here",
    "mj-html-attributes": "the engine cannot set attributes afterwards; write them on elements in mj-raw or mj-table",
    "mj-selector": "it belongs to mj-html-attributes, which the engine does not know",
    "mj-html-attribute": "it belongs to mj-html-attributes, which the engine does not know",
    "mj-container": "it is of MJML 3; put what it holds into mj-body",
    "mj-list": "it is of MJML 3; write a list in mj-text",
    "mj-location": "it is of MJML 3; write the address in mj-text",
    "mj-invoice": "it is of MJML 3; use mj-table",
    "mj-inline-links": "it is of MJML 3; use mj-navbar",
    "mj-link": "it is of MJML 3; use mj-navbar-link",
    "mj-html": "it is of MJML 3; use mj-raw",
    "mj-chart": "letters run no scripts; use a picture",
}

DEFAULTS = {name for name, tag in TAGS.items() if tag.attributes and name.startswith("mj-")} - {
    "mj-head", "mj-style", "mj-font", "mj-breakpoint", "mj-raw",
}  # fmt: skip
"""Elements that mj-attributes may give defaults to."""

NETWORKS = named("""
    facebook twitter x google pinterest linkedin tumblr xing github instagram web snapchat youtube vimeo medium
    soundcloud dribbble
    """)
"""Networks whose picture the engine knows, each also with `-noshare` behind its name."""
