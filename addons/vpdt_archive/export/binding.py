"""Binding many PDFs into one, in a process of its own: files of strangers are opened (`conversion.sandbox`)."""

import json
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from odoo.addons.vpdt_base.conversion.sandbox import ConversionError, run

SECONDS = 300
MEMORY_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Part:
    """A PDF of the bound file.

    :param path: of the PDF, which is read only
    :param title: of its bookmark
    :param level: 0 for a document, 1 for a further file of it
    """

    path: str
    title: str
    level: int = 0


def bind(parts, folder, hidden=()):
    """Bind parts into one PDF with a bookmark each, in their order.

    :param parts: list of `Part`
    :param folder: new and shut to others (`tempfile.TemporaryDirectory`)
    :param hidden: what the process must not see, see `sandbox.run`
    :return: the PDF as an open binary file
    :raises ConversionError: a part is no readable PDF, or it takes too long
    """
    job = []
    for number, part in enumerate(parts):
        source = Path(folder, f"part-{number}.pdf")
        _put(part.path, source)
        job.append({"path": str(source), "title": part.title, "level": part.level})
    target, plan = Path(folder, "bound.pdf"), Path(folder, "plan.json")
    plan.write_text(json.dumps(job), encoding="utf-8")
    worker = str(Path(__file__).with_name("binding_worker.py"))
    run([sys.executable, worker, str(plan), str(target)], folder, seconds=SECONDS, memory=MEMORY_BYTES, hidden=hidden)
    return _taken(target)


def _taken(path):
    """The plain file that the process left, opened; it may have left a link to something that only we can read."""
    try:
        file = open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        raise ConversionError("failed", "nothing was bound") from error
    found = os.fstat(file.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
        return file
    file.close()
    raise ConversionError("failed", "what was bound is no plain file")


def _put(source, target):
    """A copy, never a link: the folder is given away to the process, and a link would give the stored file with it."""
    shutil.copyfile(source, target)
    os.chmod(target, 0o644)
