"""Behind a campaign's report: the letter with its clicks, people, lists and domains, and tables to download."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import Session, reading
from app.errors import NotFound
from app.models import Campaign, EventKind, Tracking
from app.pages.campaigns_letter import framed
from app.pages.campaigns_report_words import figure_rows, share, shown_total, verdict_words
from app.pages.csv_answers import csv_answer
from app.pages.guards import needs
from app.permissions import Act
from app.queries.campaign_figures import Figures, figures_of, kept_for, way_of
from app.queries.campaign_report import report_of
from app.queries.openings import LinkFigures, links_of
from app.queries.report_groups import by_domain, by_list, by_segment, groups_from
from app.queries.report_people import readers_of, reported_people
from app.services.campaigns import get_campaign
from app.services.click_map import click_map

blueprint = Blueprint("campaigns_report", __name__, url_prefix="/campaigns/<int:campaign_id>/report")
blueprint.add_app_template_filter(share, "share")
blueprint.add_app_template_filter(shown_total, "shown_total")
KINDS = {"opened": EventKind.OPENED, "clicked": EventKind.CLICKED}


@blueprint.get("/letter")
@needs(Act.SEE)
def letter(campaign_id: int) -> ResponseReturnValue:
    """The click map, for the sandboxed frame."""
    with reading() as session:
        get_campaign(session, campaign_id)
        figures, links = figures_and_links(session, campaign_id)
        html = click_map(session, campaign_id, {one.number: badge(one, figures) for one in links})
    if html is None:
        problem = _("This letter has not been made yet.")
        return framed(render_template("pages/campaigns/frame_problem.html", problem=problem))
    return framed(html)


def badge(link: LinkFigures, figures: Figures) -> str:
    """The link's number and its share, as in "3 · 12.4%"."""
    human = link.clicked.human
    told = share(human, figures.counted) if figures.tracking is Tracking.PEOPLE else shown_total(human)
    return f"{link.number} · {told}"


def figures_and_links(session: Session, campaign_id: int) -> tuple[Figures, tuple[LinkFigures, ...]]:
    campaign = get_campaign(session, campaign_id)
    figures, kept = figures_of(session, [campaign])[campaign_id], kept_for(session, campaign)
    people = figures.tracking is Tracking.PEOPLE
    return figures, links_of(session, campaign_id, people=people, clicked=kept.links if kept else None)


@blueprint.get("/people")
@needs(Act.SEE)
def people(campaign_id: int) -> ResponseReturnValue:
    """Who opened, who clicked, who clicked one link."""
    kind = request.args.get("did", "opened")
    if kind not in KINDS:
        raise NotFound(_("There is no such page."))
    link = request.args.get("link", None, int)
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        refuse_without_people(session, campaign)
        found = readers_of(session, campaign_id, KINDS[kind], link=link, page=request.args.get("page", 1, int))
        links = {one.number: one.url for one in links_of(session, campaign_id, people=True, clicked={})}
    return render_template(
        "pages/campaigns/readers.html",
        campaign=campaign,
        found=found,
        did=kind,
        link=link,
        url=links.get(link or 0, ""),
        verdicts=verdict_names(),
    )


def verdict_names() -> dict[str, str]:
    return {"human": _("a person"), "undecided": _("undecided"), "automated": _("a program")}


def refuse_without_people(session: Session, campaign: Campaign) -> None:
    if way_of(session, campaign).tracking is not Tracking.PEOPLE:
        raise NotFound(_("Nobody keeps who opened or clicked this letter."))


@blueprint.get("/groups")
@needs(Act.SEE)
def groups(campaign_id: int) -> ResponseReturnValue:
    """By list, by segment, and by the domain of the readers' addresses."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        tracked = way_of(session, campaign).tracking is Tracking.PEOPLE
        kept = kept_for(session, campaign)
        lists = groups_from(kept.lists) if kept else by_list(session, campaign_id)
        segments = groups_from(kept.segments) if kept else by_segment(session, campaign_id)
        domains = groups_from(kept.domains) if kept else by_domain(session, campaign_id)
        tables = [
            (_("By list"), _("List"), two_lists() if len(lists) > 1 else "", lists),
            (_("By segment"), _("Segment"), living_segments() if segments else no_segments(), segments),
            (_("By domain of the address"), _("Domain"), "", domains),
        ]
    counted_at = kept.counted_at if kept else None
    return render_template(
        "pages/campaigns/groups.html", campaign=campaign, tables=tables, tracked=tracked, counted_at=counted_at
    )


def two_lists() -> str:
    return _("Who is on two lists counts on both, as the lists are now.")


def living_segments() -> str:
    return _(
        "A segment that the campaign was meant for counts who was in it when it left; the others count people as they "
        "are now. Who is in two counts in both."
    )


def no_segments() -> str:
    return _("You have no segments yet. Save one, and every report tells how its people took your letters.")


@blueprint.get("/figures.csv")
@needs(Act.SEE)
def figures_csv(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        rows = figure_rows(report_of(session, get_campaign(session, campaign_id)))
    titles = [_("Figure"), _("Count"), _("Of"), _("Share"), _("Usual"), _("Note")]
    lines = [[one.label, one.value, one.of, one.share, one.usual, one.note] for one in rows]
    return csv_answer(f"campaign-{campaign_id}-figures.csv", [titles, *lines])


@blueprint.get("/links.csv")
@needs(Act.SEE)
def links_csv(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        figures, links = figures_and_links(session, campaign_id)
    titles = [_("Number"), _("Address"), *(str(words) for words in verdict_words().values())]
    told = int if figures.tracking is Tracking.PEOPLE else shown_total
    lines = [
        [one.number, one.url, told(one.clicked.human), told(one.clicked.undecided), told(one.clicked.automated)]
        for one in links
    ]
    return csv_answer(f"campaign-{campaign_id}-links.csv", [titles, *lines])


@blueprint.get("/people.csv")
@needs(Act.PEOPLE)
def people_csv(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        get_campaign(session, campaign_id)
    return csv_answer(f"campaign-{campaign_id}-people.csv", people_lines(campaign_id))


def people_lines(campaign_id: int) -> Iterator[list[object]]:
    yield ["message", "email", "first_name", "last_name", "state", "reason", "accepted_at", "opened_by", "clicked_by"]
    with reading() as session:
        for one in reported_people(session, campaign_id):
            yield [
                one.id,
                one.email,
                one.first_name,
                one.last_name,
                one.status.value,
                one.reason.value if one.reason else "",
                one.sent_at.isoformat(timespec="seconds") if one.sent_at else "",
                one.opened.value if one.opened else "",
                one.clicked.value if one.clicked else "",
            ]
