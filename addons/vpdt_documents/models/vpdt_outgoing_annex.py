from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.signing import SigningError
from odoo.addons.vpdt_base.signing.pades import annex_order, annex_text, open_reader
from odoo.addons.vpdt_base.signing.validation import INVALID, MODIFIED, UNREADABLE

#: Verdicts on an annex that somebody signed before: the agency's signature over it would vouch for what was changed.
BROKEN = (MODIFIED, INVALID, UNREADABLE)


class VpdtOutgoing(models.Model):
    """Annexes in files of their own: signed by the agency without a picture, with one line at the top right of page 1
    (Nghị định 30/2020, Phụ lục I, III.1; Mẫu 2.2). An annex in the same file is not signed apart."""

    _inherit = "vpdt.outgoing"  # pylint: disable=consider-merging-classes-inherited

    annex_upload = fields.Binary(
        "Annex in a file of its own", compute="_compute_upload", inverse="_inverse_annex_upload"
    )
    annex_upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_annex_upload")

    def _compute_upload(self):
        self.annex_upload = False
        self.annex_upload_name = False
        return super()._compute_upload()

    def _inverse_annex_upload(self):
        for document, name, content in self._uploaded("annex_upload", "phu-luc.pdf"):
            document._upload_annex(name, content)

    def _upload_annex(self, name, content):
        """Attach an annex; one of the same name is replaced by it.

        :raises UserError: not a draft any more, or the file is refused
        """
        self._check_draft()
        File = self.env["vpdt.file"]
        File._check_policy(name, content)
        same = self.file_ids.filtered(lambda file: file.role == "annex" and file.original_name == name)[:1]
        File._store(self, name, content, "annex", same)._check_signatures()

    def _annexes(self):
        return self.file_ids.filtered(lambda file: file.role == "annex").sorted(lambda file: (file.sequence, file.id))

    def _pdf_annexes(self):
        return self._annexes().filtered(lambda file: file.mimetype == "application/pdf")

    def _check_ready(self, values):
        result = super()._check_ready(values)
        self._check_annexes()
        return result

    def _check_annexes(self):
        """Find out now, not when the clerk seals, which annex cannot be signed.

        :raises UserError: names the annex and the way out
        """
        for annex in self._pdf_annexes():
            try:
                root = open_reader(annex._content()).root
                annex._check_signatures()
                if annex.verdict in BROKEN:
                    raise SigningError("earlier_signature_broken")
            except SigningError as error:
                message = self.env["vpdt.signing.key"]._signing_message(error)
                name = annex.original_name or annex.name
                raise UserError(self.env._("The annex “%(name)s”: %(why)s", name=name, why=message)) from None
            if "/Perms" in root and "/DocMDP" in root["/Perms"]:
                raise UserError(
                    self.env._(
                        "The annex “%s” is certified by somebody else's signature: the agency cannot sign it. Print it "
                        "to a new PDF, or send it as a document of its own.",
                        annex.original_name or annex.name,
                    )
                )

    # Annexes are sealed with the document, at the same second ---------------------------------------------------------

    def _further_input(self, step, order):
        further = super()._further_input(step, order)
        if step != "seal":
            return further
        self._check_annexes()
        line = annex_text(self.code, order.time)
        known = {"signing_time": order.time, "trust_roots": order.trust_roots, "crls": order.crls}
        return further + [(annex, *annex_order(annex._content(), line, **known)) for annex in self._pdf_annexes()]

    def _take_further(self, step, further):
        for annex, pdf in further:
            self.env["vpdt.file"]._store(self, annex.original_name or annex.name, pdf, "annex", annex)
        return super()._take_further(step, further)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"annex_upload", "annex_upload_name"}

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | {"annex_upload", "annex_upload_name"} if self.state == "draft" else names
