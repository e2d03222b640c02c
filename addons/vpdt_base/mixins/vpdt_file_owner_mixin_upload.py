import base64

from odoo import api, models
from odoo.exceptions import AccessError


class VpdtFileOwnerUpload(models.AbstractModel):
    """Files are added to a record from its reading pane; the record says which and when."""

    _inherit = "vpdt.file.owner.mixin"

    def _uploaded(self, field, default_name):
        """What was put into a file field of the form, whose name is in ``<field>_name``.

        Both fields must have one inverse method: Odoo hands the values of a new record over method by method, and the
        bytes would come without their name.

        :param default_name: for bytes that come without one
        :return: list of (record, name, bytes)
        """
        return [
            (record, record[f"{field}_name"] or default_name, base64.b64decode(record[field]))
            for record in self
            if record[field]
        ]

    def _upload_roles(self):
        """Roles (codes of vpdt.file) that this user may add a file in now; hook, none by default."""
        return []

    def _receive_upload(self, name, path, role):
        """Store an uploaded file; hook for records that do more with it.

        :param name: as it came
        :param path: where the bytes lie for the moment
        :param role: one of ``_upload_roles``
        :return: vpdt.file
        """
        return self.env["vpdt.file"]._store(self, name, path, role)

    def _take_upload(self, name, path, role):
        """Take one uploaded file: rights, policy, storage, journal.

        :raises AccessError: this user may not add such a file now
        :raises UserError: the policy refuses it; says file and rule
        """
        self.ensure_one()
        self.check_access("write")
        if role not in self._upload_roles():
            raise AccessError(self.env._("No such file can be added to “%s” now.", self.display_name))
        file = self._receive_upload(name, path, role)
        self.env["vpdt.journal.entry"]._record("file", file, {"stored": file.sha256, "role": role})
        if file.mimetype == "application/pdf" and not file.verdict:
            file.with_delay(description="Check signatures")._check_signatures()
        return file

    def file_pane(self):
        """All that the reading pane shows.

        :return: ``{"files": file_tabs(), "banner": str, "upload": {"roles", "max_mb", "extensions", "rules"}}``
        """
        self.ensure_one()
        self.check_access("read")
        files = self.env["vpdt.file"]
        return {
            "files": self.file_tabs(),
            "banner": files._scanner_banner(self.file_ids),
            "upload": self._upload_options(),
        }

    def _upload_options(self):
        labels = dict(self.env["vpdt.file"]._fields["role"]._description_selection(self.env))
        allowed = self._upload_roles() if self.has_access("write") else []
        roles = [{"value": role, "label": labels[role]} for role in allowed]
        return self._upload_rules(self.sudo().company_id, roles)  # of the agency of this record

    @api.model
    def _upload_rules(self, company, roles):
        rules = self.env["vpdt.file.policy"]._rules(company)
        return {
            "roles": roles,
            "max_mb": rules.check.max_bytes >> 20,
            "extensions": list(rules.extensions),
            "size_basis": rules.bases.get("size", ""),
            "type_basis": rules.bases.get("type", ""),
            "name_basis": rules.bases.get("name", ""),
        }
