import os
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.models.file.vpdt_file import UPLOAD_FOLDER
from odoo.addons.vpdt_base.vietnam import to_vietnam

from ..packages import Agency, Document, Dossier, File, Settings, verify, write_package
from ..packages.model import Event
from ..packages.names import TYPE_CODES, retention_code


class VpdtPackage(models.Model):
    """What goes into a package: the data of the dossier and its documents, and the bytes of their files."""

    _inherit = "vpdt.package"

    def _write_and_keep(self):
        path = self._path()
        with ExitStack() as stack:
            dossier = self._dossier(stack)
            identifier = write_package(path, dossier, self.kind, self._settings())
        report = verify(path)
        if not report.ok:
            os.unlink(path)
            raise UserError("\n".join(map(str, report.problems[:20])))
        attachment, sha256, size = self.env["vpdt.file"]._keep_bytes(f"{identifier.replace(':', '_')}.zip", str(path))
        attachment.write({"res_model": self._name, "res_id": self.id})
        os.unlink(path)
        self._work_to(
            "state",
            "done",
            {
                "identifier": identifier,
                "attachment_id": attachment.id,
                "sha256": sha256,
                "size": size,
                "file_total": report.files,
                "document_total": report.documents,
                "made_at": fields.Datetime.now(),
                "message": False,
            },
        )
        self.env["vpdt.journal.entry"]._record("file", self.dossier_id, {"package": identifier, "sha256": sha256})

    def _path(self):
        """Where it is written; an interrupted job finds there what it has done."""
        folder = Path(self.env["ir.attachment"]._filestore(), UPLOAD_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"package-{self.uuid}.zip"

    def _settings(self):
        company = self.company_id
        return Settings(mets_type=company.package_mets_type or "Mixed", objid=company.package_objid or "uuid")

    def _dossier(self, stack):
        """The dossier as the domain package wants it.

        :param stack: ExitStack, which holds the files readable
        """
        dossier, fonds = self.dossier_id, self.env["vpdt.fonds"]._of(self.company_id)
        organization = self.company_id.organization_id
        documents = [self._document(item, number, stack) for number, item in enumerate(dossier.item_ids, 1)]
        documents += [
            self._own_file(file, len(documents) + number, stack) for number, file in enumerate(dossier.file_ids, 1)
        ]
        years = dossier.retention_years if dossier.retention_term == "years" else None
        return Dossier(
            uuid=self.uuid,
            code=dossier.code,
            title=dossier.title,
            year=dossier.year,
            maintenance=retention_code(years) if dossier.retention_term != "event" else "07",
            creator=Agency(self.company_id.name, organization.identifier or ""),
            archive=Agency(fonds.archive_name or self.company_id.name, fonds.archive_code or ""),
            fonds_code=fonds.code or "",
            fonds_name=fonds.name or "",
            archive_code=dossier.archive_code or "",
            mode=dossier.access_mode,
            language=dossier.language,
            start=dossier.date_start,
            end=dossier.date_end or None,
            keywords=dossier.keywords or "",
            pages=sum(document.pages for document in documents),
            sheets=dossier.sheet_total,
            description=dossier.description or "",
            paper_code=dossier.paper_code or "",
            documents=documents,
            events=self._events(),
        )

    def _document(self, item, number, stack):
        document, data = item._owner(), item.kept_data or item._data_now()
        files = document.file_ids.sorted(lambda f: (f.role != "main", f.sequence, f.id))
        return Document(
            uid=f"{item.res_model}-{item.res_id}",
            subject=document.subject,
            type_code=TYPE_CODES.get(document.type_id.name, "32"),
            type_name=document.type_id.name or "",
            number=document.number or "",
            notation=document.notation or "",
            issued=date.fromisoformat(data["date"]) if data.get("date") else None,
            organ_name=data.get("author") or "",
            signer=document.signer_name or "",
            pages=data.get("pages") or 0,
            ordinal=number,
            archive_code=item.archive_code or "",
            description=item.note or "",
            files=[self._file(file, stack) for file in files],
        )

    def _own_file(self, file, number, stack):
        """A picture, recording or paper of the dossier itself."""
        return Document(
            uid=f"vpdt.file-{file.id}",
            subject=file.original_name or file.name,
            pages=file.pages,
            ordinal=number,
            organ_name=self.company_id.name,
            files=[self._file(file, stack)],
        )

    def _file(self, file, stack):
        file._check_offered()
        return File(
            name=file.name,
            source=stack.enter_context(file._local_path()),
            sha256=file.sha256,
            size=file.size,
            mimetype=file.mimetype,
            role=file.role,
            pages=file.pages,
            created=to_vietnam(file.create_date),
            verdict=file.verdict or "",
        )

    def _events(self):
        dossier = self.dossier_id
        transfer = self.env["vpdt.transfer.line"].search(
            [("dossier_id", "=", dossier.id), ("verdict", "=", "accepted")]
        )
        told = [("closing", dossier.closed_at, dossier.holder_id.name)]
        told += [("accession", found.accepted_at, found.archivist_id.name) for found in transfer.transfer_id]
        return [Event(kind, to_vietnam(at).replace(microsecond=0), agent=who or "") for kind, at, who in told if at]
