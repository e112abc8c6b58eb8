"""`letterwright export`: the people of one list as CSV or JSON on stdout, with proof of when each said what."""

import csv
import json
import sys
from collections.abc import Iterable

import click

from app.cli.house import opened_house
from app.database.session import reading
from app.queries.lists import ExportedPerson, field_names, people_of_list
from app.services import lists
from app.services.csv_cells import harmless

COLUMNS = ("email", "first_name", "last_name", "language", "status", "added_at", "confirmed_at", "unsubscribed_at")


@click.command(name="export")
@click.argument("name", metavar="LIST")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def command(name: str, kind: str) -> None:
    """Write the people of LIST to standard output. In CSV, text that a spreadsheet would run gets a ' before it."""
    opened_house()
    with reading() as session:
        list_id = lists.list_named(session, name).id
        people = people_of_list(session, list_id)
        if kind == "json":
            write_json(people)
        else:
            write_csv(people, field_names(session, list_id))


def write_csv(people: Iterable[ExportedPerson], fields: tuple[str, ...]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(f"field.{name}" for name in fields)])
    for person in people:
        document = as_document(person)
        cells = [document[column] for column in COLUMNS] + [person.fields.get(name, "") for name in fields]
        writer.writerow([harmless(str(cell or "")) for cell in cells])


def write_json(people: Iterable[ExportedPerson]) -> None:
    """One JSON array, a person a line, written as it is read."""
    separator = "[\n"
    for person in people:
        click.echo(f"{separator}{json.dumps(as_document(person), ensure_ascii=False)}", nl=False)
        separator = ",\n"
    click.echo("[]" if separator == "[\n" else "\n]")


def as_document(person: ExportedPerson) -> dict[str, object]:
    return {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "language": person.language,
        "fields": person.fields,
        "status": person.status.value,
        "added_at": person.added_at.isoformat(),
        "confirmed_at": person.confirmed_at.isoformat() if person.confirmed_at else None,
        "unsubscribed_at": person.unsubscribed_at.isoformat() if person.unsubscribed_at else None,
    }
