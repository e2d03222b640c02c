from odoo import api, fields, models
from odoo.exceptions import UserError


class VpdtFileOwnerMixin(models.AbstractModel):
    """A record that has files."""

    _name = "vpdt.file.owner.mixin"
    _description = "Owner of files"

    file_ids = fields.One2many(
        "vpdt.file",
        "res_id",
        "Files",
        domain=lambda self: [("res_model", "=", self._name), ("current", "=", True)],
        copy=False,
    )
    main_file_id = fields.Many2one("vpdt.file", "Main file", compute="_compute_main_file")
    main_verdict = fields.Selection(
        selection=lambda self: self.env["vpdt.file"]._fields["verdict"]._description_selection(self.env),
        string="Digital signatures",
        compute="_compute_main_file",
    )

    @api.depends("file_ids.role", "file_ids.current", "file_ids.verdict")
    def _compute_main_file(self):
        for record in self:
            record.main_file_id = record.file_ids.filtered(lambda f: f.role == "main")[:1]
            record.main_verdict = record.main_file_id.verdict

    @api.ondelete(at_uninstall=False)
    def _unlink_without_files_only(self):
        """A stored file is never deleted, so what it belongs to stays as well; no version may be left without owner."""
        # also the versions and files that this user does not see
        files = self.env["vpdt.file"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], limit=1
        )  # fmt: skip
        if files:
            owner = self.browse(files.res_id)
            raise UserError(
                self.env._(
                    "“%(record)s” is not deleted: it has the file “%(file)s”, and a stored file is kept. %(instead)s",
                    record=owner.display_name,
                    file=files.name,
                    instead=self._instead_of_deleting(),
                ).strip()
            )

    @api.model
    def _instead_of_deleting(self):
        """Hook: what to do with a record that has files and is not wanted any more, a translated sentence."""
        return ""

    def _files_changed(self):
        """Hook: a file of these records was checked in the background; open screens should show it."""

    def _file_read(self, file, pages):
        """Hook: the text of a file of these records is known; in superuser mode, by the job that has read it.

        :param file: vpdt.file
        :param pages: text of its pages (list of str)
        """

    def _file_of_role(self, role):
        """The current file of ``role`` (vpdt.file, possibly empty)."""
        self.ensure_one()
        return self.file_ids.filtered(lambda f: f.role == role)[:1]

    def file_tabs(self):
        """What the reading pane shows: one tab a file, main document first.

        :return: ``[{"id", "name", "original_name", "role", "label", "mimetype", "pages", "size", "verdict",
            "verdict_label", "scan_state", "hindrance", "shown", "trouble", "note", "has_copy"}]``; ``pages`` are those
            that are shown, ``hindrance`` says why the file cannot be read now, ``shown`` is that of `_shown`,
            ``trouble`` that of `_reading_trouble`, ``note`` that of `_reading_note`
        """
        self.ensure_one()
        self.check_access("read")
        order = [role for role, _label in self.env["vpdt.file"]._fields["role"].selection]
        return self.file_ids.sorted(lambda f: (order.index(f.role), f.sequence, f.id))._tabs()

    # Signatures -------------------------------------------------------------------------------------------------------

    main_signature_warning = fields.Char("Signatures wanting", compute="_compute_main_signature_warning")

    @api.depends("file_ids.role", "file_ids.current", "file_ids.verdict", "file_ids.has_agency_signature")
    def _compute_main_signature_warning(self):
        for record in self:
            record.main_signature_warning = record.main_file_id._signature_warning() if record.main_file_id else ""

    def _wants_agency_signature(self):
        """Hook: whether the main file of this record should carry the signature of an agency by now (Nghị định 30/2020,
        Điều 5)."""
        return False

    def _file_verdict_changed(self, file, before):
        """Hook: the authorities' answer changed the verdict on a file."""

    def _file_level_failed(self, file):
        """Hook: tell a person that the signatures of a file got no time stamp."""
