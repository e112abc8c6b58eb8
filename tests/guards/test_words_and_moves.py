"""Every status has its moves, and every job a function that takes ids and strings only."""

import inspect
from importlib import import_module

import pytest

from app.jobs import QUEUE_OF, Job
from app.models import article_import, asset, campaign, chunk, import_batch, message, notice, preflight, subscription

MACHINES = {
    "campaign": (campaign.CampaignStatus, campaign.MOVES),
    "message": (message.MessageStatus, message.MOVES),
    "chunk": (chunk.ChunkState, chunk.MOVES),
    "notice": (notice.NoticeStatus, notice.MOVES),
    "articles": (article_import.ArticleImportStatus, article_import.MOVES),
    "pictures": (asset.PictureFetchStatus, asset.MOVES),
    "import": (import_batch.ImportStatus, import_batch.MOVES),
    "check": (preflight.CheckStatus, preflight.MOVES),
    "subscription": (subscription.SubscriptionStatus, subscription.MOVES),
}


@pytest.mark.parametrize("noun", MACHINES)
def test_every_status_has_a_row_of_moves(noun):
    words, moves = MACHINES[noun]
    assert set(moves) == set(words)
    assert all(set(targets) <= set(words) for targets in moves.values())


@pytest.mark.parametrize("job", Job)
def test_every_job_name_leads_to_a_function_of_ids(job):
    module, _, name = job.value.rpartition(".")
    function = getattr(import_module(module), name)
    kinds = {str(one.annotation) for one in inspect.signature(function).parameters.values()}
    assert kinds <= {"<class 'int'>", "<class 'str'>", "int", "str", "int | str"}
    assert job in QUEUE_OF
