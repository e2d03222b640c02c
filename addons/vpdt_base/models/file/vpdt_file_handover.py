from odoo import Command, models


class VpdtFile(models.Model):
    """The files of a document that goes to another agency: the same bytes, in a new record of that agency.

    What was accepted once stays accepted: no rule is asked anew and nothing is read, so that one bad file cannot hold
    up a reorganisation, and a thousand files cost rows and no reading.
    """

    # split by concern
    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

    def _copy_to(self, owner):
        """Make these files those of ``owner`` and its agency, with their names, hash, virus check and verdict.

        :param owner: record with files
        :return: vpdt.file, one a file, in their order; each says which one it replaces
        """
        files = self.sudo()  # the agency that they come from is not that of who reorganises
        files.write({"current": False})
        copies = files.create([file._prepare_copy_vals(owner) for file in files])
        for copy in copies:
            copy.attachment_id.res_id = copy.id
        owner.invalidate_recordset(["file_ids"])
        for copy in copies:
            copy._go_on()
        return copies.with_env(self.env)

    def _prepare_copy_vals(self, owner):
        [vals] = self.copy_data(
            {
                "res_model": owner._name,
                "res_id": owner.id,
                "company_id": owner.company_id.id,
                "attachment_id": self._bytes_again().id,
                "replaces_id": self.id,
                "current": True,
            }
        )
        vals["signature_ids"] = [Command.create(values) for values in self.signature_ids.copy_data()]
        return vals

    def _bytes_again(self):
        """Another attachment of the same bytes; they lie there once."""
        Attachment, kept = self.env["ir.attachment"], self.attachment_id
        values = {"name": self.name, "mimetype": "application/octet-stream", "res_model": self._name, "res_id": 0}
        if Attachment._storage() != "file" or not kept.store_fname:
            return self._keep_in_other_storage(Attachment, values, kept.raw or b"")[0]
        attachment = Attachment.create(values)
        fields = {"store_fname": kept.store_fname, "checksum": kept.checksum, "file_size": kept.file_size}
        models.BaseModel.write(attachment, fields)  # as in _keep_bytes: write() of ir.attachment drops these
        return attachment

    def _go_on(self):
        """Queue what was still to be done with the original; its own jobs end where they find it replaced."""
        if self.scan_state == "waiting":
            self._queue_scan()
        elif self._is_offered():
            self._queue_reading()
        open_question = not self.checked_at or "asking" in self.signature_ids.mapped("revocation")
        if self.mimetype == "application/pdf" and open_question and self.scan_state != "infected":
            self.with_delay(description="Check signatures")._check_signatures()
