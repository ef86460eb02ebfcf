"""`aggregator clean`: cleaning for text that somebody else extracted."""

from typing import IO

import click

from aggregator.models import CleanText

from .output import dump_json, plain, plain_lines
from .records import clean_record


@click.command("clean")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def clean_command(file: IO[bytes], as_json: bool) -> None:
    """Clean text that somebody else extracted: FILE, or - for standard input.

    Prints title, description and text; then the headlines of other stories and the lines that were removed, with the rule of each.
    """
    from aggregator.api import clean_text
    from aggregator.encoding import decode

    body: bytes = file.read()
    cleaned = clean_text(decode(body).text)
    click.echo(dump_json(clean_record(cleaned)) if as_json else render(cleaned))


def render(cleaned: CleanText) -> str:
    """Cleaned text for a terminal."""
    parts = [plain(cleaned.title or "(no title)")]
    if cleaned.description:
        parts.append(plain(cleaned.description))
    parts += ["", plain_lines(cleaned.text)]
    if cleaned.mentions:
        parts += ["", "Dates mentioned (none of them is claimed as the publication date):"]
        parts += [f"  {m.day}  {plain(m.raw)}" for m in cleaned.mentions]
    if cleaned.related:
        parts += ["", "Other stories:"] + [f"  {plain(link.title)}  [{link.rule}]" for link in cleaned.related]
    if cleaned.removed:
        parts += ["", "Removed:"] + [f"  {plain(line.text)}  [{line.rule}]" for line in cleaned.removed]
    return "\n".join(parts)
