"""What every page is held to: axe finds nothing narrow in the light and wide in the dark, nothing is wider than either.

So each width and each light is seen, and every rule of structure in both. Contrast is most of axe's work and hangs on
looks alone: one element of each look (its colours, its size, all that lies behind it) stands for the others. The long
walk of test_every_page.py looks `everywhere`: at each width in each light, once at the contrast of every element.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Route

NARROW, WIDE = 375, 1280
OPPOSITES = ((NARROW, "light"), (WIDE, "dark"))
EVERYWHERE = ((NARROW, "light"), (NARROW, "dark"), (WIDE, "light"), (WIDE, "dark"))
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BY_COLOUR = ("color-contrast", "link-in-text-block")
"""The rules whose findings hang on looks alone."""
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
FINDINGS = """
({ rules, without, looks }) => {
  const options = { resultTypes: ["violations"], preload: false, iframes: false, rules: {} };
  if (rules.length) options.runOnly = rules;
  for (const name of without) options.rules[name] = { enabled: false };
  return axe.run(looks ? { include: oneOfEachLook() } : document, options)
    .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]));

  function oneOfEachLook() {
    const chosen = new Map();
    for (const one of document.querySelectorAll("body, body *")) {
      if (says(one) && one.checkVisibility({ visibilityProperty: true })) {
        const look = lookOf(one);
        if (!chosen.has(look)) chosen.set(look, one);
      }
    }
    return [...chosen.values()];
  }
  function says(one) {
    return "value" in one || [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  }
  function lookOf(one) {
    const own = getComputedStyle(one);
    const parts = [one.tagName, own.color, own.fontSize, own.fontWeight, own.textShadow, own.textDecorationLine,
      own.position, !!one.closest(":disabled, [aria-disabled='true'], [aria-hidden='true']")];
    for (let at = one; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(at);
      parts.push(backgroundColor, backgroundImage, opacity, filter);
    }
    return parts.filter(part => part !== "rgba(0, 0, 0, 0)" && part !== "none" && part !== "1").join("|");
  }
}
"""


def axe_findings(page: Page, *rules: str, without: tuple[str, ...] = (), looks: bool = False) -> dict[str, list[str]]:
    """Rule -> the elements that break it; of all rules but some, or of these. `looks`: one element of each look."""
    bring_axe(page)
    return run_axe(page, *rules, without=without, looks=looks)


def bring_axe(page: Page) -> None:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)


def run_axe(page: Page, *rules: str, without: tuple[str, ...] = (), looks: bool = False) -> dict[str, list[str]]:
    """As `axe_findings`, where axe is already. Frames are not asked: there is no axe in them, and it would wait."""
    return dict(page.evaluate(FINDINGS, {"rules": rules, "without": without, "looks": looks}))


def faults(page: Page, *, everywhere: bool = False) -> dict[tuple[int, str], dict[str, list[str]]]:
    """(width, light) -> what is wrong there, nothing where nothing is; leaves the window as it was."""
    size, was = page.viewport_size, "dark" if page.evaluate(IS_DARK) else "light"
    bring_axe(page)
    found, now = {}, was
    for width, light in EVERYWHERE if everywhere else OPPOSITES:
        stand(page, width, size["height"])
        if light != now:
            page.emulate_media(color_scheme=light)
            now = light
        every_element = everywhere and (width, light) == EVERYWHERE[0]
        found[width, light] = faults_here(page, every_element=every_element)
    stand(page, **size)
    if now != was:
        page.emulate_media(color_scheme=was)
    return {where: what for where, what in found.items() if what}


def stand(page: Page, width: int, height: int) -> None:
    """Gives the window this size, which costs a layout even where it has it."""
    if page.viewport_size != {"width": width, "height": height}:
        page.set_viewport_size({"width": width, "height": height})


def faults_here(page: Page, *, every_element: bool) -> dict[str, list[str]]:
    """At this width and in this light; `every_element`: the contrast of each is measured, not of each look once."""
    once = () if every_element else BY_COLOUR
    found = run_axe(page, without=once) | (run_axe(page, *once, looks=True) if once else {})
    too_wide = page.evaluate(WIDER_THAN_THE_WINDOW)
    return found | ({"wider than the window": [f"{too_wide} px"]} if too_wide > 0 else {})


def measure_sandboxed(page: Page, addresses: str = "**/archive/**") -> None:
    """Lifts the sandbox of these pages: axe waits by timers, and a page that may run nothing has none.

    What the sandbox keeps out is proved by test_inert_letters.py, on pages that wear it.
    """

    def lift(route: Route) -> None:
        answer = route.fetch()
        headers = answer.headers
        policy = headers.get("content-security-policy", "").split("; ")
        headers["content-security-policy"] = "; ".join(part for part in policy if not part.startswith("sandbox"))
        route.fulfill(response=answer, headers=headers)

    page.route(addresses, lift)


def hold(page: Page, *, everywhere: bool = False) -> None:
    """Nothing is wrong with the page as it stands, in both widths and both lights."""
    assert (page.url, faults(page, everywhere=everywhere)) == (page.url, {})
