from odoo import models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.signing import SigningError

from .. import copying
from .vpdt_file_published import new_code


class VpdtCopy(models.Model):
    """The PDF files of a copy: drawn flat from the original, with the components of a paper copy and the check code.

    They are made when the copy takes its number and stored as its files, so that one sees what is going to be signed.
    """

    _inherit = "vpdt.copy"  # pylint: disable=consider-merging-classes-inherited

    def take_number(self, key_id=None, passphrase=None):
        """Make the PDF of the copy and give it the next number of the register and today's date.

        :return: True when numbered now, False when it had a number before
        :raises UserError: a file is not clean, the pages are not there, no register …: nothing changes
        """
        self.ensure_one()
        self._lock_row()
        if self.state != "draft":
            return False
        self._check_move_roles(self._find_move("numbered"))
        self._check_ready({})
        register = self._copy_register()
        parts = self._make_parts()  # what takes time comes before the number, for which others wait
        self._move_to("numbered", self._prepare_number_vals(register, self._today()))
        for name, role, pdf in parts:
            self._store_part(f"{self.code} {name}".replace("/", "-"), role, pdf)
        return True

    def _effect_numbered(self, values):
        """Hook: the copy has its number; its files follow."""

    def _make_parts(self):
        """``[(name, role, PDF)]``: a file for each chosen one, but one for all of an extract or a paper copy."""
        sources = self.source_ids.sorted(lambda file: (file.role != "main", file.sequence, file.id))
        try:
            pdfs = [copying.plain(file._content()) for file in sources]
        except SigningError as error:
            raise UserError(self.env["vpdt.signing.key"]._signing_message(error)) from None
        names = [file.original_name or file.name for file in sources]
        if self.form == "extract":
            whole = copying.join(pdfs)
            numbers = self._page_numbers(copying.page_count(whole))
            pdfs, names = [copying.take_pages(whole, numbers)], names[:1]
        elif self.medium == "paper":
            pdfs, names = [copying.join(pdfs)], names[:1]
        roles = ["main", *["annex"] * (len(pdfs) - 1)]
        return list(zip(names, roles, pdfs, strict=True))

    def _store_part(self, name, role, pdf):
        File = self.env["vpdt.file"]
        if self.medium == "paper":
            pdf = copying.add_block(pdf, self._block())
        code = new_code()
        pdf, printed = copying.add_lookup(pdf, File._address_of(code), code)
        file = File._store(self, name, pdf, role)
        if printed:
            file._reserve_code(code)

    def _block(self):
        return copying.CopyBlock(
            form=self._form_words(),
            agency=self.company_id.name,
            number=self.code,
            place=self.company_id.place or "",
            date=self.date,
            titles=(self.signer_title or "").splitlines(),
            signer=self.signer_name,
            recipients=[*self._recipient_names(), "Lưu: VT"],
        )
