// Where the screens' scripts begin. Everything works without them; they make it quicker and calmer.

import htmx from "htmx.org";

import "./editor.js";
import "./letter_pane.js";

// The content security policy forbids eval and inline styles.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;

document.documentElement.classList.add("with-script");
