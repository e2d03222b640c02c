"""Run by `binding`: no import of the product. Arguments: the plan (JSON) and the PDF to write."""

import json
import sys
from pathlib import Path

import pikepdf


def main(plan, target):
    """Bind the parts of the plan; bookmarks point to their first pages."""
    with pikepdf.new() as bound:
        with bound.open_outline() as outline:  # written when the block ends
            _add_parts(bound, outline, json.loads(Path(plan).read_text(encoding="utf-8")))
        bound.save(target)


def _flatten(source):
    """Number, date and pictures of signatures are drawn on the page: in a copy bound with others no field is filled."""
    if "/AcroForm" in source.Root:
        source.flatten_annotations("all")
    if "/AcroForm" in source.Root:
        del source.Root["/AcroForm"]


def _add_parts(bound, outline, parts):
    document = None
    for part in parts:
        first = len(bound.pages)
        with pikepdf.open(part["path"]) as source:
            _flatten(source)
            bound.pages.extend(source.pages)
        bookmark = pikepdf.OutlineItem(part["title"], first)
        bookmark.is_closed = True
        if part["level"] and document is not None:
            document.children.append(bookmark)
        else:
            document = bookmark
            outline.root.append(bookmark)


if __name__ == "__main__":
    main(*sys.argv[1:])
