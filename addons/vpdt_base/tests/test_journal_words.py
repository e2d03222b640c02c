"""Each detail that the code writes into the journal has words of the office; no row shows a key of a program."""

import ast
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import tagged

from .common import VpdtCase

#: Told by the words of their kind: of prints, signatures, entries, requests for access.
TOLD_BY_THEIR_KIND = {"report", "entries", "key", "entered", "changed", "opinion_ids", "request", "change", "person"}
WRITERS = {"_journal", "_record"}


def keys_of(tree):
    """Keys of the details that a module hands to the journal, in the call or under the name `detail`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in WRITERS:
            handed = node.args
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            handed = [node.value] if any(getattr(target, "id", "") == "detail" for target in targets) else []
        else:
            continue
        for part in handed:
            for found in ast.walk(part):
                if isinstance(found, ast.Dict):
                    yield from (key.value for key in found.keys if isinstance(key, ast.Constant))


@tagged("post_install", "-at_install")
class TestJournalWords(VpdtCase):
    def test_each_detail_has_words(self):
        Journal = self.env["vpdt.journal.entry"]
        known = Journal._labels_of_details().keys() | Journal._SILENT | TOLD_BY_THEIR_KIND
        modules = [name for name in self.env.registry._init_modules if name.startswith("vpdt_")]
        files = [file for name in modules for file in Path(get_module_path(name)).rglob("*.py")]
        used = {}
        for file in files:
            if "tests" not in file.parts:
                used |= dict.fromkeys(keys_of(ast.parse(file.read_text("utf-8"))), file.name)
        self.assertGreater(len(used), 40)
        self.assertFalse({key: file for key, file in used.items() if key not in known})

    def test_words_of_a_wrong_passphrase_and_of_what_was_destroyed(self):
        Journal = self.env["vpdt.journal.entry"].with_user(self.clerk).with_company(self.agency)
        organization = self.agency.organization_id
        wrong = Journal._record("sign", organization, {"wrong_passphrase": True, "wrong": 2})
        self.assertIn("wrong passphrase: yes; wrong tries one after the other: 2", wrong.sudo().summary)
        destroyed = Journal._record("file", organization, {"destroyed": True})
        self.assertIn("content destroyed: yes", destroyed.sudo().summary)
