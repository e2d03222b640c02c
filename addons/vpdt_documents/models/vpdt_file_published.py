import secrets

from odoo import api, fields, models

#: Crockford's base 32: no letter that is taken for another one when it is typed off paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 bits: nobody finds one by trying
_MISREAD = str.maketrans("OIL", "011")


class VpdtFile(models.Model):
    """Files that this installation has issued, which anybody may ask about (/vpdt/check)."""

    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

    published = fields.Boolean("Issued", readonly=True)
    check_code = fields.Char(
        readonly=True, help="Printed on copies, with a QR code: whoever has it may ask about the file."
    )

    _check_code_unique = models.UniqueIndex("(check_code) WHERE check_code IS NOT NULL")
    _published_hash = models.Index("(sha256) WHERE published")

    @api.model
    def _prepare_unknown_vals(self):
        return {**super()._prepare_unknown_vals(), "published": False, "check_code": False}

    def _publish(self):
        """Make these files known to the public check."""
        for file in self.sudo():  # written by the issuing only
            if not file.published:
                file.write({"published": True, "check_code": file.check_code or new_code()})

    def _reserve_code(self, code):
        """Keep the code that is printed in this file; nobody finds it before `_publish`."""
        self.ensure_one()
        self.sudo().check_code = code  # written by the making of copies only

    def _take_over_code(self, former):
        """The signed version of a file takes the code that is printed in it."""
        former = former.sudo()  # as above
        code, former.check_code = former.check_code, False
        former.flush_recordset(["check_code"])  # it is unique
        if code:
            self._reserve_code(code)

    def _prepare_upgraded_vals(self):
        values = super()._prepare_upgraded_vals()
        if self.published:
            values.update(published=True, check_code=new_code())
        return values

    def _check_address(self):
        """Address for the QR code of a copy, or an empty string for a file that was not issued."""
        self.ensure_one()
        return self._address_of(self.check_code) if self.check_code else ""

    @api.model
    def _address_of(self, code):
        """Address of the public check of a code."""
        return f"{self.get_base_url()}/vpdt/check/{code}"

    @api.model
    def _normal_code(self, text):
        """A code as typed by hand in its normal form, or an empty string if it can be none."""
        code = "".join(char for char in (text or "")[:100].upper() if char.isalnum()).translate(_MISREAD)
        return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""

    @api.model
    def _find_published(self, *, sha256="", code=""):
        """What is public about an issued file; for anybody.

        :return: dict of texts (:meth:`vpdt.outgoing._public_check_vals`), or None when nothing of the kind was issued
        """
        domain = [("published", "=", True)]
        domain.append(("sha256", "=", sha256) if sha256 else ("check_code", "=", self._normal_code(code) or "-"))
        # The question is a stranger's; only what _public_check_vals allows leaves this method.
        file = self.sudo().search(domain, limit=1)
        owner = self.env[file.res_model].sudo().browse(file.res_id).exists() if file else None
        if not owner or not hasattr(owner, "_public_check_vals"):
            return None
        return {**owner._public_check_vals(), "role": file.role}

    def signature_details(self):
        """As in vpdt_base; an issued file tells its code and the address of the public check, too."""
        code = self.check_code or ""
        spaced = "-".join(code[index : index + 4] for index in range(0, len(code), 4))
        return {**super().signature_details(), "check_code": spaced, "check_address": self._check_address()}

    def _check_report(self):
        report = super()._check_report()
        if self.check_code:
            report.qr = self._check_address()
            code = self.signature_details()["check_code"]
            report.closing = [f"Mã tra cứu: {code}", f"Địa chỉ tra cứu: {self._check_address()}"]
        return report


def new_code():
    """A code that nobody has yet, for printing and typing."""
    return "".join(secrets.choice(ALPHABET) for _index in range(CODE_LENGTH))
