"""`letterwright list`: makes lists and shows who is on them, in numbers."""

import json

import click

from app.cli.house import opened_house
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound
from app.models import Brand
from app.queries.lists import ListRow, list_overview
from app.services import brands, lists

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
name_argument = click.argument("name")


@click.group(name="list")
def command() -> None:
    """Make lists, and see how many people are on them."""


@command.command("create")
@name_argument
@click.option("--brand", "brand_name", metavar="NAME", help="Whose list it is; needed where there are several brands.")
@click.option("--description", default="", help="What readers are told about it.")
@as_json_option
def create(name: str, brand_name: str | None, description: str, *, as_json: bool) -> None:
    """Make a list called NAME."""
    opened_house()
    with transaction() as session:
        known = brands.all_brands(session)
        brand_id = chosen_brand(known, brand_name).id
        list_id = lists.create_list(session, name, brand_id=brand_id, description=description).id
    tell([row for row in overview() if row.id == list_id], as_json=as_json, single=True)


def chosen_brand(known: tuple[Brand, ...], name: str | None) -> Brand:
    if not known:
        raise NotFound("There is no brand yet. Make one in the browser, under Settings.")
    names = ", ".join(brand.name for brand in known)
    if name is None:
        if len(known) > 1:
            raise InvalidInput({"brand": f"Say with --brand whose list it is: {names}."})
        return known[0]
    found = next((brand for brand in known if brand.name.casefold() == name.strip().casefold()), None)
    if found is None:
        raise NotFound(f"No brand is called “{name}”. There are: {names}.")
    return found


@command.command("show")
@name_argument
@as_json_option
def show(name: str, *, as_json: bool) -> None:
    """How many people are on the list NAME, by status."""
    opened_house()
    with reading() as session:
        list_id = lists.list_named(session, name).id
    tell([row for row in overview() if row.id == list_id], as_json=as_json, single=True)


@command.command("ls")
@as_json_option
def ls(*, as_json: bool) -> None:
    """Every list by name; those that were put away stand in brackets."""
    opened_house()
    rows = overview()
    tell(rows, as_json=as_json, single=False)
    if not rows:
        click.echo("There are no lists yet. Make one with `letterwright list create NAME`.", err=True)


def overview() -> list[ListRow]:
    with reading() as session:
        return list(list_overview(session, with_archived=True))


def tell(rows: list[ListRow], *, as_json: bool, single: bool) -> None:
    if as_json:
        documents = [as_document(row) for row in rows]
        click.echo(json.dumps(documents[0] if single else documents, ensure_ascii=False, indent=2))
        return
    for row in rows:
        name = f"[{row.name}]" if row.archived_at else row.name
        counts = row.counts
        click.echo(
            f"{name:<30} {counts.confirmed:>8} confirmed {counts.unconfirmed:>8} unconfirmed "
            f"{counts.unsubscribed:>8} unsubscribed"
        )


def as_document(row: ListRow) -> dict[str, object]:
    return {
        "list": row.name,
        "id": row.id,
        "brand": row.brand_name,
        "description": row.description,
        "confirmed": row.counts.confirmed,
        "unconfirmed": row.counts.unconfirmed,
        "unsubscribed": row.counts.unsubscribed,
        "created_at": row.created_at.isoformat(),
        "archived_at": row.archived_at.isoformat() if row.archived_at else None,
    }
