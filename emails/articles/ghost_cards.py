"""The cards of Ghost's editors as HTML, not yet safe: pictures, buttons, players, Markdown and the like."""

from collections.abc import Callable, Mapping
from html import escape

from emails.articles.markdown import markdown_html

Node = Mapping[str, object]


def words(node: Node, name: str) -> str:
    """A field that should be text, else ""."""
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _picture(node: Node) -> str:
    """A picture with its caption; `caption` is HTML of the author's."""
    caption = words(node, "caption")
    image = f'<img src="{escape(words(node, "src"))}" alt="{escape(words(node, "alt"))}">'
    return f"<figure>{image}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"


def _pictured(node: Node, name: str) -> str:
    return _picture({"src": words(node, name)}) if words(node, name) else ""


def _button(text: str, url: str) -> str:
    """A link that the HTML reader takes for a button."""
    return f'<p><a class="btn" href="{escape(url)}">{escape(text)}</a></p>' if text and url else ""


def _named_button(node: Node) -> str:
    return _button(words(node, "buttonText"), words(node, "buttonUrl"))


def _gallery(node: Node) -> str:
    images = node.get("images")
    shown = "".join(_picture(image) for image in images if isinstance(image, dict)) if isinstance(images, list) else ""
    return shown + (f"<p>{words(node, 'caption')}</p>" if words(node, "caption") else "")


def _code(node: Node) -> str:
    language = escape(words(node, "language"))
    return f'<pre><code class="language-{language}">{escape(words(node, "code"), quote=False)}</code></pre>'


def _bookmark(node: Node) -> str:
    metadata = node.get("metadata")
    title = words(metadata, "title") if isinstance(metadata, dict) else ""
    url = words(node, "url")
    return f'<p><a href="{escape(url)}">{escape(title or url)}</a></p>'


def _player(node: Node) -> str:
    caption = f"<p>{words(node, 'caption')}</p>" if words(node, "caption") else ""
    return f'<iframe src="{escape(words(node, "url") or words(node, "src"))}"></iframe>{caption}'


def _file(node: Node) -> str:
    name = words(node, "fileTitle") or words(node, "fileName") or words(node, "title")
    return f'<p><a href="{escape(words(node, "src"))}">{escape(name)}</a></p>'


def _header(node: Node) -> str:
    heading, below = words(node, "header") or words(node, "heading"), words(node, "subheader")
    return (f"<h2>{heading}</h2>" if heading else "") + (f"<p>{below}</p>" if below else "") + _named_button(node)


def _call(node: Node) -> str:
    return _pictured(node, "imageUrl") + (words(node, "textValue") or words(node, "html")) + _named_button(node)


def _product(node: Node) -> str:
    told = f"<h4>{words(node, 'productTitle')}</h4><p>{words(node, 'productDescription')}</p>"
    return _pictured(node, "productImageSrc") + told + _button(words(node, "productButton"), words(node, "productUrl"))


def _html(node: Node) -> str:
    return words(node, "html")


def _markdown(node: Node) -> str:
    return markdown_html(words(node, "markdown"))


CARDS: dict[str, Callable[[Node], str]] = {
    "linebreak": lambda _: "<br>",
    "tab": lambda _: " ",
    "horizontalrule": lambda _: "<hr>",
    "hr": lambda _: "<hr>",
    "image": _picture,
    "gallery": _gallery,
    "codeblock": _code,
    "code": _code,
    "html": _html,
    "markdown": _markdown,
    "card-markdown": _markdown,
    "email": _html,
    "email-cta": _call,
    "call-to-action": _call,
    "callout": lambda node: f"<p>{escape(words(node, 'calloutEmoji'))} {words(node, 'calloutText')}</p>",
    "toggle": lambda node: f"<h4>{words(node, 'heading')}</h4>{words(node, 'content')}",
    "button": _named_button,
    "bookmark": _bookmark,
    "embed": _player,
    "video": _player,
    "audio": _player,
    "file": _file,
    "header": _header,
    "product": _product,
}
"""By their names in Lexical and in Mobiledoc."""
