"""`letterwright letter`: one article as a finished letter in files, without a database, a queue or a network."""

from email.utils import parseaddr
from pathlib import Path

import click

from app.cli.missing_parts import ButtonAddress
from app.cli.sample_letter import LetterOrder, make_letter, say
from app.cli.whole_letter import make_whole_letter
from emails.articles.parse import KINDS
from emails.content import Brand, Recipient
from emails.errors import AddressInvalid
from emails.mime.addresses import check_address
from emails.preflight.report import PreflightReport
from emails.themes.catalogue import THEMES

SAMPLE_BRAND = Brand(
    "Clearer Days", "Clearer Days Media, 48 Harbour Street, Portland, ME 04101", "https://example.test"
)


class Person(click.ParamType[Recipient]):
    """Reads `Ada Lovelace <ada@example.test>`, or an address alone."""

    name = "PERSON"

    def convert(self, value: str | Recipient, param: click.Parameter | None, ctx: click.Context | None) -> Recipient:
        if isinstance(value, Recipient):
            return value
        name, address = parseaddr(value)
        try:
            email = check_address(address or value)
        except AddressInvalid as error:
            self.fail(f"{error} Write it like 'Ada <ada@example.test>'.", param, ctx)
        first, _, last = name.strip().partition(" ")
        return Recipient(email, first_name=first, last_name=last.strip())


@click.command("letter")
@click.argument("source", type=click.Path(allow_dash=True))
@click.option("--design", type=click.Choice(sorted(THEMES), case_sensitive=False), default="calm", show_default=True)
@click.option("--brand", metavar="NAME", help="Who speaks; without it, a sample brand.")
@click.option("--address", metavar="TEXT", help="The brand's postal address, shown in the footer.")
@click.option("--to", "recipient", type=Person(), default="Ada <ada@example.test>", show_default=True)
@click.option("--image", metavar="FILE|none", help="The picture that the article describes, or none to leave it out.")
@click.option("--button", type=ButtonAddress(), help="Where the button leads, or none to leave the button out.")
@click.option("--subject", metavar="TEXT", help="The subject; without it, the article's title.")
@click.option("--preheader", metavar="TEXT", help="What inboxes show after the subject.")
@click.option("--as", "kind", type=click.Choice(sorted(KINDS)), help="What SOURCE is; else it is guessed.")
@click.option("--whole", is_flag=True, help="SOURCE is a whole letter in MJML or HTML; keep it as it is.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where the files go.")
@click.option("--json", "as_json", is_flag=True, help="Print the pre-flight report as JSON.")
def letter_command(  # noqa: PLR0913, PLR0917  one parameter for each option, as click hands them over
    source: str,
    design: str,
    brand: str | None,
    address: str | None,
    recipient: Recipient,
    image: str | None,
    button: str | None,
    subject: str | None,
    preheader: str | None,
    kind: str | None,
    whole: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write SOURCE as a letter: letter.html, letter.txt, letter.eml and preflight.json.

    SOURCE is a file with an article, its web address, or - for standard input. The files go to a folder
    named after SOURCE. A picture given with --image is copied beside the letter and carried inside letter.eml.
    """
    speaker = brand_named(brand, address)
    order = LetterOrder(source, kind, design, speaker, recipient, image, button, subject, preheader)
    files = make_whole_letter(order) if whole else make_letter(order)
    for path in files.write(out or folder_for(source)):
        say(f"Wrote {path}")
    tell(files.report)
    if as_json:
        click.echo(files.report.to_text(), nl=False)
    if files.rendered is None:
        raise click.ClickException("No letter could be made; the report says why.")


command = letter_command
"""The name under which the command line looks for it."""


def folder_for(source: str) -> Path:
    """A folder named after the source, in the current one."""
    name = "" if source == "-" else Path(source).stem
    folder = Path(name or "letter")
    return folder if not folder.is_file() else folder.with_name(f"{folder.name}-letter")


def brand_named(name: str | None, address: str | None) -> Brand:
    """The sample brand, or one of the given name; its postal address cannot be guessed."""
    if name is None or name.casefold() == SAMPLE_BRAND.name.casefold():
        return SAMPLE_BRAND if address is None else Brand(SAMPLE_BRAND.name, address, SAMPLE_BRAND.url)
    return Brand(name, address or "")


def tell(report: PreflightReport) -> None:
    """The findings as lines a person reads, and one line that sums them up."""
    for finding in report.checks:
        say(f"{finding.severity.value:>6}  {finding.place}: {finding.message} {finding.cure}")
    counts = f"{len(report.blocks)} block, {len(report.reasons)} need a reason, {len(report.advice)} advice"
    say(f"Pre-flight {'passed' if report.passed else 'not passed'}: {counts}.")
