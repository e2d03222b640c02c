"""The helper itself: a matrix that is wrong must fail, and say where."""

import unittest

from odoo.tests import tagged

from .permission_matrix import PermissionMatrixCase, parse


class TestParse(unittest.TestCase):
    def test_rows_cover_states_and_later_rows_win(self):
        cells = parse("state role read write\n* a b no no\nnew a yes no # his own", ["new", "old"], ["a", "b"])
        self.assertEqual(cells["new", "a"], {"read": "yes", "write": "no"})
        self.assertEqual(cells["old", "a"], {"read": "no", "write": "no"})

    def test_holes_and_slips_are_refused(self):
        for table, words in (
            ("state role read\nnew a no", "no row for new · b"),
            ("state role read\n* a b c no", "unknown"),
            ("state role read\nodd a b no", "unknown"),
            ("state role read\n* a b perhaps", "unknown"),
        ):
            with self.subTest(table=table), self.assertRaisesRegex(ValueError, words):
                parse(table, ["new"], ["a", "b"])


@tagged("post_install", "-at_install")
class TestMatrixCase(PermissionMatrixCase):
    def test_a_wrong_cell_is_named(self):
        everybody = " ".join(self.cast)
        with self.assertRaisesRegex(AssertionError, "vpdt.organization · any · clerk · write: expected yes, got no"):
            self.check_matrix(
                f"state role read write\n* {everybody} yes no\nany clerk yes yes\nany system_admin yes yes",
                {"any": self.agency.organization_id},
                {"note": "x"},
            )
