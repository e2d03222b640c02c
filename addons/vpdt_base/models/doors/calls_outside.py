"""What Odoo calls outside by itself: off, or behind the list of allowed hosts. The wall of :mod:`outgoing` stands
behind all of it; here it is also said in words, and nothing is tried in vain.

Here in one list, so that the next one is seen to be missing."""

from odoo import api, models
from odoo.exceptions import UserError

from ...outgoing import way_out


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _connect__(self, *args, **options):
        """A mail server is set by the system administrator; it is called."""
        with way_out():
            return super()._connect__(*args, **options)


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    def _connect__(self, *args, **options):
        """The same for a mail box that is read."""
        with way_out():
            return super()._connect__(*args, **options)


class PublisherWarrantyContract(models.AbstractModel):
    _inherit = "publisher_warranty.contract"

    def update_notification(self, cron_mode=True):
        """Nobody is told about users and modules of this office."""
        return True


class MailLinkPreview(models.Model):
    _inherit = "mail.link.preview"

    @api.model
    def _is_link_preview_enabled(self):
        """Addresses in notes are not fetched."""
        return False


class BaseImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def _import_file_by_url(self, url, session, field, line_number):
        raise UserError(
            self.env._(
                "Line %(line)s, column %(column)s: pictures are not fetched from addresses. Put the file itself there.",
                line=line_number + 1,
                column=field,
            )
        )


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(self, *args, **options):
        """A browser of its own that loads whatever a text names; our reports are set without it."""
        raise UserError(self.env._("This report is not made here. Use the reports of the electronic office."))


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def _run_action_webhook(self, eval_context=None):
        raise UserError(self.env._("This server calls nobody by a server action."))


class ImageField(models.AbstractModel):
    _inherit = "ir.qweb.field.image"

    def load_remote_url(self, url):
        """A picture of a text is not fetched."""
        return None


class ResUsers(models.Model):
    _inherit = "res.users"

    def _init_odoobot(self):
        """No robot greets people."""
        return self.env["discuss.channel"]
