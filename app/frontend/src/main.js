// Where the screens' scripts begin. Everything works without them; they make it quicker and calmer.

import htmx from "htmx.org";

import "./frame.js";
import "./editor.js";
import "./letter_pane.js";
import "./copying.js";
import "./send_form.js";
import "./departure.js";
import "./kept_focus.js";
import "./brand.js";
import "./source.js";
import "./media.js";
import "./rich_paste.js";

// The content security policy forbids eval and inline styles.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
// A refusal is shown above the content, and the content stays as it was.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "401", swap: false },
  { code: "[45]..", swap: true, error: true, target: "#notices", swapOverride: "innerHTML" },
];
htmx.config.attributesToSettle = ["class", "width", "height"];

document.documentElement.classList.add("with-script");
