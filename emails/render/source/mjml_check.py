"""MJML of a marketer's own: every element, attribute, value and place checked by its line, and written anew.

The engine accepts and drops such things silently; so it is given only what this file has understood.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches

from emails.render.marks import Marks
from emails.render.source.mjml_table import TAGS
from emails.render.source.mjml_tree import Node, read_tree
from emails.render.source.mjml_values import HOLDS_WORDS, knows_network, read_value, single
from emails.render.source.problems import Problems
from emails.themes.escape import attribute

ALWAYS = frozenset({"css-class", "mj-class"})
ANY_ATTRIBUTE = frozenset(name for tag in TAGS.values() for name in tag.attributes.split()) | ALWAYS
ICONS_REMARK = "The networks’ pictures are fetched from mailjet.com; give each element a src to show your own."
FONT_REMARK = "<mj-font> is left out: a letter fetches no fonts when it is opened. The next font in the list is shown."


@dataclass(slots=True)
class Understood:
    """A source that was understood: its tree, the rules to be set on elements, the preview line."""

    root: Node
    inline_style: str = ""
    preview: str = ""
    classes: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


def check_mjml(source: str, marks: Marks, problems: Problems, *, is_design: bool = False) -> Understood | None:
    """The source as the engine may be given it; None where nothing can be made of it. `problems` tells the rest."""
    root = read_tree(source, marks, problems, is_design=is_design)
    if root is None:
        return None
    understood = Understood(root)
    _Checking(marks, problems, understood).check(root, "")
    return understood


class _Checking:
    def __init__(self, marks: Marks, problems: Problems, understood: Understood) -> None:
        self._marks = marks
        self._problems = problems
        self._understood = understood

    def check(self, node: Node, parent: str) -> None:
        if self._problems.is_full:
            return
        node.attributes = {
            name: kept
            for name, value in node.attributes.items()
            if (kept := self._kept(node, name, value, parent)) is not None
        }
        if parent != "mj-attributes" or node.tag == "mj-class":
            _SPECIAL.get(node.tag, _Checking._plain)(self, node)
        node.children = [child for child in node.children if not self._takes_out(child)]
        for child in node.children:
            self.check(child, node.tag)
        if node.tag == "mj-attributes":
            for child in node.children:
                child.children.clear()

    def _kept(self, node: Node, name: str, value: str, parent: str) -> str | None:
        """The value as it is written, None where the attribute is not."""
        where = f"<{node.tag}>"
        if self._marks.pattern.search(name):
            self._problems.refuse(node.line, f"{where}: a merge tag stands between attributes; put it inside one.")
            return None
        if not self._is_known(node, name, parent):
            self._refuse_unknown(node, name)
            return None
        if self._marks.pattern.search(value):
            if name not in HOLDS_WORDS:
                self._problems.refuse(node.line, f"{where}, {name}: a merge tag cannot stand here.")
            return single(value)
        if node.tag == "mj-class" and name == "name":
            return value.strip()
        kept, trouble = read_value(node.tag, name, value)
        if trouble:
            self._problems.refuse(node.line, f"{where}, {name}: “{value[:40]}” {trouble}.")
        elif kept != single(value) and not value.strip().startswith("#"):
            self._problems.remark(node.line, f"{where}, {name}: “{value[:40]}” is read as {kept}.")
        return kept

    @staticmethod
    def _is_known(node: Node, name: str, parent: str) -> bool:
        if node.tag == "mj-all":
            return name in ANY_ATTRIBUTE
        if node.tag == "mj-class":
            return name == "name" or name in ANY_ATTRIBUTE
        known = TAGS[node.tag].attributes.split()
        return (
            name in known
            or (name in ALWAYS and parent not in {"", "mjml", "mj-head"})
            or (name == "css-class" and node.tag == "mj-body")
        )

    def _refuse_unknown(self, node: Node, name: str) -> None:
        if node.tag in TAGS and name in TAGS[node.tag].unused.split():
            self._problems.remark(node.line, f"<{node.tag}>: {name} does nothing here, in any MJML; it is left out.")
            return
        if name.startswith("on"):
            self._problems.refuse(node.line, f"<{node.tag}>: {name[:30]} runs a script; take it out.")
            return
        known = TAGS[node.tag].attributes.split() if node.tag in TAGS else ANY_ATTRIBUTE
        close = get_close_matches(name, known, n=1, cutoff=0.75)
        hint = f"; did you mean {close[0]}?" if close else "."
        self._problems.refuse(node.line, f"<{node.tag}> has no attribute {name[:40]}{hint}")

    def _takes_out(self, node: Node) -> bool:
        """What is heard and not written: fonts, the preview line, rules for elements."""
        if node.tag == "mj-font":
            self._problems.remark(node.line, FONT_REMARK)
            return True
        if node.tag == "mj-preview":
            self._understood.preview = node.content
            return True
        if node.tag == "mj-style" and "inline" in node.attributes:
            self._understood.inline_style += f"{node.content}\n"
            return True
        return False

    def _plain(self, node: Node) -> None:
        """Nothing more is asked of it."""

    def _hero(self, node: Node) -> None:
        if node.attributes.get("mode", "fluid-height") == "fluid-height":
            if "mode" in node.attributes:
                self._problems.refuse(
                    node.line, "<mj-hero>, mode: the engine cannot set fluid-height; write fixed-height and a height."
                )
            else:
                node.attributes["mode"] = "fixed-height"
                self._problems.remark(node.line, "<mj-hero> is set with a fixed height; the engine knows no other.")
        node.attributes.setdefault("height", node.attributes.get("background-height", "300px"))

    def _network(self, node: Node) -> None:
        name = node.attributes.get("name", "")
        if not node.attributes.get("src"):
            if not knows_network(name):
                self._problems.refuse(
                    node.line, f"<mj-social-element> “{name[:30]}”: there is no picture for it; give it a src."
                )
            self._problems.remark(0, ICONS_REMARK)
        label = name.removesuffix("-noshare").capitalize()
        node.attributes.setdefault("alt", "" if node.content.strip() else label)

    def _source(self, node: Node) -> None:
        if not node.attributes.get("src") and not node.attributes.get("mj-class"):
            self._problems.refuse(node.line, f"<{node.tag}> has no src.")

    def _class(self, node: Node) -> None:
        name = node.attributes.get("name", "")
        if not name:
            self._problems.refuse(node.line, "<mj-class> has no name.")
        for child in node.children:
            child.attributes = {
                one: kept
                for one, value in child.attributes.items()
                if (kept := self._kept(child, one, value, "mj-attributes")) is not None
            }
            self._understood.classes.setdefault(name, {})[child.tag] = child.attributes
        node.children.clear()


_SPECIAL = {
    "mj-hero": _Checking._hero,  # noqa: SLF001  its own table
    "mj-social-element": _Checking._network,  # noqa: SLF001
    "mj-image": _Checking._source,  # noqa: SLF001
    "mj-carousel-image": _Checking._source,  # noqa: SLF001
    "mj-class": _Checking._class,  # noqa: SLF001
}


def written(understood: Understood, places: "dict[str, str] | None" = None) -> str:
    """The tree as MJML; `places` gives what stands where a design marks it ("place in parent" before "place")."""
    return _Writing(understood, places or {}).node(understood.root, "")


class _Writing:
    def __init__(self, understood: Understood, places: dict[str, str]) -> None:
        self._classes = understood.classes
        self._places = places

    def node(self, node: Node, classes: str, parent: str = "") -> str:
        if node.tag.startswith("letter-"):
            return self._places.get(f"{node.tag} in {parent}", self._places.get(node.tag, ""))
        given = dict(node.attributes)
        for name in classes.split():
            for one, value in self._classes.get(name, {}).get(node.tag, {}).items():
                given.setdefault(one, value)
        gap = given.pop("gap", "") if node.tag == "mj-wrapper" else ""
        attributes = "".join(f' {name}="{attribute(value)}"' for name, value in given.items())
        inner = [self.node(child, given.get("mj-class", classes), node.tag) for child in node.children]
        between = _spaced(gap) if gap else ""
        content = node.content + between.join(inner)
        return f"<{node.tag}{attributes}>{content}</{node.tag}>" if content else f"<{node.tag}{attributes} />"


def _spaced(height: str) -> str:
    """The gap between a wrapper's sections, which the engine does not set by itself."""
    spacer = f'<mj-spacer height="{attribute(height)}" />'
    return f'<mj-section padding="0"><mj-column>{spacer}</mj-column></mj-section>'
