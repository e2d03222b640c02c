"""The table of status codes and what follows from it."""

from datetime import timedelta
from itertools import permutations

try:
    from .edxml_common import NOW, EdxmlCase, edxml
except ImportError:
    from edxml_common import NOW, EdxmlCase, edxml

S = edxml.StatusCode


def history(*codes):
    """Return one entry a minute."""
    return [(NOW + timedelta(minutes=minute), code) for minute, code in enumerate(codes)]


class TestTable(EdxmlCase):
    def test_the_nine_codes(self):
        self.assertEqual(
            [code.value for code in edxml.STATUS_RULES],
            ["01", "02", "03", "04", "05", "06", "13", "15", "16"],
        )
        self.assertEqual(set(edxml.STATUS_RULES), set(S))
        self.assertEqual((S.ACCEPTED.words, str(S.ACCEPTED)), ("Đã tiếp nhận", "03"))
        self.assertEqual(edxml.codes_of(edxml.SENDER_TO_RECEIVER), [S.TAKE_BACK])
        finals = {code.value for code, rule in edxml.STATUS_RULES.items() if rule.final}
        self.assertEqual(finals, {"02", "06", "15"})


class TestWhatWeMaySend(EdxmlCase):
    def test_the_usual_way(self):
        way = [None, "01", "03", "04", "05", "06"]
        for previous, new in zip(way, way[1:], strict=False):
            self.assertTrue(edxml.may_follow(previous, new), (previous, new))
        self.assertTrue(edxml.may_follow("03", "06"))

    def test_what_may_not(self):
        for previous, new in (
            (None, "03"),
            ("01", "06"),
            ("01", "01"),
            ("03", "02"),
            ("03", "01"),
            ("02", "03"),
            ("06", "05"),
            ("06", "13"),
            ("15", "05"),
            ("13", "05"),
        ):
            self.assertFalse(edxml.may_follow(previous, new), (previous, new))

    def test_take_back(self):
        for previous in ("01", "03", "04", "05"):
            self.assertTrue(edxml.may_follow(previous, "13"))
        for answer in ("15", "16"):
            self.assertTrue(edxml.may_follow("13", answer))
        self.assertTrue(edxml.may_follow("16", "13"), "a refused take-back may be tried again")
        self.assertTrue(edxml.may_follow("16", "06"), "and the handling goes on")

    def test_unknown_code(self):
        with self.assertRaises(ValueError):
            edxml.may_follow("01", "07")


class TestWhatWeAreTold(EdxmlCase):
    def test_refusal_and_acceptance_contradict_in_any_order(self):
        self.assertTrue(edxml.contradicts(["01", "03"], "02"))
        self.assertTrue(edxml.contradicts(["02"], "05"))
        for seen, new in (
            (["01"], "02"),
            (["05"], "03"),
            (["03"], "03"),
            ([], "06"),
            (["06"], "13"),
        ):
            self.assertFalse(edxml.contradicts(seen, new), (seen, new))

    def test_shown_status_does_not_depend_on_the_order_of_arrival(self):
        for codes, shown in (
            (["01", "03", "05"], S.PROCESSING),
            (["01", "03", "05", "06"], S.DONE),
            (["01", "02"], S.REFUSED),
            (["01", "03", "13"], S.TAKE_BACK),
            (["01", "03", "13", "15"], S.AGREED),
            (["01", "03", "13", "16"], S.ACCEPTED),
            (["01", "03", "13", "16", "13"], S.TAKE_BACK),
            (["01", "06", "13"], S.DONE),
            (["13"], S.TAKE_BACK),
        ):
            for arrival in permutations(history(*codes)):
                self.assertEqual(edxml.current(arrival), shown, codes)
        self.assertIsNone(edxml.current([]))

    def test_late_lower_code_does_not_go_back(self):
        self.assertEqual(edxml.current(history("05", "03")), S.PROCESSING)

    def test_codes_of_the_same_second(self):
        self.assertEqual(edxml.current([(NOW, "05"), (NOW, "03")]), S.PROCESSING)
