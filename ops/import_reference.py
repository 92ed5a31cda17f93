"""python -m ops.import_reference: write the columns and reason codes of the import into docs/imports.md.

The tables are made from imports/headings.py and imports/reasons.py; a test keeps them in step.
"""

import os
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "imports.md"
BEGIN, END = "<!-- begin reference (python -m ops.import_reference) -->", "<!-- end reference -->"


def render(text: str) -> str:
    """Return the document's text with the reference between its markers made anew."""
    head, _begin, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + "\n".join(reference()) + "\n" + END + rest.partition(END)[2]


def reference() -> list[str]:
    """Return the lines of the reference."""
    from imports.headings import COLUMNS
    from imports.reasons import FILE_REASONS, ROW_REASONS

    lines = [
        "",
        "## Columns",
        "",
        "Headings are compared without spaces, punctuation, line breaks and bracketed remarks;",
    ]
    lines += ["Traditional characters are understood. Unknown columns are dropped.", ""]
    lines += ["| heading | key | also read as |", "|---|---|---|"]
    lines += [f"| {column.heading} | `{column.key}` | {'、'.join(column.synonyms)} |" for column in COLUMNS]
    for title, reasons in (("Reason codes of rows", ROW_REASONS), ("Reason codes of files", FILE_REASONS)):
        lines += ["", f"## {title}", "", "The codes are stable.", "", "| code | words |", "|---|---|"]
        lines += [f"| `{code}` | {str(words).replace('%(detail)s', '…')} |" for code, words in sorted(reasons.items())]
    return [*lines, ""]


def main() -> None:
    """Rewrite the document."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    DOCUMENT.write_text(render(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
