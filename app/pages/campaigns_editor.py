"""What the block editor offers: types of blocks, merge fields, whom a block can be for, saved sections; in words."""

import json
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.models import Campaign
from app.queries.lists import list_overview
from app.queries.merge_fields import custom_fields
from app.services.sections import sections_of
from emails.articles.blocks import Block
from emails.articles.edit import Kind, kind_of
from emails.render.rules import MOST_TESTS, Asked, How, Rule, rule_of

SPARE_TESTS = 2
IN_COLUMNS = tuple(kind for kind in Kind if kind not in {Kind.COLUMNS, Kind.SPONSOR})


def kinds() -> dict[str, str]:
    """Every type of block in the marketer's words, in the order they are offered."""
    return {
        Kind.PARAGRAPH: _("Paragraph"),
        Kind.HEADING: _("Heading"),
        Kind.IMAGE: _("Picture"),
        Kind.LIST: _("List"),
        Kind.QUOTE: _("Quote"),
        Kind.CTA: _("Call to action"),
        Kind.DIVIDER: _("Divider"),
        Kind.COLUMNS: _("Two columns"),
        Kind.SPONSOR: _("Sponsor"),
        Kind.TABLE: _("Table"),
        Kind.CODE: _("Code"),
        Kind.EMBED: _("Embed"),
    }


def person_fields() -> dict[str, str]:
    return {
        "subscriber.first_name": _("first name"),
        "subscriber.last_name": _("last name"),
        "subscriber.name": _("full name"),
        "subscriber.email": _("email address"),
        "subscriber.language": _("language"),
    }


def hows() -> dict[str, str]:
    return {
        How.IS: _("is"),
        How.IS_NOT: _("is not"),
        How.HOLDS: _("contains"),
        How.FILLED: _("is known"),
        How.EMPTY: _("is not known"),
        How.ABOVE: _("is more than"),
        How.BELOW: _("is less than"),
    }


@dataclass(frozen=True)
class Editor:
    """`whats` is what a condition can ask about, `merge_fields` what can be written: (value, words)."""

    kinds: dict[str, str]
    kinds_in_columns: dict[str, str]
    whats: tuple[tuple[str, str], ...]
    hows: dict[str, str]
    merge_fields: tuple[tuple[str, str], ...]
    sections: tuple[tuple[int, str], ...]

    def kind(self, block: Block) -> str:
        return kind_of(block)

    def rule(self, block: Block) -> Rule | None:
        """The block's condition as choices, None where it says more."""
        return rule_of(block.only)

    def tests(self, rule: Rule) -> list[Asked]:
        """The rule's tests, and room for more."""
        spare = [Asked("", How.IS)] * SPARE_TESTS
        return [*rule.tests, *spare][: max(MOST_TESTS, len(rule.tests))]

    def whom(self, block: Block) -> str:
        """Whom the block is for, in words."""
        if not block.only:
            return str(_("For everybody"))
        rule = rule_of(block.only)
        if rule is None:
            return str(_("Only where %(condition)s", condition=block.only))
        tests = (_(" or ") if rule.any_of else _(" and ")).join(self.told(test) for test in rule.tests)
        return str(_("Only for people: %(tests)s", tests=tests))

    def told(self, test: Asked) -> str:
        words = dict(self.whats).get(test.what, test.what)
        if test.what.startswith("list:"):
            return str(_("not %(list)s", list=words) if test.how is How.IS_NOT else words)
        if test.how in {How.FILLED, How.EMPTY}:
            return f"{words} {self.hows[test.how]}"
        return f"{words} {self.hows[test.how]} “{test.value}”"

    def for_script(self) -> str:
        """What the editor's script offers by itself, as JSON."""
        return json.dumps({
            "kinds": list(self.kinds.items()),
            "inside": list(self.kinds_in_columns.items()),
            "fields": self.merge_fields,
            "sections": self.sections,
        })  # fmt: skip


def editor_of(session: Any, campaign: Campaign) -> Editor:
    fields = person_fields()
    own = tuple((f"field.{name}", name.replace("_", " ")) for name in custom_fields(session, campaign.brand_id))
    lists = tuple((f"list:{row.id}", str(_("on the list “%(name)s”", name=row.name))) for row in list_overview(session))
    brand = (("brand.name", str(_("the brand’s name"))), ("today", str(_("today’s date"))))
    named = kinds()
    return Editor(
        kinds=named,
        kinds_in_columns={kind: named[kind] for kind in named if kind in IN_COLUMNS},
        whats=(*fields.items(), *own, *lists),
        hows=hows(),
        merge_fields=(*fields.items(), *own, *brand),
        sections=tuple((one.id, one.name) for one in sections_of(session, campaign.brand_id)),
    )
