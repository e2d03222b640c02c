from odoo import fields, models
from odoo.exceptions import UserError

from .freeze import archiving


class VpdtDossier(models.Model):
    """What a decided disposal does to a dossier: the content of its documents goes, their data and hashes stay."""

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    disposal_line_ids = fields.One2many(
        "vpdt.disposal.line",
        "dossier_id",
        "Disposals",
        copy=False,
        groups="vpdt_base.group_archivist,vpdt_base.group_leader",
    )

    def _check_destruction(self):
        """:raises UserError: no disposal that is decided and handed over names it, or it is held"""
        named = self.sudo().disposal_line_ids.filtered(  # whether there is one
            lambda line: line.verdict == "destroy" and line.disposal_id.state == "handed_over"
        )
        if not named or self.held:
            raise UserError(self.env._("A dossier is destroyed by a decided disposal only."))

    def _destroy_content(self, line):
        """Destroy the content of this dossier; superuser mode, the row is locked.

        :param line: vpdt.disposal.line
        :return: (files destroyed, documents that stay because another dossier holds them)
        """
        files, shared = self._all_files(self), 0
        self._move_to("destroyed")
        for item in self.item_ids:
            document = item._owner().sudo()
            if document._held_by_others(self):
                shared += 1
                continue
            files |= self._all_files(document)
            vals = {"archive_state": "destroyed"}
            if "body" in document._fields:
                vals["body"] = False
            archiving(document).write(vals)
            document._destroy_traces()
        self.env.flush_all()
        self._destroy_packages()
        files._destroy_content()
        self._journal("move", {"disposal": line.disposal_id.decision_code, "dossiers": [self.code]})
        return len(files), shared

    def _all_files(self, owner):
        """Every version of every file of a record."""
        domain = [("res_model", "=", owner._name), ("res_id", "=", owner.id), ("destroyed_at", "=", False)]
        return self.env["vpdt.file"].search(domain)

    def _destroy_packages(self):
        packages = self.env["vpdt.package"].search([("dossier_id", "in", self.ids)])
        attachments = packages.attachment_id
        packages._work_to("state", "destroyed", {"attachment_id": False})
        packages.flush_recordset()
        attachments.unlink()
