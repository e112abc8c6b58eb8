"""For load balancers and supervisors: is this process alive, and can it do its work."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.pages.guards import public
from app.queries.readiness import readiness

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    return jsonify(ok=True)


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    found = readiness()
    answer = jsonify(ok=found.ok, database=found.database, queue=found.queue, workers=found.workers)
    return answer, 200 if found.ok else 503
