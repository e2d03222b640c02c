import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..packages import PackageError

KINDS = [("SIP", "SIP, to be handed in"), ("AIP", "AIP, to be kept"), ("DIP", "DIP, for readers")]


class VpdtPackage(models.Model):
    """A package (gói tin lưu trữ) of a dossier: made by a job, checked before anybody gets it (Thông tư 05/2025)."""

    _name = "vpdt.package"
    _description = "Package of the archive"
    _inherit = ["vpdt.job.mixin", "vpdt.isolation.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _check_company_auto = True

    dossier_id = fields.Many2one("vpdt.dossier", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="dossier_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="SIP")
    uuid = fields.Char("UUID", required=True, readonly=True, copy=False, default=lambda self: str(uuid.uuid4()).upper())
    identifier = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        [("waiting", "Being made"), ("done", "Made and checked"), ("failed", "Failed"), ("destroyed", "Destroyed")],
        required=True,
        readonly=True,
        default=lambda self: "waiting",
        copy=False,
    )
    attachment_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True, copy=False)
    size = fields.Float("Size in bytes", digits=(20, 0), readonly=True, copy=False)
    size_label = fields.Char("Size", compute="_compute_size_label")
    file_total = fields.Integer("Files", readonly=True, copy=False)
    document_total = fields.Integer("Documents", readonly=True, copy=False)
    made_at = fields.Datetime("Made on", readonly=True, copy=False)
    message = fields.Text("What went wrong", readonly=True, copy=False)

    @api.model
    def _get_work_states(self):
        ways = {"waiting": ("failed",), "done": ("waiting",), "failed": ("waiting",)}
        return super()._get_work_states() | {"state": ways | {"destroyed": tuple(ways)}}

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"dossier_id", "kind"}

    @api.depends("size")
    def _compute_size_label(self):
        for package in self:
            size = package.size
            package.size_label = f"{size / (1 << 20):.1f} MB".replace(".", ",") if size else ""

    @api.depends("kind", "dossier_id")
    def _compute_display_name(self):
        for package in self:
            package.display_name = f"{package.kind} · {package.dossier_id.display_name}"

    @api.model_create_multi
    def create(self, vals_list):
        packages = super().create(vals_list)
        for package in packages:
            package.dossier_id.check_access("read")
            if package.dossier_id.state in ("open", "destroyed"):
                raise UserError(self.env._("“%s” is not closed.", package.dossier_id.display_name))
            package._check_documents_open()
            package._queue()
        return packages

    def _queue(self):
        for package in self:
            package.with_delay(
                identity_key=f"vpdt-package-{package.id}",
                description=f"Package {package.kind} {package.dossier_id.code}",
            )._make()

    def action_again(self):
        """Make it once more, after it failed."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "failed":
            self.sudo()._work_to("state", "waiting", {"message": False})  # written by the job and this button only
            self._queue()
        return True

    def action_download(self):
        """Save the package."""
        self.ensure_one()
        self._check_offered()
        return {"type": "ir.actions.act_url", "url": f"/vpdt/package/{self.id}", "target": "download"}

    def _check_offered(self):
        """:raises UserError: it is not there"""
        self.check_access("read")
        self._check_documents_open()
        if self.state != "done" or not self.attachment_id:
            raise UserError(self.env._("The package is not ready."))

    def _check_documents_open(self):
        """A package holds the bytes of all documents of its dossier: it is for who may see each of them.

        :raises AccessError: one of them is not open to the current user (yet), or is hidden from all
        """
        if self.env.su:
            return
        items = self.sudo().dossier_id.item_ids  # which documents there are, nothing of them
        documents = [item._owner().sudo(False) for item in items]
        if not all(document.has_access("read") for document in documents):
            raise AccessError(
                self.env._(
                    "“%s” holds documents that are not open to you. The archive packs what was handed in to it.",
                    self.dossier_id.display_name,
                )
            )

    # The job ---------------------------------------------------------------------------------------------------------

    def _make(self):
        """The job: write the package, check it as a stranger's, keep it."""
        package = self.sudo()  # a job of the system
        self.env.cr.execute(SQL("SELECT id FROM vpdt_package WHERE id = %s FOR UPDATE", package.id))
        if package.state != "waiting":
            return
        try:
            package._write_and_keep()
        except (PackageError, UserError) as error:
            package._failed(str(error))

    def _failed(self, message):
        self._work_to("state", "failed", {"message": message[:2000]})
        self._remind_people(self.create_uid, self.env._("A package could not be made: %s", self.display_name))

    def _given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke; a person asks again."""
        for package in self.sudo().filtered(lambda p: p.state == "waiting"):  # see _make
            package._failed(exc_message or exc_name or "?")
