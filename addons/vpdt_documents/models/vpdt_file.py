import json
import secrets

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.signing.pki import AGENCY
from odoo.addons.vpdt_base.signing.validation import VALID, VALID_UNKNOWN_TRUST

#: Crockford's base 32: no letter that is taken for another one when it is typed off paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MAX_CANDIDATES = 20  # rows with the same bytes that are looked at
CODE_LENGTH = 16  # 80 bits: nobody finds one by trying
_MISREAD = str.maketrans("OIL", "011")


class VpdtFile(models.Model):
    """Files of documents; those that this installation has issued anybody may ask about (/vpdt/check)."""

    _inherit = "vpdt.file"

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

        That a row says ``published`` is not enough: the document itself must vouch for the file, see `_vouches_for`.

        :return: dict of texts (:meth:`vpdt.outgoing._public_check_vals`), or None when nothing of the kind was issued
        """
        domain = [("published", "=", True)]
        domain.append(("sha256", "=", sha256) if sha256 else ("check_code", "=", self._normal_code(code) or "-"))
        # The question is a stranger's; only what _public_check_vals allows leaves this method.
        for file in self.sudo().search(domain, limit=MAX_CANDIDATES):
            owner = self.env[file.res_model].sudo().browse(file.res_id).exists()
            if owner and hasattr(owner, "_vouches_for") and owner._vouches_for(file):
                return {**owner._public_check_vals(), "role": file.role}
        return None

    def _is_sealed_by(self, document):
        """Whether the bytes of this file bear the unbroken signature of a key of the agency, made in sealing
        ``document``: the journal, which nobody rewrites, names the key.

        :param document: record that `vpdt.signable.mixin` has sealed
        """
        serials = self._agency_serials(self.sha256)
        if not serials:
            return False
        rows = self.env["vpdt.journal.entry"].sudo().search(  # which key sealed it, nothing else
            [("res_model", "=", document._name), ("res_id", "=", document.id), ("kind", "=", "sign")]
        )  # fmt: skip
        details = [json.loads(row.detail or "{}") for row in rows]
        return any(detail.get("agency") is True and detail.get("key") in serials for detail in details)

    @tools.ormcache("sha256")
    def _agency_serials(self, sha256):
        """Serial numbers of the certificates whose agency signature on these bytes is unbroken; the same for ever, as
        the bytes are.

        :param str sha256: of this file
        :return: frozenset of str
        """
        try:
            result, _asked = self._verification(self.env["vpdt.revocation.cache"]._kept())
        except UserError:  # the stored bytes are damaged or in quarantine
            return frozenset()
        good = (VALID, VALID_UNKNOWN_TRUST)
        if result.verdict not in good:
            return frozenset()
        return frozenset(check.serial for check in result.signatures if check.kind == AGENCY and check.verdict in good)

    @api.depends("role", "original_name", "name")
    @api.depends_context("vpdt_with_role")
    def _compute_display_name(self):
        """Where one of several files is chosen, what it is comes first: “Annex: Phụ lục.pdf”."""
        result = super()._compute_display_name()
        if self.env.context.get("vpdt_with_role"):
            labels = dict(self._fields["role"]._description_selection(self.env))
            for file in self:
                file.display_name = f"{labels.get(file.role, '')}: {file.original_name or file.name}"
        return result

    @api.model
    def _owner_models(self):
        return [
            *super()._owner_models(),
            "vpdt.incoming",
            "vpdt.outgoing",
            "vpdt.copy",
            "vpdt.task",
            "vpdt.bulk.intake",
        ]

    # In a draft ------------------------------------------------------------------------------------------------------

    def _draft(self):
        """The draft that this file belongs to, which the current user may change.

        :raises UserError: it is no draft
        """
        self.ensure_one()
        document = self._owner()
        if document._name != "vpdt.outgoing":
            raise UserError(self.env._("Only the files of a draft are changed."))
        document.check_access("write")
        document._check_draft()
        return document

    def action_remove(self):
        """Take an annex out of a draft; it stays among the earlier versions.

        :raises UserError: it is no annex, or the document no draft
        """
        document = self._draft()
        if self.role != "annex":
            raise UserError(self.env._("Only an annex is taken out; upload a corrected main document in its place."))
        if not self.current:
            return False
        self.sudo().current = False  # rights have been checked above
        document.invalidate_recordset(["file_ids"])
        self.env["vpdt.journal.entry"]._record("file", self, {"removed": self.sha256, "role": self.role})
        document._tell_screens()
        return True

    def action_bring_back(self):
        """Make an earlier version of a draft's file the present one again, as a new version with the same bytes.

        :raises UserError: the document is no draft, or it is not a version of its text or annexes
        """
        document = self._draft()
        if self.current:
            return False
        name, content = self.original_name or self.name, self._content()
        if self.role == "annex":
            document._upload_annex(name, content)
        elif self.role in ("original", "scan"):
            document._upload(name, content)
        else:
            raise UserError(self.env._("Bring back the file that this PDF was made of."))
        document._tell_screens()
        return True

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
