"""What a tracked letter holds besides what people see: a picture that tells of an opening, a link no person finds."""

from emails.content import LetterPlan
from emails.render.marks import Marks
from emails.themes.escape import attribute

DECOY_NUMBER = 0
"""The link that only programs follow; the links that readers see count from 1."""

_END = "</body>"
_HIDDEN = "display:none;max-height:0;overflow:hidden;mso-hide:all"
_PICTURE = "display:block;width:1px;height:1px;border:0"


def with_unseen(html: str, plan: LetterPlan, marks: Marks) -> str:
    """The HTML with both at its end, where the plan counts openings; else as it is."""
    if not (plan.open_base and plan.click_base):
        return html
    token = marks.show("links.track_token")
    decoy = f"{attribute(plan.click_base.rstrip('/'))}/{DECOY_NUMBER}/{token}"
    pixel = f"{attribute(plan.open_base.rstrip('/'))}/{token}.gif"
    unseen = (
        f'<div aria-hidden="true" style="{_HIDDEN}"><a href="{decoy}" tabindex="-1" rel="nofollow"></a></div>\n'
        f'<img src="{pixel}" width="1" height="1" alt="" style="{_PICTURE}">\n'
    )
    before, end, after = html.rpartition(_END)
    return f"{before}{unseen}{end}{after}"
