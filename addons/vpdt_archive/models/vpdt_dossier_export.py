import io
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.conversion import ConversionError
from odoo.addons.vpdt_base.official_pdf import heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import local_day

from ..export import Part, bind, write_xml

PDF = "application/pdf"


class VpdtDossier(models.Model):
    """A whole dossier as one PDF in the order of time, with bookmarks, and as XML (Phụ lục VI, P6-4)."""

    _inherit = "vpdt.dossier"

    def action_export_pdf(self):
        """Save the whole dossier as one PDF."""
        return self._export_action("pdf")

    def action_export_xml(self):
        """Save the data of the dossier and its documents as XML."""
        return self._export_action("xml")

    def _export_action(self, kind):
        self.ensure_one()
        self._exported_items()
        return {"type": "ir.actions.act_url", "url": f"/vpdt/dossier/{self.id}/{kind}", "target": "download"}

    def _exported_items(self):
        """The documents in the order of time (khoản 3 Điều 29); all of them, or nothing.

        :raises UserError: it was destroyed, or the current user may not see all of its documents
        """
        self.check_access("read")
        if self.state == "destroyed":
            raise UserError(self.env._("“%s” was destroyed: its content is gone.", self.display_name))
        Item, own = self.env["vpdt.dossier.item"], [("dossier_id", "=", self.id)]
        items, there = Item.search(own), Item.sudo().search_count(own)  # how many there are, to say what is missing
        if len(items) < there:
            raise UserError(
                self.env._("You may not see %s of its documents: a part is no whole dossier.", there - len(items))
            )
        return items.sorted(lambda item: (item.date or date.max, item.sequence, item.id))

    # PDF -------------------------------------------------------------------------------------------------------------

    def _bound(self):
        """The whole dossier as PDF: an open binary file.

        :raises UserError: a file of it cannot be opened
        """
        with tempfile.TemporaryDirectory(prefix="vpdt-bind-") as own, ExitStack() as stack:
            parts = [self._contents_part(own)]
            for item in self._exported_items():
                title = " ".join(filter(None, (item.code, item.title)))
                parts += self._parts_of(item._owner().file_ids, title, own, stack)
            for file in self.file_ids:
                parts += self._parts_of(file, file.original_name or file.name, own, stack)
            with tempfile.TemporaryDirectory(prefix="vpdt-bound-") as folder:
                try:
                    return bind(parts, folder, self.env["vpdt.file"]._secrets())
                except ConversionError as error:
                    raise UserError(self.env._("A file of the dossier cannot be opened: %s", error)) from error

    def _contents_part(self, folder):
        """The list of documents comes first (form IV)."""
        path = Path(folder, "contents.pdf")
        report = self._official_table_dossier_contents({})
        with open(path, "wb") as stream:
            report.write_pdf(stream)
        return Part(str(path), "Mục lục văn bản, tài liệu")

    def _parts_of(self, files, title, folder, stack):
        """The main document first, then its annexes; a page that says so for what has no pages."""
        shown = files.filtered(lambda f: f.role in ("main", "annex", "scan") and not f.destroyed_at)
        shown = shown.sorted(lambda f: (f.role != "main", f.sequence, f.id))
        parts = []
        for number, file in enumerate(shown):
            path = self._pdf_of(file, stack) or self._page_instead(file, folder)
            parts.append(Part(path, title if not number else file.name, 1 if number else 0))
        return parts

    def _pdf_of(self, file, stack):
        """Path of a file as PDF: itself or its rendition; None when there is none."""
        file._check_offered()
        if file.mimetype == PDF:
            return stack.enter_context(file._local_path())
        if file._shown()[0] != "rendition":
            return None
        renditions = self.env["vpdt.file.rendition"]
        rendition = renditions._of(file.sha256, "preview") or renditions._of(file.sha256, "ocr")
        return stack.enter_context(file._path_of(rendition.attachment_id))

    def _page_instead(self, file, folder):
        path = Path(folder, f"instead-{file.id}.pdf")
        stream = io.BytesIO()
        OfficialReport(
            heading.OfficialHeading(agency=self.company_id.name, type_name="Tệp kèm theo", show_number=False,
                                    show_date=False),
            paragraphs=[
                f"Tệp: {file.original_name or file.name} ({file.type_label}, {file.size_label}).",
                "Tệp này không có trang để xem; tệp được lưu nguyên vẹn trong hệ thống.",
                f"SHA-256: {file.sha256}",
            ],
        ).write_pdf(stream)  # fmt: skip
        path.write_bytes(stream.getvalue())
        return str(path)

    # XML -------------------------------------------------------------------------------------------------------------

    def _write_xml(self, stream):
        """Write the data of the dossier and its documents to a binary ``stream``."""
        items = self._exported_items()
        documents = [self._document_xml(item, number) for number, item in enumerate(items, 1)]
        first = len(documents) + 1
        documents += [("other", self._other_xml(file, number)) for number, file in enumerate(self.file_ids, first)]
        write_xml(self._dossier_xml(), documents, stream)

    def _file_code(self):
        organization = self.company_id.sudo().organization_id  # the identifier of the own agency
        organ = organization.identifier or organization.identifier_legacy
        return {"OrganId": organ, "FileCatalog": self.year, "FileNotation": self.notation}

    def _dossier_xml(self):
        return {
            "FileCode": self._file_code(),
            "Title": self.title,
            "Maintenance": self.retention_label,
            "Rights": self._word("access_mode"),
            "Creator": self.holder_id.name,
            "Language": self._word("language"),
            "StartDate": self.date_start,
            "EndDate": self.date_end,
            "DocTotal": self.doc_total,
            "PageTotal": self.page_total,
            "Description": self.description,
        }

    def _word(self, name):
        return dict(self._fields[name]._description_selection(self.env)).get(self[name])

    def _document_xml(self, item, number):
        """(kind, fields) of one document."""
        document, kind = item._owner(), item.res_model.rpartition(".")[2]
        files = document.file_ids.filtered(lambda f: f.role != "evidence")
        fields = {
            "FileCode": self._file_code(),
            "DocOrdinal": number,
            "TypeName": document.type_id.name,
            "CodeNumber": document.number,
            "CodeNotation": document.notation,
            "IssuedDate": item.date,
            "OrganName": item.author,
            "Subject": document.subject,
            "Language": self._word("language"),
            "PageAmount": item.pages,
            "Description": item.note,
            "SignerInfo": {"Position": document.signer_title, "FullName": document.signer_name},
            "Priority": document.priority,
            **document._data_of_kind_for_xml(),
            "Attachment": [self._file_xml(file) for file in files],
        }
        return kind, fields

    def _other_xml(self, file, number):
        return {
            "FileCode": self._file_code(), "DocOrdinal": number, "Subject": file.original_name or file.name,
            "PageAmount": file.pages, "Attachment": [self._file_xml(file)],
        }  # fmt: skip

    def _file_xml(self, file):
        return {"Name": file.name, "Sha256": file.sha256, "Size": file.size, "MimeType": file.mimetype}

    def _journal_exported(self, kind):
        self.env["vpdt.journal.entry"]._record("download", self, {"export": kind})

    def _export_name(self, kind):
        safe = "".join(c if c.isalnum() and c.isascii() else "-" for c in self.code or str(self.id))
        return f"{safe}.{kind}"


class VpdtOutgoing(models.Model):
    _inherit = "vpdt.outgoing"

    def _data_of_kind_for_xml(self):
        """The fields that only *Văn bản đi* has (dict)."""
        recipients = [
            {"OrganId": line.identifier, "OrganName": line.issued_name or line.display_name}
            for line in self.recipient_ids
        ]
        return {"To": recipients, "IssuedAmount": self.copies, "DueDate": self.due_date}


class VpdtIncoming(models.Model):
    _inherit = "vpdt.incoming"

    def _data_of_kind_for_xml(self):
        """The fields that only *Văn bản đến* has (dict)."""
        people = self.assignment_ids.user_id.mapped("name")
        traces = [self.direction, *self.assignment_ids.mapped("display_name"), self.answer]
        return {
            "ArrivalDate": self.arrival_day or local_day(self.arrived_at),
            "ArrivalNumber": self.arrival_number,
            "ToPlaces": "; ".join(people),
            "TraceHeaderList": "\n".join(trace for trace in traces if trace),
            "DueDate": self.due_date or self.answer_by,
        }
