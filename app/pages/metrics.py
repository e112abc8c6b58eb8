"""/metrics in Prometheus' text, for programs of this machine or with the token; for anybody else it is not there."""

import hmac
from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.clock import now
from app.config import Settings
from app.errors import NotFound
from app.pages.guards import public
from app.pages.proxies import WAS_FORWARDED
from app.queries.metrics import (
    LedgerFigures,
    QueueFigures,
    journal_figures,
    ledger_figures,
    mailbox_trouble,
    queue_figures,
)
from app.queries.spool import spool_figures

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@public
def show() -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    if not (comes_from_this_machine() or knows_token(settings.metrics_token)):
        raise NotFound(_("There is no such page."))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(settings))
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def comes_from_this_machine() -> bool:
    """A proxy on this machine speaks for others: what it forwards comes from anywhere."""
    if request.environ.get(WAS_FORWARDED, True):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def knows_token(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


class Figures(Collector):
    """Asks once, when it is read; the series of a part that is away are left out."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def collect(self) -> Iterable[Metric]:
        ledger, queues = ledger_figures(), queue_figures()
        answers = {"database": ledger is not None, "queue": queues is not None}
        if self.settings.mailbox and ledger is not None:
            answers["mailbox"] = not mailbox_trouble(self.settings.mailbox.name)
        yield labelled("up", "Whether a part answers.", "part", answers)
        journals = journal_figures(self.settings.journals)
        yield gauge("journal_files", "Journals of this host that are not settled.", journals.files)
        yield gauge("journal_bytes", "Their size.", journals.size)
        spool = spool_figures(self.settings.spool, now())
        yield gauge("spool_bytes", "Openings and clicks of this host that are not in the database yet.", spool.size)
        oldest = "Since when the oldest of them waits; 0 where none does."
        yield gauge("oldest_spooled_hit_age_seconds", oldest, spool.oldest_seconds)
        if ledger is not None:
            yield from of_ledger(ledger)
        if queues is not None:
            yield from of_queues(queues)


def of_ledger(ledger: LedgerFigures) -> Iterable[Metric]:
    campaigns = {status.value: count for status, count in ledger.campaigns.items()}
    notices = {status.value: count for status, count in ledger.notices.items()}
    yield labelled("campaigns", "Campaigns by status; held ones need a person.", "status", campaigns)
    oldest = "Since when the oldest letter that is due waits; 0 where none is due."
    yield gauge("oldest_due_row_age_seconds", oldest, ledger.oldest_due_row_seconds)
    yield gauge("unreaped_chunks", "Chunks whose owner has not answered in time.", ledger.unreaped_chunks)
    yield gauge("letters_accepted_last_minute", "Letters accepted in the last 60 s.", ledger.letters_last_minute)
    waiting = {status.value: count for status, count in ledger.letters.items()}
    yield labelled("letters", "Letters of campaigns under way, to go and to be tried again.", "status", waiting)
    patience = "Letters a minute for those who asked for patience, the 50 slowed last."
    yield labelled("pace_per_minute", patience, "group", ledger.paces)
    yield gauge("hosts_alive", "Hosts that left a beat in the last minute.", ledger.hosts_alive)
    yield labelled("notices", "System letters that wait or have failed.", "status", notices)
    oldest = "Since when the oldest system letter that is due waits; 0 where none is due."
    yield gauge("oldest_due_notice_age_seconds", oldest, ledger.oldest_due_notice_seconds)


def of_queues(queues: Mapping[str, QueueFigures]) -> Iterable[Metric]:
    rings = {name: figures.rings for name, figures in queues.items()}
    ages = {name: figures.oldest_ring_seconds for name, figures in queues.items()}
    workers = {name: figures.workers for name, figures in queues.items()}
    yield labelled("queue_rings", "Rings that wait for a worker.", "queue", rings)
    yield labelled("queue_oldest_ring_age_seconds", "Since when the oldest ring waits.", "queue", ages)
    yield labelled("workers", "Workers seen lately.", "queue", workers)


def gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"letterwright_{name}", meaning, value=value)


def labelled(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"letterwright_{name}", meaning, labels=[label])
    for value, figure in values.items():
        family.add_metric([value], figure)
    return family
