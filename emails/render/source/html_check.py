"""HTML of a letter, checked token by token and written anew: what was not understood cannot reach a reader.

Keeps tables, styles and Outlook's conditional comments; refuses what runs, fetches or is not known, by its line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape

from emails.render.marks import Link, Marks
from emails.render.merge_tags import Statement
from emails.render.source.addresses import link_trouble, picture_trouble
from emails.render.source.html_table import (
    ADDRESSES,
    ATTRIBUTES,
    ENDED_BY_OTHERS,
    ENDS,
    ENDS_PARAGRAPH,
    FLOW,
    HEAD,
    LEFT_OUT,
    OUTLOOK,
    OUTLOOK_PLAIN,
    PAGE,
    REASONS,
    VOID,
    WORDS,
)
from emails.render.source.problems import Problems, Unreadable
from emails.render.source.styles import style_trouble, without_comments
from emails.render.source.tokens import Closing, Comment, Declaration, Opening, Text, Token, tokens
from emails.themes.escape import attribute, braces, printable

MAX_DEPTH = 100

_CONDITION = re.compile(r"\[if ([a-z0-9 !|&().]{1,40})\]", re.IGNORECASE)
_END_OF_CONDITION = "<![endif]"
_NAME_OF_OTHERS = re.compile(r"[a-z][a-z0-9:_.-]*")
_IMPORT = re.compile(r"@import\b[^;{}]*;?", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


class HtmlWriter:
    """Takes tokens, writes what may stand, and tells the rest. `inner` is markup of Outlook's, where nothing balances.

    `is_page` also lets html, head and body stand. `single_spaced` makes every run of blanks one space (never in pre).
    """

    def __init__(self, problems: Problems, marks: Marks, *, is_page: bool = False, inner: bool = False) -> None:
        self.problems = self._problems = problems
        self._marks = marks
        self._is_page = is_page
        self._inner = inner
        self._open: list[tuple[str, int]] = []
        self._at_if: list[tuple[str, ...]] = []
        self.out: list[str] = []

    def take(self, token: Token) -> None:
        if isinstance(token, Text):
            self._text(token)
        elif isinstance(token, Opening):
            self._opening(token)
        elif isinstance(token, Closing):
            self._closing(token)
        elif isinstance(token, Comment):
            self._comment(token)
        else:
            self._declaration(token)

    def end(self, line: int) -> str:
        """Closes what may be left open, and answers all that was written."""
        self._close_down_to(0, line)
        if self._at_if:
            self._problems.refuse(line, "{% if %} and {% endif %} must stand inside the same element.")
        return "".join(self.out)

    def _text(self, token: Text) -> None:
        if token.raw:
            self._raw_text(token)
            return
        for number in self._marks.pattern.findall(token.text):
            meaning = self._marks.meaning(number)
            if isinstance(meaning, Statement):
                self._statement(meaning, token.line)
        text = printable(token.text)
        if not any(name == "pre" for name, _ in self._open):
            text = _BLANKS.sub(" ", text)
        self.out.append(escaped(text))

    def _raw_text(self, token: Text) -> None:
        name = self._open[-1][0] if self._open else ""
        if name == "title":
            self.out.append(escaped(_BLANKS.sub(" ", printable(unescape(token.text))).strip()))
        elif name == "style":
            rules, trouble = self._rules(token)
            if self._marks.pattern.search(token.text):
                trouble = "a merge tag cannot stand in a style"
            if trouble:
                self._problems.refuse(token.line, f"In a style: {trouble}.")
            self.out.append(printable(rules))

    def _rules(self, token: Text) -> tuple[str, str]:
        """What is written of a style, and what is wrong with it. Of a whole page, imports are left out and told."""
        if not (self._is_page and _IMPORT.search(without_comments(token.text))):
            return without_comments(token.text), style_trouble(token.text)
        self._problems.remark(token.line, "@import is left out: style sheets and fonts from elsewhere are not loaded.")
        rules = _IMPORT.sub("", without_comments(token.text))
        return rules, style_trouble(rules)

    def _statement(self, statement: Statement, line: int) -> None:
        """A branch may not open what another closes: each must be whole by itself."""
        open_now = tuple(name for name, _ in self._open)
        if statement.word == "if":
            self._at_if.append(open_now)
        elif not self._at_if or self._at_if[-1] != open_now:
            self._problems.refuse(
                line, f"{{% if %}} and {{% {statement.word} %}} must stand inside the same element, side by side."
            )
        if statement.word == "endif" and self._at_if:
            self._at_if.pop()

    def _opening(self, token: Opening) -> None:
        name = token.name
        if self._is_page and name in LEFT_OUT:
            self._problems.remark(token.line, f"<{name}> is left out: {REASONS[name]}.")
            return
        if not self._may_stand(name) or (name == "input" and not is_switch(token)):
            reason = REASONS.get(name, "letters know no such element")
            self._problems.refuse(token.line, f"<{name[:40]}>: {reason}.")
            if name in VOID or token.closed or self._inner:
                return
            self._open.append((name, token.line))
            return
        self._end_others(name, token.line)
        self.out.append(f"<{self._spelling(token)}{self._attributes(token)}")
        if name in VOID or (token.closed and name.startswith(OUTLOOK)):
            self.out.append(" />")
        elif token.closed:
            self.out.append(f"></{name}>")
        elif self._inner:
            self.out.append(">")
            self._open[:] = [(name, token.line)]
        else:
            self.out.append(">")
            self._open.append((name, token.line))
            if len(self._open) > MAX_DEPTH:
                raise Unreadable(f"Elements are nested deeper than {MAX_DEPTH}.", token.line)

    def _may_stand(self, name: str) -> bool:
        if name in FLOW or name.startswith(OUTLOOK):
            return True
        if self._inner and name in OUTLOOK_PLAIN:
            return True
        return self._is_page and name in (HEAD | PAGE)

    def _end_others(self, name: str, line: int) -> None:
        """What HTML ends by itself where another element begins."""
        if self._inner:
            return
        ends = ENDS.get(name, frozenset())
        if name in ENDS_PARAGRAPH:
            ends = frozenset({"p"})
        while self._open and self._open[-1][0] in ends and self._open[-1][0] in ENDED_BY_OTHERS:
            self._close_down_to(len(self._open) - 1, line)

    def _closing(self, token: Closing) -> None:
        name = token.name
        if name in VOID:
            return
        if self._inner:
            if self._may_stand(name):
                self.out.append(f"</{self._spelling(token)}>")
            return
        places = [place for place, (open_name, _) in enumerate(self._open) if open_name == name]
        if not places:
            self._problems.remark(token.line, f"</{name[:40]}> closes nothing and is left out.")
            return
        crossed = [(one, line) for one, line in self._open[places[-1] + 1 :] if one not in ENDED_BY_OTHERS]
        if crossed:
            one, line = crossed[-1]
            self._problems.refuse(token.line, f"</{name}> stands before <{one}> of line {line} is closed.")
        self._close_down_to(places[-1], token.line)

    def _spelling(self, token: Opening | Closing) -> str:
        return token.spelled if token.name.startswith(OUTLOOK) else token.name

    def _close_down_to(self, depth: int, line: int) -> None:
        while not self._inner and len(self._open) > depth:
            name, opened = self._open.pop()
            if self._may_stand(name):
                self.out.append(f"</{name}>")
            if depth == 0 and line == 0 and name not in ENDED_BY_OTHERS | PAGE:
                self._problems.refuse(opened, f"<{name[:40]}> is never closed.")

    def _comment(self, token: Comment) -> None:
        """Only what Outlook reads is kept; notes of the writer's own go to nobody."""
        text = token.text.strip()
        if text == _END_OF_CONDITION:
            self.out.append(f"<!--{text}-->")
            return
        found = _CONDITION.match(text)
        if found is None:
            return
        rest = text[found.end() :]
        if rest in {"><!", "><!--"}:
            self.out.append(f"<!--{found[0]}><!-->")
            return
        if not rest.startswith(">") or not rest.endswith(_END_OF_CONDITION):
            self._problems.refuse(token.line, f"A comment for Outlook begins {found[0]}> and ends {_END_OF_CONDITION}.")
            return
        inside = rest[1 : -len(_END_OF_CONDITION)]
        writer = HtmlWriter(self._problems, self._marks, inner=True)
        written = write_all(_shifted(tokens(inside), token.line - 1), writer)
        if "--" in written:
            written = written.replace("--", "&#45;&#45;") if "<style" not in written else written
        if "--!>" in written or "-->" in written:
            self._problems.refuse(token.line, "A comment for Outlook holds another comment.")
            return
        self.out.append(f"<!--{found[0]}>{written}{_END_OF_CONDITION}-->")

    def _declaration(self, token: Declaration) -> None:
        text = token.text
        if text.lower().startswith("!doctype"):
            return
        if text.startswith("![") and (text == "![endif]" or _CONDITION.fullmatch(text[1:])):
            self.out.append(f"<!--{text[1:]}><!-->" if text != "![endif]" else "<!--<![endif]-->")
            return
        if self._inner and text.startswith("?xml:namespace"):
            return
        self._problems.refuse(token.line, f"<{text[:30]}> is nothing that letters know.")

    def _attributes(self, token: Opening) -> str:
        kept: dict[str, str] = {}
        for name, value in token.attributes:
            if name in kept:
                self._problems.remark(token.line, f"<{token.name}> has {name[:30]} twice; the first one counts.")
            elif self._keeps(token, name, value):
                kept[name] = value
        return "".join(f' {name}="{attribute(value)}"' for name, value in kept.items())

    def _keeps(self, token: Opening, name: str, value: str) -> bool:
        """Whether the attribute is written; what is wrong with it is told."""
        where = f"<{token.name}>"
        if self._marks.pattern.search(name):
            self._problems.refuse(token.line, f"{where}: a merge tag stands between attributes; put it inside one.")
            return False
        if name.startswith("on"):
            self._problems.refuse(token.line, f"{where}: {name[:30]} runs a script; take it out.")
            return False
        outlook = token.name.startswith(OUTLOOK) or token.name == "xml" or name.startswith("xmlns:")
        known = name in ATTRIBUTES or name.startswith(("aria-", "data-", "mso-"))
        if not (known or (outlook and _NAME_OF_OTHERS.fullmatch(name))):
            self._problems.remark(token.line, f"{where}: no mail program knows {name[:30]}; it is left out.")
            return False
        if trouble := self._value_trouble(token.name, name, value):
            self._problems.refuse(token.line, f"{where}, {name}: {trouble}.")
            return False
        return True

    def _value_trouble(self, tag: str, name: str, value: str) -> str:
        if self._marks.pattern.search(value):
            if name not in WORDS:
                return "a merge tag cannot stand here; it may in words and addresses"
            if trouble := self._unbalanced(value):
                return trouble
        if name == "http-equiv" and value.strip().lower() not in {"content-type", "x-ua-compatible"}:
            return "mail programs do not follow it"
        kind = "picture" if name == "src" and tag == "v:fill" else ADDRESSES.get(name, name)
        return _JUDGES[kind](value) if kind in _JUDGES else ""

    def _unbalanced(self, value: str) -> str:
        """Choices inside an attribute begin and end in it."""
        depth = 0
        for number in self._marks.pattern.findall(value):
            meaning = self._marks.meaning(number)
            if isinstance(meaning, Statement):
                depth += {"if": 1, "endif": -1}.get(meaning.word, 0)
                if depth < 0 or (meaning.word in {"elif", "else"} and depth == 0):
                    return "{% if %} and {% endif %} must stand in the same attribute"
            elif isinstance(meaning, Link):
                continue
        return "{% if %} and {% endif %} must stand in the same attribute" if depth else ""


