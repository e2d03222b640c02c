"""A changed rule reaches the dossiers by a job, with a list; never those that are held."""

from datetime import date

from odoo.tests import tagged

from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestRetentionChange(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["vpdt.retention.rule"].create({"name": "Thử", "term": "years", "years": 10})
        made = {"retention_id": cls.rule.id}
        cls.kept = cls.make_dossier("kept", notation="01.LAI", **made).sudo().with_env(cls.env)
        cls.held = cls.make_dossier("kept", notation="02.LAI", **made).sudo().with_env(cls.env)
        cls.open = cls.make_dossier("open", notation="03.LAI", **made).sudo().with_env(cls.env)
        cls.mixed = cls.make_dossier("open", notation="04.LAI").sudo().with_env(cls.env)
        cls.mixed.item_ids.retention_id = cls.rule
        cls.held.with_env(cls.env_of("leader"))._hold("Thanh tra")
        cls.Change = cls.env["vpdt.retention.change"]

    def change(self, **values):
        self.rule.write(values)
        job = self.env["queue.job"].search([("method_name", "=", "_recompute_dossiers")], order="id DESC", limit=1)
        self.assertTrue(job, "a job does it")
        return self.rule._recompute_dossiers()

    def test_what_changed_is_listed_and_the_held_stay(self):
        self.assertEqual(self.change(years=20), (3, 1))
        self.assertEqual((self.kept.retention_years, self.kept.retention_until), (20, date(2046, 12, 31)))
        self.assertEqual((self.held.retention_years, self.held.retention_until), (10, date(2036, 12, 31)))
        self.assertEqual((self.open.retention_years, self.open.retention_until), (20, False))
        self.assertEqual(self.mixed.retention_years, 20, "the longest of a mixed dossier")
        changes = {change.dossier_id: change for change in self.Change.search([("rule_id", "=", self.rule.id)])}
        self.assertEqual(changes.keys(), {self.kept, self.held, self.open, self.mixed})
        self.assertEqual((changes[self.kept].before_years, changes[self.kept].after_until), (10, date(2046, 12, 31)))
        self.assertFalse(changes[self.held].applied)
        self.assertEqual(self.rule._recompute_dossiers(), (0, 1), "a second run changes nothing")

    def test_what_is_let_go_follows_the_rules_of_today(self):
        self.change(years=30)
        self.held.with_env(self.env_of("leader")).action_release()
        self.assertEqual((self.held.held, self.held.retention_years), (False, 30))

    def test_the_sql_reckons_as_the_model_does(self):
        for values in ({"term": "permanent"}, {"term": "event", "event": "đến khi hết hiệu lực"},
                       {"term": "years", "years": 3}, {"term": "years", "years": 70}):  # fmt: skip
            self.rule.write(values)
            self.rule._recompute_dossiers()
            for dossier in self.kept | self.open | self.mixed:
                with self.subTest(values, dossier=dossier.notation):
                    told = {name: dossier[name] for name in dossier._retention_now()}
                    self.assertEqual(told, dossier._retention_now())
                    stored = dossier.transfer_due, dossier.historical_due
                    dossier._compute_transfer_due()
                    dossier._compute_historical_due()
                    self.assertEqual((dossier.transfer_due, dossier.historical_due), stored)

    def test_a_name_alone_asks_for_nothing(self):
        before = self.env["queue.job"].search_count([("method_name", "=", "_recompute_dossiers")])
        self.rule.name = "Khác"
        after = self.env["queue.job"].search_count([("method_name", "=", "_recompute_dossiers")])
        self.assertEqual(before, after)

    def test_a_longer_retention_wins_over_a_disposal_under_way(self):
        old = self.make_dossier("open", notation="05.LAI", retention_id=self.rule.id, date_start="2010-01-05")
        old.date_end = "2012-12-20"
        old.action_close()
        self.make_transfer(old, "accepted")
        disposal = self.env_of("archivist")["vpdt.disposal"].create({"line_ids": [(0, 0, {"dossier_id": old.id})]})
        line = disposal.line_ids
        line._check_due()
        self.rule.years = 50
        self.rule._recompute_dossiers()
        line._destroy()
        self.assertEqual((line.result, old.sudo().state), ("kept", "kept"))

    def test_a_job_that_breaks_is_seen_at_the_rule(self):
        self.rule._given_up("OperationalError", "deadlock")
        self.assertEqual(self.rule.recompute_error, "deadlock")
        self.rule._recompute_dossiers()
        self.assertFalse(self.rule.recompute_error)
