"""MJML to HTML: the only caller of mjml-python, which validates next to nothing; so the structure is checked here."""

import re
from html import escape

from lxml import etree
from mjml import mjml2html

from emails.errors import TemplateBroken

MAX_DEPTH = 50
"""mjml-python dies of deep nesting, and takes its process with it."""

MAX_SOURCE = 4_000_000
_ICON_ORIGIN = "https://icons.invalid/"
_CONTENT = frozenset({"mj-text", "mj-image", "mj-button", "mj-divider", "mj-spacer", "mj-table", "mj-raw"})
_CHILDREN: dict[str, frozenset[str]] = {
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-head": frozenset({"mj-title", "mj-breakpoint", "mj-attributes", "mj-raw", "mj-style"}),
    "mj-attributes": frozenset({"mj-all", "mj-text"}),
    "mj-body": frozenset({"mj-section", "mj-wrapper", "mj-raw"}),
    "mj-wrapper": frozenset({"mj-section", "mj-raw"}),
    "mj-section": frozenset({"mj-column", "mj-group"}),
    "mj-group": frozenset({"mj-column"}),
    "mj-column": _CONTENT,
}
_CHECKED = frozenset({"mj-style", "mj-image"})
_CONTROL_REFERENCE = re.compile(r"&#(?:0*(?:[0-9]|[12][0-9]|3[01])|[xX]0*1?[0-9a-fA-F]);")
_HOLDS_HTML = frozenset({"mj-text", "mj-button", "mj-table", "mj-raw", "mj-title", "mj-style"})


def to_html(source: str) -> str:
    """The HTML of an MJML document, without any third party's fonts or icons.

    Raises:
        TemplateBroken: the document is malformed, too deep or wrongly built; names the line and the element.
    """
    check_structure(source)
    try:
        return str(mjml2html(source, fonts={}, social_icon_origin=_ICON_ORIGIN))
    except ValueError as error:
        raise TemplateBroken(f"The design cannot be compiled: {escape(str(error), quote=False)}.") from None


def written_to_html(source: str) -> str:
    """The same for MJML that `source.mjml_check` has understood and written; pictures of networks are those of MJML.

    Raises:
        TemplateBroken: the engine refuses it all the same.
    """
    if len(source) > MAX_SOURCE:
        raise TemplateBroken(f"The letter is longer than {MAX_SOURCE:,} characters.")
    try:
        return str(mjml2html(source, fonts={}))
    except ValueError as error:
        raise TemplateBroken(f"The source cannot be compiled: {escape(str(error), quote=False)}.") from None


def check_structure(source: str) -> None:
    """Refuses what mjml-python would swallow, drop or die of. Raises: TemplateBroken."""
    if len(source) > MAX_SOURCE:
        raise TemplateBroken(f"The letter is longer than {MAX_SOURCE:,} characters.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise TemplateBroken(f"The design is malformed: {error.msg}.", line=error.lineno) from None
    except UnicodeEncodeError:
        raise TemplateBroken("The design holds half a character (a lone surrogate).") from None
    if root.tag != "mjml" or source.lstrip().startswith("<!"):
        raise _refusal(root, "is not where a design begins; that is <mjml>")
    if [child.tag for child in root] != ["mj-head", "mj-body"] or not root.get("lang"):
        raise _refusal(root, "needs a lang, one <mj-head> and one <mj-body>")
    _check_elements(root, odd=_CONTROL_REFERENCE.search(source) is not None)


def _check_elements(root: etree._Element, *, odd: bool) -> None:
    """`odd` sources write control characters as references: then every attribute is looked at."""
    waiting = [(root, "", 1)]
    while waiting:
        element, parent, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _refusal(element, f"is nested deeper than {MAX_DEPTH}")
        tag = element.tag
        if not isinstance(tag, str):
            continue
        _check_place(element, tag, parent)
        if odd:
            _check_characters(element)
        if tag in _CHECKED:
            _check_attributes(element)
        if tag in _CHILDREN and any(text and text.strip() for text in _texts(element)):
            raise _refusal(element, "holds text where only elements may stand")
        waiting.extend((child, tag, depth + 1) for child in element)


def _check_place(element: etree._Element, tag: str, parent: str) -> None:
    if parent in _CHILDREN:
        if tag not in _CHILDREN[parent]:
            raise _refusal(element, f"may not stand in <{parent}>")
    elif parent and (
        tag == "mjml" or tag.startswith("mj-") or (parent.startswith("mj-") and parent not in _HOLDS_HTML)
    ):
        raise _refusal(element, f"may not stand in <{parent}>")


def _texts(element: etree._Element) -> list[str | None]:
    return [element.text, *(child.tail for child in element)]


def _check_characters(element: etree._Element) -> None:
    for name, value in element.attrib.items():
        if any(character < " " for character in str(value)):
            raise _refusal(element, f"has a control character in its {name!s}")


def _check_attributes(element: etree._Element) -> None:
    if element.tag == "mj-style" and element.get("inline"):
        raise _refusal(element, "cannot be inlined; write the style on the elements")
    if element.tag == "mj-image":
        width = element.get("width", "")
        if not width.removesuffix("px").isdigit() or not width.endswith("px"):
            raise _refusal(element, "needs its width in px")
        if element.get("alt") is None:
            raise _refusal(element, "needs an alt, which may be empty")


def _refusal(element: etree._Element, problem: str) -> TemplateBroken:
    tag = f"<{element.tag}>" if isinstance(element.tag, str) else "comment"
    line = element.sourceline if isinstance(element.sourceline, int) else None
    return TemplateBroken(f"The design is wrongly built: {tag} {problem}.", line=line, tag=tag)
