import json
import os
from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..doors.queue_job import NEVER
from .held import PARAMETER

LISTED = 200


class VpdtBackup(models.Model):
    """A restored database is looked at before anybody works with it, and let go by a person."""

    _inherit = "vpdt.backup"

    # Looking at it ---------------------------------------------------------------------------------------------------

    @api.model
    def _examine_restored(self, destroyed):
        """Destroy again what disposal had destroyed, verify the rest, and find where the copy ends.

        :param destroyed: lines of `vpdt_disposed.jsonl`: dicts with `sha256`, `model`, `id`, `date`
        :return: JSON-able dict, the report without what only the command knows
        """
        report = {"destroyed_again": self._destroy_again(destroyed)}
        files = self.env["vpdt.file"]._verify_stored()
        report["files"] = {
            "files": files["files"],
            "bytes": files["bytes"],
            "missing": files["missing"]["count"],
            "changed": files["changed"]["count"],
            "first": (files["missing"]["first"] + files["changed"]["first"])[:LISTED],
        }
        report["registers"] = self._restored_registers()
        report["agencies"] = self._restored_ends()
        report["counts"] = self._restored_counts()
        report["waiting"] = self._restored_waiting()
        report["keys_shut"] = self._keys_shut()
        report["files_without_row"] = self._files_without_row()
        report["problems"] = self._restored_problems(report)
        return report

    @api.model
    def _destroy_again(self, destroyed):
        """Take away the bytes of files that were destroyed after the copy was made; another file with the same bytes
        keeps them.

        :return: number of files whose bytes went
        """
        gone = {(line.get("sha256"), line.get("model"), line.get("id")) for line in destroyed}
        query = SQL(
            """
            SELECT file.sha256, file.res_model, file.res_id, file.id, attachment.store_fname
              FROM vpdt_file AS file JOIN ir_attachment AS attachment ON attachment.id = file.attachment_id
             WHERE file.sha256 = ANY(%s)
            """,
            sorted({sha256 for sha256, _model, _id in gone if sha256}),
        )
        dead, alive = set(), set()
        for sha256, model, owner, file, fname in self.env.execute_query(query):
            named = {(sha256, model, owner), (sha256, "vpdt.file", file)} & gone
            (dead if named else alive).add(fname)
        count = 0
        for fname in filter(None, dead - alive):
            path = self.env["ir.attachment"]._full_path(fname)
            if os.path.exists(path):
                os.unlink(path)
                count += 1
        return count

    @api.model
    def _restored_registers(self):
        """Hook: the last number of each register, against the highest that a document bears.

        :return: list of dicts with `agency`, `register`, `register_id`, `year`, `last`, `highest`
        """
        return []

    @api.model
    def _restored_ends(self):
        """Of each agency: the newest entry of the journal, after which everything is to be entered again; what was
        written of backups nobody has entered."""
        query = SQL(
            "SELECT company_id, max(id) FROM vpdt_journal_entry"
            " WHERE company_id IS NOT NULL AND kind <> 'backup' GROUP BY company_id"
        )
        newest = [entry for _company, entry in self.env.execute_query(query)]
        entries = self.env["vpdt.journal.entry"].sudo().browse(newest)  # the report is the administrator's
        return [
            {
                "agency": entry.company_id.name,
                "at": fields.Datetime.to_string(entry.at),
                "who": entry.user_id.name,
                "what": entry.kind,
                "about": entry.record_name or "",
            }
            for entry in entries.sorted("at")
        ]

    @api.model
    def _keys_shut(self):
        """Number of stored signing keys that the master key of this server does not open."""
        keys = self.env["vpdt.signing.key"].sudo().with_context(active_test=False).search([])  # of everybody
        return len(keys.filtered(lambda key: key.content and not key._is_opened()))

    @api.model
    def _restored_counts(self):
        """Number of records of each model of ours, the larger ones first."""
        counts = []
        for name, model in sorted(self.env.items()):
            if name.startswith("vpdt.") and not model._abstract and not model._transient and model._auto:
                query = SQL("SELECT count(*) FROM %s", SQL.identifier(model._table))
                counts.append(
                    {"model": name, "label": model._description, "count": self.env.execute_query(query)[0][0]}
                )
        return sorted((row for row in counts if row["count"]), key=lambda row: -row["count"])

    @api.model
    def _restored_waiting(self):
        """What would go out, or be done, when the database is let go."""
        held = self._held() or {}
        return {
            "mails": self.env["mail.mail"].sudo().search_count([("state", "=", "outgoing")]),
            "jobs": len(held.get("jobs") or ()),
        }

    @api.model
    def _files_without_row(self):
        """Files that were stored when the copy was taken, whose rows were not committed yet: what people were about to
        enter. Their words are lost, their bytes are here."""
        Attachment = self.env["ir.attachment"]
        store, found = Attachment._filestore(), []
        for folder in sorted(os.listdir(store)) if os.path.isdir(store) else ():
            path = os.path.join(store, folder)
            if len(folder) != 2 or not os.path.isdir(path):
                continue
            names = [f"{folder}/{name}" for name in os.listdir(path)]
            known = self.env.execute_query(
                SQL("SELECT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)", names)
            )
            waiting = {name for name in names if os.path.exists(os.path.join(store, "checklist", name))}
            found += [self._stored(store, name) for name in sorted(set(names) - {row[0] for row in known} - waiting)]
        return found[:LISTED]

    @api.model
    def _stored(self, store, name):
        state = os.stat(os.path.join(store, name))
        moment = datetime.utcfromtimestamp(state.st_mtime).replace(microsecond=0)
        return {"store": name, "bytes": state.st_size, "at": fields.Datetime.to_string(moment)}

    @api.model
    def _restored_problems(self, report):
        """Sentences about what does not fit; empty when all does."""
        problems = []
        if report["files"]["missing"] or report["files"]["changed"]:
            words = self.env._("%(missing)s files are missing, %(changed)s are not what was stored.")
            problems.append(words % report["files"])
        for row in report["registers"]:
            if row["highest"] > row["last"]:
                words = self.env._("Register %(register)s %(year)s stands at %(last)s, a document bears %(highest)s.")
                problems.append(words % row)
        return problems

    # Letting it go ---------------------------------------------------------------------------------------------------

    @api.model
    def _let_go(self, send_mails):
        """Start again what stood still.

        :param send_mails: whether mails that the copy held as waiting are sent; they may have been sent already
        """
        held = self._held()
        if not held:
            return
        if not send_mails:
            self._keep_old_mails(fields.Datetime.to_datetime(held["restored"]))
        # a parameter of the system: who may let go has been asked by the dialog
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER, False)
        crons = self.env["ir.cron"].sudo().with_context(active_test=False).browse(held.get("crons") or ()).exists()
        crons.write({"active": True})
        self.env.flush_all()
        due = {job["uuid"]: job["eta"] for job in held.get("jobs") or ()}
        for uuid, eta in due.items():
            self.env.cr.execute("UPDATE queue_job SET eta = %s WHERE uuid = %s AND eta = %s", [eta, uuid, NEVER])
        self.env.cr.execute("UPDATE queue_job SET eta = NULL WHERE eta = %s", [NEVER])
        self.env["queue.job"].invalidate_model(["eta"])
        restores = self._restore_row()  # of which the journal tells
        if restores:
            restores.activity_ids.unlink()
            self.env["vpdt.journal.entry"]._record("backup", restores, {"released": True, "mails_sent": send_mails})

    @api.model
    def _keep_old_mails(self, restored):
        """Mails that waited in the copy may have been sent before the disaster: they stay, and say so."""
        old = [("state", "=", "outgoing"), ("create_date", "<=", restored)]
        mails = self.env["mail.mail"].sudo().search(old)  # of everybody
        mails.write(
            {
                "state": "cancel",
                "failure_reason": self.env._("Not sent after a restore: it may have been sent before the disaster."),
            }
        )

    @api.model
    def _keep_report(self, report):
        """The row of a restore, with its report, in the restored database; the administrators get an activity.

        :param report: dict; `moment` and `place` are kept as fields too
        """
        words = "\n".join(report.get("problems") or ()) or self.env._("All files, registers and the journal verify.")
        row = self._record(
            "restore",
            "good",
            moment=datetime.fromisoformat(report["at"]).replace(tzinfo=None),
            place=report.get("place"),
            snapshot=report.get("snapshot"),
            seconds=int(report.get("seconds") or 0),
            words=words,
            report=report,
        )
        row._remind_people(self._administrators(), self.env._("Restored database: read the report, then let it go on"))
        return row.id

    def _findings(self):
        """The report of this row as a dict."""
        self.ensure_one()
        return json.loads(self.sudo().report or "{}")  # a field that nobody reads as it is
