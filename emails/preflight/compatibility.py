"""HTML and CSS that a main mail program leaves out, by the data of caniemail.com, brought when the package is built.

Advice only, and never about what designs use knowing that it may be missing (ENHANCEMENTS).
"""

from collections.abc import Iterator
from functools import lru_cache

from emails.preflight.evidence import PreflightInput
from emails.preflight.page import is_hidden
from emails.preflight.report import Finding, Severity
from emails.preflight.styles import declarations_of, read_styled

ENHANCEMENTS = frozenset(
    {
        "css-border-radius",  # corners become square
        "css-max-width",  # tables for Outlook have a width of their own
        "css-box-sizing",  # only where a button fills a phone's width
        "css-word-break",  # long words run on
        "css-overflow-wrap",
        "css-word-wrap",
        "css-outline",
        "css-display",
        "css-display-none",
        "css-max-height",  # with display:none, which every program knows
        "css-overflow",
        "css-height",  # of pictures, which keep their shape by their width
        "css-table-layout",
        "css-border-spacing",  # tables say cellspacing as well
        "css-word-spacing",
        "css-cursor",
        "css-letter-spacing",
        "css-font-weight",
        "css-color-scheme",
        "css-direction",
        "css-background-color",
        "css-white-space",
        "css-important",
        "html-style",
        "html-role",
        "html-dir",
        "html-lang",
    }
)
TAG_FEATURES = {
    "svg": "html-svg",
    "video": "html-video",
    "audio": "html-audio",
    "form": "html-form",
    "picture": "html-picture",
    "object": "html-object",
    "dialog": "html-dialog",
    "meter": "html-meter",
    "progress": "html-progress",
    "select": "html-select",
    "textarea": "html-textarea",
    "marquee": "html-marquee",
    "base": "html-base",
    "link": "html-link",
    "wbr": "html-wbr",
    "ruby": "html-ruby",
}
VALUE_FEATURES = {
    "linear-gradient(": "css-linear-gradient",
    "radial-gradient(": "css-radial-gradient",
    "conic-gradient(": "css-conic-gradient",
    "calc(": "css-unit-calc",
    "clamp(": "css-function-clamp",
    "var(": "css-variables",
    "rgba(": "css-rgba",
    "vw": "css-unit-vw",
    "vh": "css-unit-vh",
}
MOST_NAMED = 4


def check_compatibility(given: PreflightInput) -> Iterator[Finding]:
    if given.support is None or not given.rendered:
        return
    missing: dict[tuple[str, ...], list[str]] = {}
    for feature in sorted(features_of(given.rendered.html)):
        programs = given.support.lacking.get(feature, ())
        if programs and feature not in ENHANCEMENTS:
            missing.setdefault(programs, []).append(given.support.titles.get(feature, feature))
    for programs, names in missing.items():
        rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        verb = "leaves" if len(programs) == 1 else "leave"
        yield Finding(
            "unsupported",
            Severity.ADVICE,
            "HTML part",
            f"{', '.join(programs)} {verb} out: {', '.join(names[:MOST_NAMED])}{rest}.",
            "Look at the letter without it: nothing that readers need may depend on it.",
            len(names),
        )


@lru_cache(maxsize=8)
def features_of(html: str) -> frozenset[str]:
    """The features that a letter uses outside of @media, by their names at caniemail.com."""
    styled = read_styled(html)
    found = {
        TAG_FEATURES[element.tag]
        for element in styled.root.iter(*TAG_FEATURES)
        if isinstance(element.tag, str) and not is_hidden(element)
    }
    for rule in styled.rules:
        if not rule.media and not any(compound.attributes for _joint, compound in rule.selector):
            for name, value, _important in rule.declarations:
                found |= features_in(name, value)
    for element in styled.root.iter():
        if isinstance(element.tag, str) and element.get("style"):
            for name, value, _important in declarations_of(element.get("style") or ""):
                found |= features_in(name, value)
    return frozenset(found)


def features_in(name: str, value: str) -> set[str]:
    """A declaration's features: the property, the property with its value, and what stands in the value."""
    if name.startswith(("-", "mso-")):
        return set()
    lowered = value.lower().strip()
    found = {f"css-{name}", f"css-{name}-{lowered}"}
    if lowered.startswith("inline-") and name == "display":
        found.add(f"css-display-{lowered.removeprefix('inline-')}")
    for part, feature in VALUE_FEATURES.items():
        if part in lowered and (
            part.endswith("(") or any(word.endswith(part) and word[:1].isdigit() for word in lowered.split())
        ):
            found.add(feature)
    return found
