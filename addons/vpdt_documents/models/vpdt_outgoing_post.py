import io
from datetime import datetime, time, timedelta

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.official_pdf import forms
from odoo.addons.vpdt_base.vietnam import VIETNAM, local_day, to_utc_naive

from ..copying import join
from .vpdt_outgoing import ISSUED


class VpdtOutgoing(models.Model):
    """What goes by post: the envelopes (Nghị định 30/2020, Phụ lục IV, mẫu II)."""

    _inherit = "vpdt.outgoing"

    def _by_post(self):
        """The lines of these documents that go by post."""
        return self.recipient_ids.filtered(lambda line: line.way == "post")

    def _official_pdf_envelopes(self, _data):
        """The envelopes of these documents, a page each.

        :return: PDF, bytes
        :raises UserError: not issued yet, or nothing goes by post
        """
        waiting = self.filtered(lambda document: document.state not in ISSUED)
        if waiting:
            raise UserError(self.env._("“%s” has not been issued yet.", waiting[0].display_name))
        lines = self._by_post()
        if not lines:
            raise UserError(
                self.env._("Nothing of this goes by post: choose “Post” for the recipients that it goes to.")
            )
        return join([line.outgoing_id._envelope(line) for line in lines])

    def _envelope(self, line):
        own, stream = self.company_id.sudo(), io.BytesIO()  # address of the own agency
        forms.envelope(
            stream,
            forms.Envelope(
                agency=self.company_id._name_on(self.date),
                recipient=line._name_on_paper(),
                number=self.code or "",
                address=own.partner_id._display_address(without_company=True).replace("\n", ", ").strip(", "),
                telephone=own.phone or "",
                email=own.email or "",
                website=own.website or "",
                recipient_address=line.address or line.organization_id.sudo().address or "",
            ),
        )
        return stream.getvalue()


class VpdtRegisterVolume(models.Model):
    """The register of what is sent by post (mẫu III), beside that of outgoing documents."""

    _inherit = "vpdt.register.volume"

    def _official_table_postal(self, _data):
        """Sổ gửi văn bản đi bưu điện: what the documents of one volume have sent by post; PDF and spreadsheet.

        :return: `official_pdf.TableReport`
        """
        if len(self) != 1 or self.direction != "outgoing":
            raise UserError(self.env._("The postal register belongs to one volume of outgoing documents."))
        documents = self._documents_posted()
        form = forms.POSTAL_REGISTER
        return self._printed_table(form, lambda: self._postal_rows(documents), self._make_cover(form))

    def _documents_posted(self):
        """What was handed to the post in the days of this volume.

        :raises AccessError: the current user does not see all of it
        """
        model, sent = self.env["vpdt.outgoing"], [("way", "=", "post"), *self._sent_in_period()]
        domain = Domain("register_id", "=", self.register_id.id) & Domain("recipient_ids", "any", sent)
        documents = model.search(domain)
        # how many there are, nothing of them
        if len(documents) != model.sudo().search_count(domain & Domain("spilled", "=", False)):
            raise AccessError(self._incomplete_message())
        return documents

    def _sent_in_period(self):
        first, after = (
            to_utc_naive(datetime.combine(day, time.min, VIETNAM))
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )
        return [("sent_at", ">=", first), ("sent_at", "<", after)]

    def _postal_rows(self, documents):
        """Rows of mẫu III in the order of its columns: what has been handed to the post."""
        lines = documents._by_post().filtered_domain(self._sent_in_period()).sorted("sent_at")
        for line in lines:
            yield (
                local_day(line.sent_at),
                line.outgoing_id.code,
                line._name_on_paper(),
                1,
                line.post_number or "",
                line.outgoing_id.note or "",
            )
