"""What the archive has taken changes no more: for the administrator, in superuser mode, and in SQL."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import Error as DatabaseError

from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestFreeze(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dossier = cls.make_dossier("kept").sudo().with_env(cls.env)
        cls.document = cls.dossier.item_ids._owner()

    def test_nobody_changes_a_document_of_the_archive(self):
        self.assertEqual(self.document.archive_state, "kept")
        for env in (self.env, self.env_of("system_admin"), self.env_of("archivist"), self.env_of("clerk")):
            for vals in ({"subject": "Khác"}, {"note": "x"}, {"archive_state": False}, {"state": "draft"}):
                with self.subTest(user=env.user.login, vals=vals), self.assertRaises(UserError):
                    self.document.with_env(env).write(vals)
            with self.assertRaises(UserError):
                self.document.with_env(env).unlink()

    def test_nobody_changes_a_dossier_of_the_archive(self):
        for env in (self.env, self.env_of("archivist"), self.env_of("drafter")):
            for vals in ({"title": "Khác"}, {"archive_code": "x"}, {"state": "open"}, {"item_ids": [(5,)]}):
                with self.subTest(user=env.user.login, vals=vals), self.assertRaises(UserError):
                    self.dossier.with_env(env).write(vals)
        with self.assertRaises(UserError):
            self.env["vpdt.file"]._store(self.document, "them.pdf", self.pdf, "annex")

    def test_sql_changes_nothing(self):
        item, document, dossier = self.dossier.item_ids.id, self.document.id, self.dossier.id
        for query in (
            f"UPDATE vpdt_outgoing SET subject = 'x' WHERE id = {document}",
            f"UPDATE vpdt_outgoing SET archive_state = NULL WHERE id = {document}",
            f"UPDATE vpdt_outgoing SET archive_state = 'destroyed', subject = 'x' WHERE id = {document}",
            f"DELETE FROM vpdt_outgoing WHERE id = {document}",
            f"UPDATE vpdt_dossier SET title = 'x' WHERE id = {dossier}",
            f"UPDATE vpdt_dossier SET state = 'open' WHERE id = {dossier}",
            f"DELETE FROM vpdt_dossier WHERE id = {dossier}",
            f"UPDATE vpdt_dossier_item SET note = 'x' WHERE id = {item}",
            f"UPDATE vpdt_dossier_item SET dossier_id = NULL WHERE id = {item}",
            f"DELETE FROM vpdt_dossier_item WHERE id = {item}",
            f"INSERT INTO vpdt_dossier_item (dossier_id, res_model, res_id) VALUES ({dossier}, 'vpdt.outgoing', 0)",
            f"UPDATE vpdt_outgoing_recipient SET outgoing_id = NULL WHERE outgoing_id = {document}",
            f"DELETE FROM vpdt_outgoing_recipient WHERE outgoing_id = {document}",
            f"DELETE FROM vpdt_review WHERE outgoing_id = {document}",
            "TRUNCATE vpdt_dossier CASCADE",
        ):
            with self.subTest(query=query), mute_logger("odoo.sql_db"), self.assertRaises(DatabaseError) as caught:
                with self.env.cr.savepoint():
                    self.env.cr.execute(query)
            self.assertRegex(str(caught.exception), "archive|never", query)

    def test_the_files_that_are_taken_over_are_made_to_last(self):
        self.env["vpdt.allowed.host"].create({"name": "tsa.example.vn"})
        self.agency.write({"tsa_url": "https://tsa.example.vn", "archive_with_timestamp": True})
        asked = []
        self.patch(
            self.registry["vpdt.file"], "_want_level", lambda file, level, renew=False: asked.append((file.id, level))
        )
        dossier = self.make_dossier("kept", notation="02.TT").sudo().with_env(self.env)
        files = dossier.item_ids._owner().file_ids
        self.assertTrue(files)
        self.assertLessEqual({(file.id, "B-LTA") for file in files}, set(asked))

    def test_what_is_open_still_changes(self):
        other = self.make_dossier(notation="02.TT").sudo().with_env(self.env)
        other.item_ids._owner().subject = "Đổi được"
        other.title = "Đổi được"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(other.item_ids.title, "Quyết định Đổi được")

    def test_a_document_of_two_dossiers_stays_with_the_archive(self):
        document = self.make_issued("hai hồ sơ").with_env(self.env_of("drafter"))
        kept = self.make_dossier("kept", documents=[document], notation="03.TT")
        again = self.make_dossier(documents=[document], notation="04.TT")
        self.assertEqual(again.doc_total, 1)
        self.assertEqual((kept.state, document.sudo().archive_state), ("kept", "kept"))
