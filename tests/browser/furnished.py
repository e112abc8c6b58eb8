"""A house that is lived in: a brand, lists, people in every state, colleagues, and letters in the inbox."""

from email.message import EmailMessage

from app.config import Settings
from app.database.session import transaction
from app.embedded.maildir import keep_letter, make_inbox
from app.models import ConsentWay, Role, SuppressionReason
from app.services import brands, lists, senders, subscribers, subscriptions, suppressions, users
from app.services.brands import BrandDetails
from app.services.senders import SenderDetails
from app.services.subscribers import Person
from app.services.subscriptions import Proof

DEMO = Proof(ConsentWay.DEMO, basis="Made for the demo")
PEOPLE = (
    Person("amara@example.test", "Amara", "Okafor", "en", {"town": "Lyon"}),
    Person("bjorn@example.test", "Björn", "Lind", "sv"),
    Person("chiara@example.test", "Chiara", "Rossi"),
    Person("david@example.test", "David", "Cohen"),
    Person("an-address-that-is-rather-long-and-has-no-name@a-long-subdomain.example.test"),
)
HTML = "<html lang='en'><title>Water</title><body style='background:#eee'><main><h1>Water in winter</h1></main></body>"


def furnish(settings: Settings) -> None:
    """Person 1 is confirmed, 2 unsubscribed, 3 suppressed, 4 not confirmed; the list has the id 1."""
    with transaction() as session:
        details = BrandDetails("Clearer Days", "48 Harbour Street\nPortland", "https://example.test")
        brand = brands.create_brand(session, details)
        senders.create_sender(session, SenderDetails("Clearer Days", "news@example.test"), brand_id=brand.id)
        readers = lists.create_list(session, "Monthly letter", brand_id=brand.id, description="On its last Friday.")
        lists.create_list(session, "Nobody yet", brand_id=brand.id)
        added = [
            subscribers.add_person(session, person, [readers.id], DEMO, confirmed=place != 3)
            for place, person in enumerate(PEOPLE)
        ]
        subscriptions.unsubscribe(session, added[1].id, None, Proof(ConsentWay.ONE_CLICK))
        suppressions.suppress(session, added[2].address_hash or "", SuppressionReason.COMPLAINT)
        users.invite(session, "edgar@example.test", role=Role.EDITOR, base_url=settings.url)
    make_inbox(settings.data)
    for person in PEOPLE[:4]:
        keep_letter(settings.data, letter_to(person).as_bytes(), "bounce@example.test", [person.email])


def letter_to(person: Person) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "Clearer Days <news@example.test>"
    letter["To"] = f"{person.first_name} {person.last_name} <{person.email}>"
    letter["Subject"] = "Water in winter, and why three glasses before noon are enough for nearly everybody"
    letter.set_content("Drink enough of it.\n")
    letter.add_alternative(HTML, subtype="html")
    return letter
