"""The directory: found by a few letters without marks, and by either identifier."""

import unicodedata
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import VpdtCase, today


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

    def test_a_new_name_is_found_at_once_and_the_former_one_still(self):
        self.dong_thap.name = "Ủy ban nhân dân tỉnh Tiền Giang thử"
        self.assertTrue(self.found_by("giang tien"))
        self.assertTrue(self.found_by("dong thap"))

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

    def test_a_code_is_never_refused_for_its_form_and_never_cut(self):
        odd = self.Organization.create({"name": "Lạ", "identifier": " vxp.saas.03 "})
        self.assertEqual(odd.identifier, "vxp.saas.03")
        self.assertTrue(odd.identifier_hint)
        with self.assertRaises(ValidationError):
            self.Organization.create({"name": "Dài", "identifier": "H98." + "1" * 40})

    def test_an_old_code_suggests_and_never_fills_the_new_one(self):
        old = self.Organization.create({"name": "Cũ", "identifier_legacy": "000.00.05.H42"})
        self.assertFalse(old.identifier)
        self.assertIn("H42.05", old.identifier_hint)

    def test_search_shows_code_and_parent_and_the_exact_code_first(self):
        child = self.Organization.create({"name": "A", "identifier": "H98.01", "parent_id": self.dong_thap.id})
        self.Organization.create({"name": "0 H98.01", "identifier": "H98.01.05"})
        self.assertEqual(self.Organization.name_search("h98.01")[0][0], child.id)
        shown = self.Organization.web_name_search("h98.01", {"display_name": {}})[0]["__formatted_display_name"]
        self.assertEqual(shown, "A (H98.01)\t--Ủy ban nhân dân tỉnh Đồng Tháp thử--")

    def test_search_respects_domain_and_limit(self):
        self.Organization.create([{"name": f"Kho {n}", "identifier": f"H98.9{n}"} for n in range(5)])
        self.assertEqual(len(self.Organization.name_search("kho", limit=2)), 2)
        self.assertEqual(self.Organization.name_search("kho", [("identifier", "=", "H98.93")])[0][1], "Kho 3 (H98.93)")
        self.assertEqual(self.Organization.name_search("%_"), [])

    def test_no_circle_of_parents(self):
        child = self.Organization.create({"name": "A", "parent_id": self.dong_thap.id})
        with self.assertRaises(ValidationError):
            self.dong_thap.parent_id = child

    def test_the_name_of_a_day(self):
        self.assertEqual(self.dong_thap._name_on(date(1975, 1, 1)), "Ủy ban hành chính Sa Đéc")
        self.assertEqual(self.dong_thap._name_on(date(2000, 1, 1)), self.dong_thap.name)
        self.assertEqual(self.dong_thap._name_on(None), self.dong_thap.name)


