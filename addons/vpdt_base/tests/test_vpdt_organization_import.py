"""Importing a directory: what each row becomes, twice the same, interrupted, complete, and against ill-meant files."""

import base64
import csv
import io
from unittest.mock import patch

from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval
from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo.addons.queue_job.tests.common import trap_jobs

from .. import models
from .common import VpdtCase

LOGGER = "odoo.addons.vpdt_base.models.organization.vpdt_organization_import"
HEADINGS = ("Tên cơ quan", "Mã định danh", "Mã định danh cũ", "Mã cấp trên", "Thư điện tử")


class ImportCase(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._make_user("administrator", cls.agency, "group_system_admin")
        cls.Import = cls.env["vpdt.organization.import"].with_user(cls.administrator)
        cls.Organization = cls.env["vpdt.organization"].with_context(active_test=False)

    def make(self, *rows, headings=HEADINGS, **values):
        text = io.StringIO()
        csv.writer(text).writerows([headings, *rows])
        content = base64.b64encode(text.getvalue().encode())
        return self.Import.create({"name": "list.csv", "content": content, **values})

    def run_steps(self, job, action):
        with trap_jobs():
            getattr(job, action)()
        job._run()
        job.invalidate_recordset()

    def check(self, *rows, **values):
        """An import whose dry run is done."""
        job = self.make(*rows, **values)
        self.run_steps(job, "action_check")
        return job

    def carry_out(self, *rows, **values):
        job = self.check(*rows, **values)
        self.assertEqual(job.state, "checked", job.error)
        self.run_steps(job, "action_import")
        return job

    def results(self, job):
        return [line.result for line in job.line_ids]

    def codes(self, line):
        return [code for code, _params in (line.problems or []) + (line.findings or [])]

    def organization(self, code):
        return self.Organization._find_by_identifier(code)


@tagged("post_install", "-at_install")
class TestImport(ImportCase):
    ROWS = (
        ("Sở Nội vụ thử", "H97.02", "000.00.02.H97", "H97", "snv@example.vn"),
        ("Ủy ban nhân dân tỉnh Thử", "H97", "000.00.00.H97", "", ""),
        ("Phòng của Sở", "", "001.00.02.H97", "000.00.02.H97", ""),
    )

    def test_a_dry_run_writes_nothing(self):
        before = self.Organization.search_count([])
        job = self.check(*self.ROWS)
        self.assertEqual((job.state, self.results(job)), ("checked", ["create"] * 3))
        self.assertEqual((job.rows_total, job.count_create), (3, 3))
        self.assertEqual(self.Organization.search_count([]), before)

    def test_new_organizations_with_their_parents(self):
        job = self.carry_out(*self.ROWS)
        self.assertEqual((job.state, job.progress), ("done", 100))
        office, province = self.organization("H97.02"), self.organization("H97")
        self.assertEqual((office.parent_id, office.level, office.email), (province, "2", "snv@example.vn"))
        self.assertEqual(self.organization("001.00.02.H97").parent_id, office)
        self.assertEqual(province.group_id.letter, "H")
        self.assertEqual(province.create_uid, self.administrator)
        self.assertEqual(job.line_ids[0].organization_id, office)

    def test_what_sql_writes_is_what_the_orm_computes(self):
        self.carry_out(*self.ROWS)
        self.carry_out(("Sở Tổ chức thử", "H97.02", "000.00.92.H97", "", ""))
        made = self.Organization.search([("identifier", "=like", "H97%")])
        names = ("search_text", "group_id", "earlier_names")
        written = [[organization[name] for name in names] for organization in made]
        for name in names:
            self.env.add_to_compute(made._fields[name], made)
        self.assertEqual([[organization[name] for name in names] for organization in made], written)

    def test_the_second_time_nothing_changes(self):
        self.carry_out(*self.ROWS)
        stamp = self.organization("H97.02").write_date
        job = self.carry_out(*self.ROWS)
        self.assertEqual(self.results(job), ["unchanged"] * 3)
        self.assertEqual(self.organization("H97.02").write_date, stamp)
        self.assertEqual(self.Organization.search_count([("identifier", "=", "H97.02")]), 1)

    def test_a_change_keeps_the_former_name_and_code_findable(self):
        self.carry_out(*self.ROWS)
        office = self.organization("H97.02")
        job = self.carry_out(("Sở Nội vụ và Lao động", "H97.92", "000.00.02.H97", "", ""))
        self.assertEqual((self.results(job), self.codes(job.line_ids)), (["update"], ["identifier_changes"]))
        self.assertEqual((office.name, office.identifier), ("Sở Nội vụ và Lao động", "H97.92"))
        self.assertEqual(office.name_ids.mapped("name"), ["Sở Nội vụ thử"])
        for code in ("H97.02", "H97.92", "000.00.02.H97"):
            self.assertEqual(self.organization(code), office)
        self.assertIn(office.id, [found for found, _name in self.Organization.name_search("noi vu thu h97.02")])
        self.assertEqual(office.email, "snv@example.vn", "an empty cell says nothing")

    def test_an_agency_served_here_keeps_the_name_on_its_paper_and_that_is_said(self):
        job = self.carry_out(("SNV thử", "H99.01", "", "", ""))
        self.assertEqual(self.codes(job.line_ids), ["agency_keeps_name"])
        self.assertEqual((self.agency.organization_id.name, self.agency.name), ("SNV thử", "Sở Nội vụ thử"))
        self.assertIn("Sở Nội vụ thử", self.agency.organization_id.earlier_names)

    def test_an_older_list_does_not_bring_a_former_code_back(self):
        self.carry_out(*self.ROWS)
        self.carry_out(("Sở Nội vụ thử", "H97.92", "000.00.02.H97", "", ""))
        job = self.check(("Sở Nội vụ thử", "H97.02", "", "", ""))
        self.assertEqual((self.results(job), self.codes(job.line_ids)), (["skip"], ["replaced_code"]))

    def test_a_name_with_other_capitals_is_no_other_name(self):
        self.carry_out(*self.ROWS)
        self.carry_out(("Sở Nội Vụ Thử", "H97.02", "", "", ""))
        self.assertEqual(self.organization("H97.02").name, "Sở Nội Vụ Thử")
        self.assertFalse(self.organization("H97.02").name_ids)

    def test_errors_and_remarks_row_by_row(self):
        self.carry_out(*self.ROWS)
        self.env["vpdt.organization"].create(
            [{"name": f"Trùng {n}", "identifier": f"H97.5{n}", "identifier_legacy": "9.9.9"} for n in (1, 2)]
        )
        job = self.check(
            ("A", "H97.60", "", "H97", ""),
            ("B", "H97.60", "", "", ""),
            ("C", "H97.61", "000.00.02.H97", "", ""),
            ("C", "H97", "000.00.02.H97", "", ""),
            ("D", "", "9.9.9", "", ""),
            ("E", "H97.62", "", "KHONG.CO", ""),
            ("F", "vxp.saas.03", "", "vxp.saas.03", ""),
            ("G", "", "001.00.02.H97", "", ""),
            ("", "H97.63", "", "", ""),
        )
        found = [(line.result, self.codes(line)) for line in job.line_ids]
        self.assertEqual(
            found,
            [
                ("create", []),
                ("error", ["duplicate_identifier"]),
                ("update", ["identifier_changes"]),
                ("error", ["duplicate_legacy"]),
                ("error", ["ambiguous_legacy"]),
                ("create", ["parent_unknown"]),
                ("create", ["identifier_form"]),
                ("update", []),
                ("error", ["name_missing"]),
            ],
        )
        self.assertTrue(all(line.message for line in job.line_ids if line.result == "error"))
        self.assertEqual((job.count_error, job.count_warning), (4, 7))

    def test_two_codes_of_two_organizations(self):
        self.carry_out(*self.ROWS)
        job = self.check(("C", "H97", "000.00.02.H97", "", ""))
        self.assertEqual((self.results(job), self.codes(job.line_ids)), (["error"], ["two_organizations"]))

    def test_parents_in_a_circle(self):
        self.carry_out(*self.ROWS)
        job = self.check(
            ("A", "H97.70", "", "H97.71", ""),
            ("B", "H97.71", "", "H97.70", ""),
            ("C", "H97.72", "", "H97.71", ""),
            ("Ủy ban nhân dân tỉnh Thử", "H97", "", "H97.02", ""),
        )
        found = [(line.result, self.codes(line)) for line in job.line_ids]
        self.assertEqual(found, [("error", ["cycle"]), ("error", ["cycle"]), ("create", []), ("error", ["cycle"])])
        self.assertIn("H97.70 → H97.71 → H97.70", job.line_ids[0].message)
        self.run_steps(job, "action_import")
        self.assertEqual(job.state, "done")
        self.assertFalse(self.organization("H97.72").parent_id, "its parent was not imported")

    def test_a_file_that_cannot_be_read(self):
        job = self.make(("x",), headings=("Họ và tên",))
        self.run_steps(job, "action_check")
        self.assertEqual(job.state, "failed")
        self.assertIn("Họ và tên", job.error)
        job.content = base64.b64encode(b"Ten,Ma\nA,H97.80\n")
        self.run_steps(job, "action_check")
        self.assertEqual(job.state, "checked")

    def test_tcvn3_is_converted_and_shown(self):
        content = "Ten,Ma\nSë Néi vô,H97.81\nUû ban nh©n d©n tØnh,H97.82\n".encode("latin-1")
        job = self.make()
        job.content = base64.b64encode(content)
        self.run_steps(job, "action_check")
        self.assertEqual(job.line_ids[0].name, "Sở Nội vụ")
        self.assertIn("Së Néi vô", job.line_ids[0].message)


@tagged("post_install", "-at_install")
class TestCompleteFile(ImportCase):
    def setUp(self):
        super().setUp()
        self.carry_out(
            ("Tỉnh", "H97", "", "", ""), ("Sở", "H97.02", "", "H97", ""), ("Phòng", "H97.02.01", "", "H97.02", "")
        )

    def test_without_being_asked_nothing_is_archived(self):
        self.carry_out(("Tỉnh", "H97", "", "", ""))
        self.assertTrue(self.organization("H97.02").active)

    def test_what_is_missing_below_the_scope_is_archived_and_comes_back(self):
        province = self.organization("H97")
        self.env["vpdt.organization"].create({"name": "Nơi khác", "identifier": "H96.01"})
        self.agency.organization_id.parent_id = province
        job = self.check(("Sở", "H97.02", "", "", ""), archive_missing=True, scope_id=province.id)
        rows = {(line.number, line.name, line.result) for line in job.line_ids}
        self.assertEqual(rows, {(2, "Sở", "unchanged"), (0, "Phòng", "archive"), (0, "Sở Nội vụ thử", "skip")})
        self.run_steps(job, "action_import")
        self.assertFalse(self.organization("H97.02.01").active)
        self.assertTrue(self.organization("H96.01").active and self.agency.organization_id.active)
        job = self.carry_out(("Phòng", "H97.02.01", "", "", ""))
        self.assertEqual(self.results(job), ["restore"])
        self.assertTrue(self.organization("H97.02.01").active)

    def test_one_that_has_ended_stays_archived(self):
        self.organization("H97.02.01").write({"active": False, "valid_to": "2025-06-30"})
        job = self.carry_out(("Phòng", "H97.02.01", "", "", ""))
        self.assertEqual((self.results(job), self.codes(job.line_ids)), (["skip"], ["stays_archived"]))
        self.assertFalse(self.organization("H97.02.01").active)

    def test_what_came_after_the_dry_run_is_archived_as_well(self):
        province = self.organization("H97")
        rows = (("Sở", "H97.02", "", "H97", ""), ("Phòng", "H97.02.01", "", "H97.02", ""))
        job = self.check(*rows, archive_missing=True, scope_id=province.id)
        self.assertEqual(self.results(job), ["unchanged", "unchanged"])
        late = self.env["vpdt.organization"].create({"name": "Mới", "identifier": "H97.09", "parent_id": province.id})
        self.run_steps(job, "action_import")
        self.assertEqual(self.results(job), ["unchanged", "unchanged", "archive"])
        self.assertFalse(late.active)

    def test_the_axis_says_deleted(self):
        content = (
            b'[{"code": "H97.02.01", "name": "P", "deleted": true}, {"code": "H97.02", "name": "S"},'
            b' {"code": "H97.77", "name": "unknown", "deleted": 1}]'
        )
        job = self.Import.create({"name": "a.json", "source": "axis", "content": base64.b64encode(content)})
        self.run_steps(job, "action_check")
        self.assertEqual(self.results(job), ["archive", "update", "unchanged"])
        self.run_steps(job, "action_import")
        self.assertFalse(self.organization("H97.02.01").active)
        self.assertTrue(self.organization("H97.02").listed_on_axis)


@tagged("post_install", "-at_install")
class TestInterruption(ImportCase):
    ROWS = [(f"Cơ quan {n}", f"H97.{n}", "", "H97", "") for n in range(25)] + [("Tỉnh", "H97", "", "", "")]

    def test_batches_and_going_on(self):
        job = self.check(*self.ROWS)
        with patch.object(models.organization.vpdt_organization_import_apply, "BATCH", 10):
            with trap_jobs():
                job.action_import()
            self.assertTrue(job._step() and job._step() and job._step())
            self.assertEqual(job.rows_done, 20)
            self.assertEqual(round(job.progress), 77)
            # The worker dies here. A person presses “Go on”: it is queued again and ends where it stopped.
            with trap_jobs() as trap:
                job.action_resume()
                trap.assert_jobs_count(1, only=job._run_job)
            job._run()
        self.assertEqual((job.state, job.rows_done), ("done", 26))
        self.assertEqual(self.Organization.search_count([("identifier", "=like", "H97%")]), 26)
        self.assertEqual(len(self.organization("H97").child_ids), 25)

    def test_a_parent_that_is_written_after_its_child(self):
        rows = [("Con", "H97.01", "", "vxp.saas.03", ""), ("Cháu", "H97.01.01", "", "H97.01", "")]
        rows += [("Cha", "vxp.saas.03", "", "H97", ""), ("Tỉnh", "H97", "", "", "")]
        job = self.check(*rows)
        with patch.object(models.organization.vpdt_organization_import_apply, "BATCH", 1):
            self.run_steps(job, "action_import")
        self.assertEqual((job.state, job.rows_done), ("done", 4))
        child, grandchild = self.organization("H97.01"), self.organization("H97.01.01")
        self.assertEqual(child.parent_id, self.organization("vxp.saas.03"))
        self.assertEqual(grandchild.parent_id, child)
        self.assertEqual(child.parent_id.parent_id, self.organization("H97"))
        self.assertEqual(self.results(self.carry_out(*rows)), ["unchanged"] * 4)

    def test_another_file_wants_another_dry_run(self):
        job = self.check(("A", "H97.1", "", "", ""))
        job.content = self.make(("B", "H97.2", "", "", "")).content
        self.assertEqual(job.state, "draft")
        with self.assertRaises(UserError):
            job.action_import()
        self.run_steps(job, "action_check")
        self.assertEqual(job.line_ids.mapped("name"), ["B"])

    def test_each_step_queues_the_next(self):
        job = self.check(*self.ROWS)
        with trap_jobs() as trap:
            job.action_import()
            trap.assert_jobs_count(1, only=job._run_job)
        with trap_jobs() as trap:
            job._run_job()
            trap.assert_jobs_count(1, only=job._run_job)

    def test_a_refusal_of_the_database_is_a_state_with_a_message(self):
        job = self.check(("A", "H97.1", "", "", ""))
        with trap_jobs():
            job.action_import()
        job._step()
        self.env["vpdt.organization"].create({"name": "Nhanh hơn", "identifier": "H97.1"})
        job._run()
        self.assertEqual(job.state, "failed")
        self.assertIn("vpdt_organization_identifier_unique", job.error)
        with self.assertRaises(UserError):
            job.action_check()

    def test_what_nobody_foresaw_is_a_state_with_a_message(self):
        job = self.make(("A", "H97.1", "", "", ""))
        with patch.object(type(job), "_compare", side_effect=MemoryError("no room")), mute_logger(LOGGER):
            self.run_steps(job, "action_check")
        self.assertEqual(job.state, "failed")
        self.assertIn("MemoryError: no room", job.error)
        self.run_steps(job, "action_check")
        self.assertEqual((job.state, job.error), ("checked", False))

    def test_what_the_queue_tries_again_is_left_to_it(self):
        job = self.make(("A", "H97.1", "", "", ""))
        with trap_jobs():
            job.action_check()
        with patch.object(type(job), "_compare", side_effect=SerializationFailure), self.assertRaises(OperationalError):
            job._step()
        self.assertEqual(job.state, "reading")

    def test_a_reading_whose_job_was_lost_is_begun_again(self):
        job = self.make(("A", "H97.1", "", "", ""))
        with trap_jobs():
            job.action_check()
        view = self.env.ref("vpdt_base.vpdt_organization_import_view_form")
        buttons = etree.fromstring(view.arch).xpath("//button[@name='action_check']")
        values = {"state": "reading", "phase": "read"}
        self.assertTrue(any(not safe_eval(button.get("invisible"), dict(values)) for button in buttons))
        with trap_jobs() as trap:
            job.action_check()
            trap.assert_jobs_count(1, only=job._run_job)
        job._run()
        self.assertEqual(job.state, "checked")

    def test_the_directory_is_compared_again_before_it_is_written(self):
        job = self.check(("A", "H97.1", "", "", ""))
        self.env["vpdt.organization"].create({"name": "A", "identifier": "H97.1", "level": "2"})
        self.run_steps(job, "action_import")
        self.assertEqual((job.state, self.results(job)), ("done", ["unchanged"]))

    def test_it_is_compared_again_only_when_it_has_changed(self):
        self.carry_out(("A", "H97.1", "", "", ""))
        changes = (
            lambda: None,
            lambda: self.organization("H97.1").write({"email": "a@example.vn"}),
            lambda: self.organization("H97.1").name_ids.create(
                {"organization_id": self.organization("H97.1").id, "name": "A cũ"}
            ),
            lambda: self.env.cr.execute("UPDATE vpdt_organization SET note = 'x' WHERE identifier = 'H97.1'"),
            lambda: self.env["res.company"].create({"name": "A", "organization_id": self.organization("H97.1").id}),
        )
        for again, change in enumerate(changes):
            job = self.check(("A", "H97.1", "", "", ""))
            change()
            with patch.object(type(job), "_compare", autospec=True, side_effect=type(job)._compare) as compare:
                self.run_steps(job, "action_import")
            self.assertEqual((job.state, compare.call_count), ("done", int(again > 0)), again)

    def test_it_is_journalled(self):
        job = self.carry_out(("A", "H97.1", "", "", ""))
        entries = self.env["vpdt.journal.entry"].search([("res_model", "=", job._name), ("res_id", "=", job.id)])
        self.assertIn('"imported": {"create": 1}', " ".join(entries.mapped("detail")))
        self.assertEqual(entries.user_id, self.administrator)


@tagged("post_install", "-at_install")
class TestRights(ImportCase):
    def test_the_system_administrator_only(self):
        job = self.make(("A", "H97.1", "", "", ""))
        for user in (self.clerk, self.leader, self._make_user("unit_admin", self.agency, "group_unit_admin")):
            with self.subTest(user=user.login):
                for method in ("action_check", "action_import", "action_resume", "action_show_lines"):
                    with self.assertRaises(AccessError):
                        getattr(job.with_user(user), method)()
                with self.assertRaises(AccessError):
                    self.env["vpdt.organization.import.line"].with_user(user).search([])
                with self.assertRaises(AccessError):
                    self.Import.with_user(user).create({"name": "x", "content": b"eA=="})

    def test_rows_are_written_by_the_import_only(self):
        job = self.check(("A", "H97.1", "", "", ""))
        with self.assertRaises(AccessError):
            job.line_ids.write({"name": "B"})
        with self.assertRaises(UserError):
            job.write({"state": "done"})
        with self.assertRaises(UserError):
            job.unlink()
