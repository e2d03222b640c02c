"""Canonical rows and the Merkle root: the same everywhere, and different where the rows are."""

import datetime
import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import DomainCase, load
except ImportError:
    from domain_common import DomainCase, load

rows = load("journal_seal.rows")
merkle = load("journal_seal.merkle")
seals = load("journal_seal.seals")

ROW = rows.Row(7, datetime.datetime(2026, 11, 23, 1, 2, 3), 2, None, "view", "vpdt.file", 5, 'Số "1"', "{}", 9, 11)
TEXTS = st.one_of(st.none(), st.text(max_size=8))


class TestRows(DomainCase):
    def test_the_bytes_never_change(self):
        """A journal sealed today must check for as long as it is kept."""
        self.assertEqual(
            rows.canonical(ROW).decode(),
            '["vpdt.journal.row/1",7,"2026-11-23T01:02:03.000000",2,null,"view","vpdt.file",5,"Số \\"1\\"","{}",9,11]',
        )
        self.assertEqual(rows.leaf(ROW), hashlib.sha256(b"\0" + rows.canonical(ROW)).digest())

    @given(TEXTS, TEXTS, TEXTS, TEXTS)
    def test_different_rows_give_different_bytes(self, name, detail, other_name, other_detail):
        one = ROW._replace(record_name=name, detail=detail)
        two = ROW._replace(record_name=other_name, detail=other_detail)
        self.assertEqual(rows.canonical(one) == rows.canonical(two), one == two)

    def test_every_column_counts(self):
        for column, value in ROW._asdict().items():
            other = value + datetime.timedelta(1) if column == "at" else "x" if isinstance(value, str) else 12345
            with self.subTest(column=column):
                self.assertNotEqual(rows.leaf(ROW), rows.leaf(ROW._replace(**{column: other})))


class TestMerkle(DomainCase):
    def root(self, leaves):
        tree = merkle.Root()
        for leaf in leaves:
            tree.add(leaf)
        return tree.digest()

    def test_the_empty_tree_and_one_leaf(self):
        self.assertEqual(self.root([]), hashlib.sha256(b"").digest())
        self.assertEqual(self.root([b"a" * 32]), b"a" * 32)

    @given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
    def test_it_is_the_tree_of_rfc_6962(self, leaves):
        def plain(part):
            if len(part) == 1:
                return part[0]
            split = 1 << ((len(part) - 1).bit_length() - 1)
            return hashlib.sha256(b"\1" + plain(part[:split]) + plain(part[split:])).digest()

        self.assertEqual(self.root(leaves), plain(leaves))

    @given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True), st.data())
    def test_order_matters(self, leaves, data):
        first, second = sorted(data.draw(st.permutations(range(len(leaves))))[:2])
        swapped = list(leaves)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        self.assertNotEqual(self.root(leaves), self.root(swapped))


class TestSeals(DomainCase):
    def test_every_value_counts(self):
        seal = seals.Seal(1, datetime.datetime(2026, 1, 1), 2, 3, 4, 5, 6, 7, "r", seals.BEGINNING)
        self.assertEqual(json.loads(seal.payload())[1:3], [1, "2026-01-01T00:00:00.000000"])
        other = seals.Seal(1, datetime.datetime(2026, 1, 1), 2, 3, 4, 5, 6, 8, "r", seals.BEGINNING)
        self.assertNotEqual(seal.digest(), other.digest())