@tagged("post_install", "-at_install")
class TestFormerNames(VpdtCase):
    """Whatever way a name or code is changed, what it was stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._make_user("administrator", cls.agency, "group_system_admin")
        cls.organization = cls.agency.organization_id.with_user(cls.administrator)

    def kept(self):
        kept = self.organization.name_ids.sorted("id")
        return [(name.name, name.identifier, name.identifier_legacy, name.valid_to) for name in kept]

    def test_edited_by_hand(self):
        yesterday = today() - timedelta(days=1)
        self.organization.identifier_legacy = "000.00.01.H99"
        self.assertEqual(self.kept(), [], "nothing is lost by filling an empty code")
        self.organization.write({"name": "Sở Mới", "identifier": "H99.51", "identifier_legacy": False})
        self.assertEqual(self.kept(), [("Sở Nội vụ thử", "H99.01", "000.00.01.H99", yesterday)])
        for code in ("H99.01", "H99.51", "000.00.01.H99"):
            self.assertEqual(self.organization._find_by_identifier(code), self.organization)
        self.assertEqual((self.agency.name, self.organization._name_on(yesterday)), ("Sở Mới", "Sở Nội vụ thử"))
        entries = self.env["vpdt.journal.entry"].search([("res_model", "=", "vpdt.organization")], order="id DESC")
        entry = entries[:1]
        self.assertEqual((entry.res_id, entry.company_id), (self.organization.id, self.agency))
        self.assertIn("Sở Nội vụ thử", entry.detail)

    def test_twice_on_one_day(self):
        self.organization.name = "Sở Gõ nhầm"
        self.organization.name = "Sở Mới"
        days = [name for name, *_codes, until in self.kept() if until]
        self.assertEqual(days, ["Sở Nội vụ thử"])
        self.assertIn("Sở Gõ nhầm", self.organization.earlier_names)
        self.assertEqual(self.organization._name_on(today() - timedelta(days=1)), "Sở Nội vụ thử")

    def test_marks_and_case_make_no_other_name(self):
        self.organization.name = "SỞ NỘI VỤ THỬ"
        self.assertEqual((self.kept(), self.agency.name), ([], "SỞ NỘI VỤ THỬ"))

    def test_a_row_written_along_with_it_is_not_doubled(self):
        row = {"name": "Sở Nội vụ thử", "valid_to": "2025-06-30", "legal_basis": "1/QĐ"}
        self.organization.write({"name": "Sở Mới", "name_ids": [(0, 0, row)]})
        self.assertEqual([name[0] for name in self.kept()], ["Sở Nội vụ thử"])

    def test_the_name_of_another_agency(self):
        with self.assertRaisesRegex(UserError, "Sở Tài chính thử"):
            self.organization.name = "Sở Tài chính thử"


@tagged("post_install", "-at_install")
class TestSuccession(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old, cls.new = cls.agency.organization_id, cls.other_agency.organization_id

    def link(self, predecessor, successor, **values):
        return self.env["vpdt.organization.succession"].create(
            {"predecessor_id": predecessor.id, "successor_id": successor.id, **values}
        )

    def test_lists_of_level_1_and_the_mergers_of_2025(self):
        find = self.env["vpdt.organization"]._find_by_identifier
        self.assertEqual(len(self.env["vpdt.organization.group"].search([])), 11)
        gia_lai, binh_dinh = find("H21"), find("H08")
        self.assertEqual(gia_lai.group_id.letter, "H")
        self.assertFalse(binh_dinh.active)
        self.assertEqual(binh_dinh.valid_to, date(2025, 6, 30))
        self.assertEqual(binh_dinh.successor_ids, gia_lai)
        self.assertEqual(gia_lai.origin_ids.certainty, "recalled")
        provinces = self.env["vpdt.organization"].search_count([("identifier", "=like", "H__")])
        self.assertEqual((provinces, find("K21").name), (34, "Hội đồng nhân dân tỉnh Gia Lai"))
        self.assertEqual((find("G09").name, find("G05").successor_ids), ("Bộ Nội vụ", find("G12")))

    def test_what_is_sent_to_an_ended_one_goes_to_who_took_its_work(self):
        self.assertEqual(self.old._served_by(), self.agency)
        self.link(self.old, self.new, takes_work=True)
        self.old.active = False
        self.assertEqual(self.old._served_by(), self.other_agency)
        self.assertEqual(self.old.successor_ids, self.new)
        found = self.env["vpdt.organization"].with_context(active_test=False).search([("reachable", "=", True)])
        self.assertLessEqual(self.old + self.new, found)
        self.assertTrue(self.old.reachable and self.old.channel)
        unknown = self.env["vpdt.organization"].create({"name": "Xa"})
        self.assertFalse(unknown.reachable)
        self.assertNotIn(unknown, found)

    def test_a_stranger_sees_who_can_be_reached(self):
        self.assertTrue(self.old.with_user(self.stranger).reachable)
        organization = self.old.with_user(self.stranger)
        organization.invalidate_recordset()
        self.assertFalse(organization.company_ids.filtered_domain([("id", "=", self.other_agency.id)]))
        self.assertTrue(organization.reachable, "also when the form has read the companies that he sees")
        found = self.env["vpdt.organization"].with_user(self.stranger).search([("reachable", "=", True)])
        self.assertIn(self.old, found)

    def test_the_work_of_ended_ones_does_not_go_in_a_circle(self):
        third = self.env["vpdt.organization"].create({"name": "Ba", "active": False})
        (self.old + self.new).active = False
        self.link(self.old, self.new, takes_work=True)
        self.link(self.new, third, takes_work=True)
        with self.assertRaises(ValidationError):
            self.link(third, self.old, takes_work=True)

    def test_what_lives_again_keeps_what_is_sent_to_it(self):
        self.link(self.old, self.new, takes_work=True, date="2024-01-01")
        self.link(self.new, self.old, takes_work=True, date="2025-01-01")
        self.assertEqual((self.old._served_by(), self.new._served_by()), (self.agency, self.other_agency))
        self.new.active = False
        self.assertEqual((self.old._served_by(), self.new._served_by()), (self.agency, self.agency))
        self.assertEqual(self.old._succeeded(), self.new)

    def test_rights(self):
        link = self.link(self.old, self.new)
        for user in (self.clerk, self.leader):
            self.assertTrue(link.with_user(user).legal_basis is False)
            for call in (
                lambda user=user: link.with_user(user).write({"certainty": "unknown"}),
                lambda user=user: link.with_user(user).unlink(),
                lambda user=user: self.env["vpdt.organization.name"].with_user(user).create({"name": "x"}),
                lambda user=user: self.env["vpdt.organization.group"].with_user(user).create({"letter": "Z"}),
            ):
                with self.assertRaises(AccessError):
                    call()
