"""What somebody takes home is everything kept about them, once as JSON and once as tables, and runs nowhere."""

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

from app.database.session import reading, transaction
from app.models import ConsentWay, Event, EventKind, ReaderAct, ReaderRequest, Subscriber
from app.queries.own_data import own_data
from app.services import preferences, subscriptions
from app.services.own_data_file import pack
from app.services.subscriptions import Proof

PARTS = {"details", "subscriptions", "sign_ups", "consents", "letters", "events", "segments"}


def opened(packed: bytes) -> tuple[dict, dict[str, list[dict]]]:
    with ZipFile(BytesIO(packed)) as file:
        tables = {
            name.removesuffix(".csv"): list(csv.DictReader(StringIO(file.read(name).decode())))
            for name in file.namelist()
            if name.endswith(".csv")
        }
        return json.loads(file.read("data.json")), tables


def test_the_file_tells_everything_twice(amara, demo, brand):
    with transaction() as session:
        subscriptions.unsubscribe(session, amara, [demo], Proof(ConsentWay.PAGE, ip_address="192.0.2.1"))
        wish = ReaderRequest(subscriber_id=amara, act=ReaderAct.EXPORT, brand_id=brand)
        session.add(wish)
        session.flush()
        packed = preferences.export(session, wish)
    told, tables = opened(packed)
    assert set(told) == set(tables) == PARTS
    assert told["details"][0]["email"] == "Amara@example.test"
    assert {one["list"]: one["status"] for one in told["subscriptions"]} == {
        "Demo": "unsubscribed",
        "Other": "confirmed",
    }
    assert told["consents"][-1]["ip_address"] == "192.0.2.1"
    assert [one["act"] for one in tables["consents"]] == [one["act"] for one in told["consents"]]
    with reading() as session:
        assert session.query(Event).filter_by(kind=EventKind.DATA_EXPORTED).count() == 1


def test_nothing_in_a_table_runs_as_a_formula(amara):
    with transaction() as session:
        session.get_one(Subscriber, amara).first_name = '=HYPERLINK("http://evil.test")'
        told = own_data(session, amara)
    kept, tables = opened(pack(told))
    assert kept["details"][0]["first_name"].startswith("=")
    assert tables["details"][0]["first_name"].startswith("'=")


def test_a_part_without_rows_is_an_empty_table(amara):
    with transaction() as session:
        told = own_data(session, amara)
    assert told["letters"] == []
    assert opened(pack(told))[1]["letters"] == []
