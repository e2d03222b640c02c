"""Identifiers and circles of parents, without a database."""

from hypothesis import given
from hypothesis import strategies as st

try:
    from . import domain_common as common
except ImportError:
    import domain_common as common

directory = common.load("directory")


class TestCodes(common.DomainCase):
    def test_forms(self):
        for code in ("H21", "H21.02", "G09.01.A7", "H37.DN.001"):
            self.assertTrue(directory.follows_qd20(code), code)
        for code in ("h21", "000.00.00.H42", "vxp.saas.03", "28.22.H17", "H21.", "H2", "", "H21." + "1" * 40):
            self.assertFalse(directory.follows_qd20(code), code)
        self.assertTrue(directory.follows_qcvn102("000.00.15.H51"))
        for code in ("28.22.H17", "001.00.20.TT2", "000.00.15.H51\n", ""):
            self.assertFalse(directory.follows_qcvn102(code), code)

    def test_suggestions_follow_the_rule_of_thumb(self):
        for legacy, code in (
            ("000.00.00.H42", "H42"),
            ("000.00.05.H42", "H42.05"),
            ("000.03.05.H42", "H42.05.03"),
            ("012.03.05.H42", "H42.05.03.012"),
            ("777.77.04.D77", "D77.04.77.777"),
            ("28.22.H17", ""),
            ("", ""),
        ):
            self.assertEqual(directory.suggest_identifier(legacy), code)

    def test_levels_and_lists(self):
        self.assertEqual([directory.level_of(c) for c in ("H21", "H21.02", "H21.1.2.3.4.5", "x")], [1, 2, 5, None])
        self.assertEqual([directory.group_letter(c) for c in ("H21.3", "W00", "000.00.00.H21")], ["H", "", ""])


class TestCircles(common.DomainCase):
    def test_examples(self):
        self.assertEqual(directory.find_cycles({1: 2, 2: 3, 3: 1, 4: 1, 5: 6, 7: 7}), {1: 2, 2: 3, 3: 1, 7: 7})
        self.assertEqual(directory.find_cycles({}), {})

    def test_a_long_chain_is_no_circle(self):
        self.assertEqual(directory.find_cycles({n: n + 1 for n in range(200_000)}), {})

    @given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
    def test_who_is_his_own_ancestor(self, parents):
        def is_own_ancestor(start):
            node, steps = parents.get(start), 0
            while node is not None and node != start and steps < 20:
                node, steps = parents.get(node), steps + 1
            return node == start

        expected = {node: parents[node] for node in parents if is_own_ancestor(node)}
        self.assertEqual(directory.find_cycles(parents), expected)
