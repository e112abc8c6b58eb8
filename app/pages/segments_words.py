"""Segments in words: what can be asked, as choices, and a whole rule as a sentence."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from app.queries.segment_rules import FIELD, WITHOUT_VALUE, Condition, How, Kind, Rule

Names = Mapping[tuple[Kind, int], str]


def about_person() -> dict[str, str]:
    return {
        "email": _("Email address"),
        "domain": _("Domain of the address"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "language": _("Language"),
        "added": _("Here since"),
    }


def about_lists() -> dict[str, str]:
    return {"list": _("List")}


def about_letters() -> dict[str, str]:
    return {
        "received": _("Got a letter"),
        "opened": _("Opened a letter"),
        "clicked": _("Clicked in a letter"),
        "refused": _("Was refused by their mail server"),
    }


def about_campaigns() -> dict[str, str]:
    return {
        "got_campaign": _("Got a certain campaign"),
        "opened_campaign": _("Opened a certain campaign"),
        "clicked_campaign": _("Clicked in a certain campaign"),
    }


def what_words(what: str) -> str:
    if what.startswith(FIELD):
        return what.removeprefix(FIELD)
    return {**about_person(), **about_lists(), **about_letters(), **about_campaigns()}.get(what, what)


def how_words() -> dict[Kind, dict[How, str]]:
    """What can be asked of each kind, as choices."""
    return {
        Kind.WORDS: {
            How.IS: _("is"),
            How.IS_NOT: _("is not"),
            How.HOLDS: _("contains"),
            How.HOLDS_NOT: _("does not contain"),
            How.BEGINS: _("begins with"),
            How.FILLED: _("is filled in"),
            How.EMPTY: _("is empty"),
            How.ABOVE: _("is a number above"),
            How.BELOW: _("is a number below"),
            How.AFTER: _("is a day after"),
            How.BEFORE: _("is a day before"),
        },
        Kind.LIST: {How.IS: _("is confirmed on"), How.IS_NOT: _("is not on"), How.LEFT: _("has left")},
        Kind.CAMPAIGN: {How.IS: _("yes"), How.IS_NOT: _("no")},
        Kind.DAYS: {How.WITHIN: _("in the last"), How.NOT_WITHIN: _("not in the last")},
    }


def rule_words(rule: Rule, names: Names) -> str:
    """The rule as a sentence's middle: "on Demo, and clicked in the last 30 days or opened in the last 7 days"."""
    inner, outer = (_("and"), _("or")) if rule.any_of else (_("or"), _("and"))
    groups = [f" {inner} ".join(condition_words(one, names) for one in group) for group in rule.groups]
    several = len(groups) > 1
    told = [
        f"({text})" if several and len(group) > 1 else text for text, group in zip(groups, rule.groups, strict=True)
    ]
    return f", {outer} ".join(told)


def condition_words(condition: Condition, names: Names) -> str:
    if condition.kind is Kind.WORDS:
        asked = how_words()[Kind.WORDS][condition.how]
        value = "" if condition.how in WITHOUT_VALUE else f" “{condition.value}”"
        return f"{what_words(condition.what)} {asked}{value}"
    if condition.kind is Kind.DAYS:
        return days_words(condition)
    name = names.get((condition.kind, int(condition.value)), _("something that is gone"))
    if condition.kind is Kind.LIST:
        told = {How.IS: _("on “%(name)s”"), How.IS_NOT: _("not on “%(name)s”"), How.LEFT: _("left “%(name)s”")}
        return told[condition.how] % {"name": name}
    return campaign_words(condition) % {"name": name}


def days_words(condition: Condition) -> str:
    days = ngettext("%(num)s day", "%(num)s days", int(condition.value))
    told = {
        ("added", How.WITHIN): _("here since less than %(days)s"),
        ("added", How.NOT_WITHIN): _("here for more than %(days)s"),
        ("received", How.WITHIN): _("got a letter in the last %(days)s"),
        ("received", How.NOT_WITHIN): _("got no letter in the last %(days)s"),
        ("opened", How.WITHIN): _("opened a letter in the last %(days)s"),
        ("opened", How.NOT_WITHIN): _("opened no letter in the last %(days)s"),
        ("clicked", How.WITHIN): _("clicked in the last %(days)s"),
        ("clicked", How.NOT_WITHIN): _("did not click in the last %(days)s"),
        ("refused", How.WITHIN): _("refused by their mail server in the last %(days)s"),
        ("refused", How.NOT_WITHIN): _("not refused by their mail server in the last %(days)s"),
    }
    return told[condition.what, condition.how] % {"days": days}


def campaign_words(condition: Condition) -> str:
    told = {
        ("got_campaign", How.IS): _("got “%(name)s”"),
        ("got_campaign", How.IS_NOT): _("did not get “%(name)s”"),
        ("opened_campaign", How.IS): _("opened “%(name)s”"),
        ("opened_campaign", How.IS_NOT): _("did not open “%(name)s”"),
        ("clicked_campaign", How.IS): _("clicked in “%(name)s”"),
        ("clicked_campaign", How.IS_NOT): _("did not click in “%(name)s”"),
    }
    return told[condition.what, condition.how]
