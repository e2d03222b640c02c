"""The directory: found by a few letters without marks, and by either identifier."""

import unicodedata

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestOrganization(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Organization = cls.env["vpdt.organization"]
        cls.dong_thap = cls.Organization.create(
            {
                "name": "Ủy ban nhân dân tỉnh Đồng Tháp thử",
                "name_ids": [(0, 0, {"name": "Ủy ban hành chính Sa Đéc", "valid_to": "1976-02-01"})],
                "identifier": "H98",
                "identifier_legacy": "000.00.00.H98",
            }
        )

    def found_by(self, text):
        return self.dong_thap.id in [found_id for found_id, _name in self.Organization.name_search(text)]

    def test_words_in_any_order_without_marks(self):
        for text in ("thap dong", "DONG THAP", "đồng tháp", "dan tinh", "sa dec", "h98"):
            with self.subTest(text=text):
                self.assertTrue(self.found_by(text))
        self.assertFalse(self.found_by("dong nai"))

    def test_search_field_and_python_agree(self):
        domain = [("search_words", "ilike", "thap dong"), ("id", "=", self.dong_thap.id)]
        self.assertEqual(self.Organization.search(domain), self.dong_thap)

    def test_decomposed_unicode_is_stored_composed(self):
        name = "Sở Khoa học và Công nghệ"
        organization = self.Organization.create({"name": unicodedata.normalize("NFD", name)})
        self.assertEqual(organization.name, name)

    def test_a_new_name_is_found_at_once(self):
        self.dong_thap.name = "Ủy ban nhân dân tỉnh Tiền Giang thử"
        self.assertTrue(self.found_by("giang tien"))
        self.assertFalse(self.found_by("dong thap"))

    def test_found_by_both_identifiers(self):
        for code in ("H98", "000.00.00.H98", " H98 "):
            with self.subTest(code=code):
                self.assertEqual(self.Organization._find_by_identifier(code), self.dong_thap)
        for code in ("H9", "", None, "h98x"):
            with self.subTest(code=code):
                self.assertFalse(self.Organization._find_by_identifier(code))

    def test_the_active_one_answers_to_a_shared_identifier(self):
        self.dong_thap.active = False
        self.assertEqual(self.Organization._find_by_identifier("H98"), self.dong_thap)
        successor = self.Organization.create({"name": "Cơ quan kế thừa", "identifier": "H98"})
        self.assertEqual(self.Organization._find_by_identifier("H98"), successor)

    def test_shown_with_its_identifier(self):
        self.assertEqual(self.dong_thap.display_name, "Ủy ban nhân dân tỉnh Đồng Tháp thử (H98)")

    def test_everybody_reads_and_only_the_system_administrator_writes(self):
        for user in (self.clerk, self.stranger):
            with self.subTest(user=user.login):
                self.assertTrue(self.dong_thap.with_user(user).name)
                with self.assertRaises(AccessError):
                    self.dong_thap.with_user(user).write({"name": "X"})
        administrator = self._make_user("administrator", self.agency, "group_system_admin")
        self.dong_thap.with_user(administrator).write({"place": "Đồng Tháp"})
        self.assertEqual(self.dong_thap.place, "Đồng Tháp")
