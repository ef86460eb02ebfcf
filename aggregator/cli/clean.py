"""`aggregator clean`: cleaning for text that somebody else extracted."""

import re
from typing import Final

import click

from aggregator.errors import AggregatorError
from aggregator.models import CleanText

from .options import read_input
from .output import dump_json, plain, plain_lines
from .records import clean_record

_NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
"""What binary data decodes to: C0 controls but for white space, and the character for bytes that mean nothing."""


@click.command("clean")
@click.argument("file", metavar="FILE|-")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def clean_command(file: str, as_json: bool) -> None:
    """Clean text that somebody else extracted: FILE, or - for standard input.

    Prints title, description and text; then the headlines of other stories and the lines that were removed, with the rule of each.
    Exit status 0: there is text; 1: the input is empty, or no text.
    """
    from aggregator.api import clean_text
    from aggregator.encoding import decode

    text = decode(read_input(file)).text
    _check(text, subject="standard input" if file == "-" else file)
    cleaned = clean_text(text)
    click.echo(dump_json(clean_record(cleaned)) if as_json else render(cleaned))


def _check(text: str, *, subject: str) -> None:
    """Raise AggregatorError for input that is not text: nothing but space, or more than one in a hundred characters that no text has."""
    if not text.strip():
        raise AggregatorError("there is no text in it", subject=plain(subject))
    if 100 * len(_NO_TEXT.findall(text)) > len(text):
        raise AggregatorError("this is not text", subject=plain(subject), hint="`aggregator fetch` reads pages")


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
