from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..conversation.mail_thread import is_office_model
from .files_lock import files_at_rest


class IrAttachment(models.Model):
    """The bytes of a vpdt.file are never rewritten nor deleted.

    They are read through /vpdt/file only, which writes the journal and holds back what is not checked for viruses:
    /web/content and RPC do not give them out, not even to who may see the document.
    """

    _inherit = "ir.attachment"

    _VPDT_FROZEN = {"raw", "datas", "db_datas", "store_fname", "res_model", "checksum", "res_id", "url", "type"}

    def _check_vpdt_file(self):
        if self.sudo().filtered(lambda a: a.res_model == "vpdt.file" and a.res_id):  # reads only whose bytes they are
            raise UserError(self.env._("A stored file is never rewritten nor deleted; upload a new version."))

    @api.model
    def _closed_models(self):
        """Names of the models whose bytes are reached through their own doors only.

        Hook: an addon that keeps bytes of documents adds its own. Nobody gets them from here: not by RPC, /web/content,
        copy or access token, not even who may see the record.
        """
        return ("vpdt.file", "vpdt.file.rendition")

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su:
            return result
        closed = self.sudo().filtered(lambda a: a.res_model in self._closed_models())  # reads only whose bytes they are
        if not closed:
            return result
        forbidden = self.browse(closed.ids) | (result[0] if result else self.browse())
        return forbidden, lambda: AccessError(self.env._("Files of documents are opened from their document."))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & Domain("res_model", "not in", self._closed_models())
        return super()._search(domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)

    def _index(self, bin_data, file_type, checksum=None):
        """Nothing for what is kept as it came (the key is set by ``_keep_bytes``): its text is not for this table."""
        if self.env.context.get("vpdt_unindexed"):
            return None
        return super()._index(bin_data, file_type, checksum=checksum)

    def unlink(self):
        self._check_vpdt_file()
        return super().unlink()

    def _gc_file_store_unsafe(self):
        """Nothing is collected while a backup reads the files: it has read the row that named one a moment before."""
        with files_at_rest() as rest:
            return super()._gc_file_store_unsafe() if rest else None

    # Beside a record of an office ------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_not_beside_documents()
        attachments._check_not_for_strangers()
        return attachments

    def write(self, vals):
        if self._VPDT_FROZEN & vals.keys():
            self._check_vpdt_file()
        result = super().write(vals)
        if "res_model" in vals:
            self._check_not_beside_documents()
        if "public" in vals:
            self._check_not_for_strangers()
        return result

    def _check_not_beside_documents(self):
        if not self.env.su and any(is_office_model(each.sudo().res_model) for each in self):  # only where it hangs
            raise AccessError(self.env["mail.thread"]._no_files_message())

    def _check_not_for_strangers(self):
        """:raises AccessError: a person puts a file where everybody gets it without a login"""
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        if any(each.public for each in self.sudo()):  # only whether
            raise AccessError(self.env._("Files of this office are not given to strangers from here."))
