"""A reader with a letter in their hand, and every address that is theirs: to leave, to choose, to confirm, to join."""

from app.clock import now
from app.database.session import transaction
from app.models import Form, ReaderAct, ReaderRequest, SubscriptionStatus
from app.services.forms import FormField
from app.tokens import Purpose, sign
from tests.factories.brands import make_brand
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe


def read(language: str) -> dict[str, str]:
    """Name of the page -> its address, for Amara who reads in this language."""
    with transaction() as session:
        brand = make_brand(session, name="Clearer Days")
        monthly = make_list(session, brand, name="Monthly letter", description="On its last Friday.")
        email = "amara.okafor@a-long-subdomain.example.test"
        amara = make_subscriber(session, email, first_name="Amara", language=language)
        subscribe(session, amara, monthly)
        subscribe(session, amara, make_list(session, brand, name="Weekend"), SubscriptionStatus.UNSUBSCRIBED)
        fields = [FormField("first_name", "First name"), FormField("town", "Your town", required=True)]
        form = make_sign_up_form(session, monthly, brand=brand, fields=fields, language=language)
        asked = make_sign_up(session, form, "nadia@example.test", language=language)
        wishes = [
            ReaderRequest(subscriber_id=amara.id, act=act, brand_id=brand.id, email="a@b.test") for act in ReaderAct
        ]
        session.add_all(wishes)
        message = make_sent_letter(session, amara, monthly).id
        joined = make_sign_up(session, form, address_hash=amara.address_hash, confirmed_at=now(), language=language)
        return {
            "sign up": f"/s/{session.get_one(Form, form.id).public_id}",
            "confirm": f"/confirm/{sign(Purpose.CONFIRM, asked.id)}",
            "unsubscribe": f"/u/{sign(Purpose.UNSUBSCRIBE, message)}",
            "leave by the welcome letter": f"/u/welcome/{sign(Purpose.WELCOME, joined.id)}",
            "a link cut short": "/u/nothing",
            "a link of a test letter": f"/c/1/{sign(Purpose.TRACK, 0)}",
            "letter": f"/p/{sign(Purpose.PREFERENCES, message)}",
            **{wish.act.value: f"/p/{sign(Purpose.REQUEST, wish.id)}" for wish in wishes},
        }


ENDPOINTS = frozenset({
    "subscribe.show", "confirm.show", "unsubscribe.show", "unsubscribe_welcome.show", "clicks.follow",
    "preferences.show",
})  # fmt: skip
