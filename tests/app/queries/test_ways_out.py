"""By what letters leave: transports with their state, and the settings' mail server where a sender may need it."""

from app.clock import now
from app.database.session import transaction
from app.queries.ways_out import ways_out
from app.services.transport_ways import set_aside
from app.services.transports import switch
from tests.factories.transports import make_transport


def test_the_settings_carry_what_no_transport_does(database):
    settings = database.model_copy(update={"smtp_url": "smtp://mail.example.org:587?per_minute=60"})
    with transaction() as session:
        [one] = ways_out(session, settings, 40, {})
        assert (one.name, one.rate, one.limit) == ("mail.example.org:587", 40, 60)
        assert ways_out(session, database, 0, {}) == ()
        named = make_transport(session, "Named", domains="news.example.org", per_minute=600)
        first, second = ways_out(session, settings, 40, {named.id: 30})
        assert (first.name, first.rate, first.limit) == ("Named", 30, 600)
        assert (second.name, second.rate) == ("mail.example.org:587", 10)
        make_transport(session, "General")
        assert [one.name for one in ways_out(session, settings, 40, {})] == ["Named", "General"]


def test_what_is_off_or_set_aside_says_so(database):
    with transaction() as session:
        off, aside = make_transport(session, "Off").id, make_transport(session, "Aside").id
        switch(session, off, on=False)
        set_aside(session, aside, "no answer")
        first, second = ways_out(session, database, 0, {})
        assert first.is_off
        assert second.aside_until > now()
        assert second.said == "no answer"
