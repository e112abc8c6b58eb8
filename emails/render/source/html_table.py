"""The elements and attributes of HTML that letters are made of, as mail programs know them."""


def named(names: str) -> frozenset[str]:
    """The names of a table's row, which stand with blanks between."""
    return frozenset(names.split())


VOID = named("area base br col hr img input link meta wbr")

HEAD = frozenset({"title", "meta", "style"})
PAGE = frozenset({"html", "head", "body"})
FLOW = named(
    """
    a abbr address area article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
    dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img input ins kbd label li main
    map mark nav ol p picture pre q s samp section small source span strike strong style sub sup table tbody td
    tfoot th thead time tr tt u ul var wbr
    """
)
OUTLOOK = ("v:", "o:", "w:")
"""Drawing elements that only Outlook reads; they stand in its conditional comments."""

OUTLOOK_PLAIN = named("xml meta style noscript")

LEFT_OUT = named("link base")
"""Of a whole page in HTML these are left out and told; anywhere else they are refused."""


REASONS = {
    "script": "no mail program runs scripts; take it out",
    "iframe": "frames are not shown in mail; link to the page instead",
    "object": "mail programs do not show it; use a picture with a link",
    "embed": "mail programs do not show it; use a picture with a link",
    "applet": "mail programs do not show it; use a picture with a link",
    "video": "most mail programs do not show films; use a picture with a link",
    "audio": "most mail programs play no sound; use a link",
    "svg": "most mail programs do not draw it; use a PNG, JPEG or GIF",
    "math": "mail programs do not draw it; use a picture",
    "form": "most mail programs take forms out or warn of them; link to a page with the form",
    "input": "only checkboxes and radio buttons work in some mail programs; link to a page with the form",
    "button": "mail programs do not press it; use a link that looks like a button",
    "select": "forms do not work in mail; link to a page with the form",
    "textarea": "forms do not work in mail; link to a page with the form",
    "link": "style sheets and fonts from elsewhere are not loaded; write the rules into a style element",
    "base": "it changes where every link leads; write whole addresses",
    "noscript": "no mail program runs scripts, so it says nothing",
    "template": "mail programs show nothing of it",
    "frame": "frames are not shown in mail",
    "frameset": "frames are not shown in mail",
}

ATTRIBUTES = named(
    """
    abbr align alink alt axis background bgcolor border bordercolor bottommargin cellpadding cellspacing charset
    checked cite class clear color cols colspan compact content coords datetime dir face for frame headers
    height href hreflang hspace http-equiv id itemprop itemscope itemtype lang leftmargin link marginheight
    marginwidth media name noshade nowrap rel rightmargin role rowspan rules scope shape size sizes span src
    srcset start style summary tabindex target text title topmargin translate type usemap valign value vlink
    vspace width xml:lang xmlns
    """
)
ADDRESSES = {"href": "link", "src": "picture", "background": "picture", "cite": "link"}
WORDS = frozenset({"alt", "title", "summary", "aria-label", "content", "value", "href", "src", "background"})
"""Attributes in which a merge tag may stand."""

ENDED_BY_OTHERS = frozenset({"p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "caption"})
"""Elements whose closing tag HTML lets a writer leave out."""

ENDS = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tr": frozenset({"tr", "td", "th", "colgroup", "caption"}),
    "tbody": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "colgroup", "caption"}),
    "thead": frozenset({"colgroup", "caption"}),
    "tfoot": frozenset({"tbody", "thead", "tr", "td", "th"}),
    "p": frozenset({"p"}),
}
"""What an element that begins brings to its end, as far as it stands open at once above it."""

ENDS_PARAGRAPH = named(
    "div table ul ol dl blockquote h1 h2 h3 h4 h5 h6 hr pre center address section article header footer main"
)
