import io

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.safe_eval import safe_eval, time

OFFICIAL = {"official-pdf": "pdf", "official-xlsx": "xlsx"}


class IrActionsReport(models.Model):
    """Report types of our own engine: Print menus, attachments and access rules work as for any Odoo report.

    A report named ``addon.word`` asks its model for one of these:

    - ``_official_table_word(data)``: a `official_pdf.TableReport`; it gives both PDF and XLSX;
    - ``_official_pdf_word(data)``: the bytes of a PDF, for what is no table.

    The spreadsheet beside a table is a report of type official-xlsx whose name ends in ``_xlsx``.
    """

    _inherit = "ir.actions.report"

    report_type = fields.Selection(
        selection_add=[("official-pdf", "Official PDF"), ("official-xlsx", "Official spreadsheet")],
        ondelete={"official-pdf": "cascade", "official-xlsx": "cascade"},
    )

    def _render_official_pdf(self, report_ref, res_ids=None, data=None):
        """Draw the report as PDF.

        :param report_ref: XML id, id or report_name
        :param res_ids: ids of the records to print; their access is checked as the user
        :return: (bytes, "pdf") as the other renderers of Odoo
        :raises UserError: nothing chosen to print
        :raises AccessError: a record, or the report itself, is not for this user
        """
        return self._render_official(report_ref, res_ids, data)

    def _render_official_xlsx(self, report_ref, res_ids=None, data=None):
        """Write the report as a spreadsheet; as :meth:`_render_official_pdf`, gives (bytes, "xlsx")."""
        return self._render_official(report_ref, res_ids, data)

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        # /report/pdf/…, /report/download and mail templates call this without looking at the type.
        report = self._get_report(report_ref)
        if report.report_type in OFFICIAL:
            return self._render_official(report, res_ids, data)
        return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _render_official(self, report_ref, res_ids, data):
        report = self._get_report(report_ref)
        ending = OFFICIAL[report.report_type]
        records = self.env[report.model].browse(res_ids or [])
        report._check_may_print(records)
        content = report._attached(records)
        if content is None:
            content = report._draw(records, data or {})
            report._attach(records, content)
        report._journal_print(records)
        return content, ending

    def _journal_print(self, records):
        """One row of the journal a record; what is printed by the thousand has a method of its own for it."""
        detail = {"report": self.report_name}
        if hasattr(records, "_journal_printed"):
            records._journal_printed(detail)
        else:
            records.env["vpdt.journal.entry"]._record("print", records, detail)

    def report_action(self, docids, data=None, config=True):
        # Our reports have no layout of Odoo's to be chosen first.
        return super().report_action(docids, data=data, config=config and self.report_type not in OFFICIAL)

    def _check_may_print(self, records):
        # Odoo hands out reports in superuser mode; the rights are those of whoever asks for these records.
        if not records:
            raise UserError(self.env._("Choose what to print first."))
        groups, env = self.group_ids, records.env
        if groups and not env.su and not groups & env.user.all_group_ids:
            raise AccessError(self.env._("The report “%s” is not for your role.", self.name))
        records.check_access("read")

    def _draw(self, records, data):
        records = records.with_context(lang="vi_VN")  # a paper is Vietnamese, whoever prints it
        word = self.report_name.rpartition(".")[2].removesuffix("_xlsx")
        table = getattr(records, f"_official_table_{word}", None)
        if table is None and self.report_type == "official-pdf":
            return getattr(records, f"_official_pdf_{word}")(data)
        if table is None:
            raise UserError(self.env._("The report “%s” is no table: it has no spreadsheet.", self.name))
        stream, report = io.BytesIO(), table(data)
        if self.report_type == "official-xlsx":
            report.write_xlsx(stream)
        else:
            report.write_pdf(stream)
        return stream.getvalue()

    # Attachments, as Odoo does for its own reports -----------------------------------------------------------------

    def _attachment_name(self, records):
        """The name under which a print of one record is kept, or an empty string."""
        if not self.attachment or len(records) != 1:
            return ""
        return safe_eval(self.attachment, {"object": records, "time": time}) or ""

    def _attached(self, records):
        """The print that was kept before, where the report says to use it again; else None."""
        if not self.attachment_use or not self._attachment_name(records):
            return None
        found = self.retrieve_attachment(records)
        return found.raw if found else None

    def _attach(self, records, content):
        name = self._attachment_name(records)
        if name:
            values = {"name": name, "raw": content, "res_model": self.model, "res_id": records.id, "type": "binary"}
            self.env["ir.attachment"].create(values)
