from app.queries import readiness


def test_a_living_process_says_so(stranger):
    assert stranger.get("/healthz").json == {"ok": True}


def test_without_a_queue_the_process_is_not_ready(stranger):
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"ok": False, "database": True, "queue": False, "workers": {"general": 0, "send": 0}}


def test_without_workers_the_house_is_not_ready(settings, valkey):
    found = readiness.Readiness(database=True, queue=True, workers={"send": 0, "general": 1})
    assert not found.ok