def _pictures_trouble(value: str) -> str:
    return next((bad for one in value.split(",") if (bad := picture_trouble(one))), "")


_JUDGES = {"style": style_trouble, "link": link_trouble, "picture": picture_trouble, "srcset": _pictures_trouble}


def is_switch(token: Opening) -> bool:
    """A checkbox or radio button: menus and galleries open and shut by it where a mail program lets them."""
    return dict(token.attributes).get("type", "").lower() in {"checkbox", "radio"}


def escaped(text: str) -> str:
    """Decoded text as content; braces as entities, no-break spaces by number."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\u00a0", "&#160;")
    return braces(plain)


def write_all(found: Iterable[Token], writer: HtmlWriter) -> str:
    for token in found:
        if writer.problems.is_full:
            raise Unreadable("There is more than can be told; mend these first.", token.line)
        writer.take(token)
    return writer.end(0)


def check_html(source: str, marks: Marks, problems: Problems) -> str:
    """The whole letter, written anew; what is wrong with it is in `problems`."""
    try:
        return write_all(tokens(source), HtmlWriter(problems, marks, is_page=True))
    except Unreadable as error:
        problems.refuse(error.line, str(error))
        return ""


def _shifted(found: Iterable[Token], lines: int) -> Iterator[Token]:
    """Tokens of a part, with the lines of the whole."""
    for token in found:
        yield replace(token, line=token.line + lines)
