"""How large what a finger presses is, on a telephone of 375 px.

Links in running text are as large as their words, which the standard allows.
"""

from playwright.sync_api import Page

from tests.browser.conformity import NARROW

LEAST = 44
"""Pixels, both ways (WCAG 2.2, 2.5.5)."""

TOO_SMALL = """least => {
  const pressed = "a[href], button, summary, select, textarea, input:not([type=hidden]), "
    + "[role=button], [role=option], [role=textbox]";
  const found = [];
  for (const one of document.querySelectorAll(pressed)) {
    if (one.disabled || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (one.closest(".unseen, .unseen-always, [aria-hidden=true], [inert]") || one.matches(".skip")) continue;
    if (one.matches("a") && inText(one)) continue;
    const box = reach(one);
    if (box.width < 2 || box.height < 2) continue;
    if (box.width + 0.5 < least || box.height + 0.5 < least) found.push(told(one, box));
  }
  return found;

  // A label can be pressed in the place of its box, and a link may have room around its words.
  function reach(one) {
    const own = one.getBoundingClientRect();
    const label = one.matches("input[type=checkbox], input[type=radio], input[type=file]") && one.labels?.[0];
    const whole = label ? label.getBoundingClientRect() : own;
    const around = getComputedStyle(one, "::after");
    const has = around.content !== "none" && around.position === "absolute";
    const more = has ? [parseFloat(around.width), parseFloat(around.height)] : [0, 0];
    return {
      width: Math.max(own.width, whole.width, more[0] || 0),
      height: Math.max(own.height, whole.height, more[1] || 0),
    };
  }
  function plain(text) {
    return text.replace(/\\s+/g, " ").trim();
  }
  function inText(link) {
    if (getComputedStyle(link).display !== "inline") return false;
    const around = link.closest("p, li, td, th, dd, dt, label, figcaption, caption, blockquote, h1, h2, h3, span, div");
    return plain(around.textContent) !== plain(link.textContent);
  }
  function told(one, box) {
    const name = plain(one.getAttribute("aria-label") || one.textContent || one.name || "").slice(0, 40);
    const where = one.parentElement.className || one.parentElement.tagName;
    const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
    return `${one.tagName.toLowerCase()}.${[...one.classList].join(".")} in ${where} “${name}” ${size}`;
  }
}"""
OPEN = "document.querySelectorAll('details').forEach(details => { details.open = true })"


def too_small(page: Page) -> list[str]:
    """What a finger would miss, everything that opens being open: element, words, width and height."""
    size = page.viewport_size
    session = page.context.new_cdp_session(page)
    page.set_viewport_size({"width": NARROW, "height": size["height"]})
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
    try:
        page.evaluate(OPEN)
        return page.evaluate(TOO_SMALL, LEAST)
    finally:
        session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        session.detach()
        page.set_viewport_size(size)
