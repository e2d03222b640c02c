from contextlib import contextmanager

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.conversion import ConversionError, draw_page
from odoo.addons.vpdt_base.vietnam import today, vietnam_day, vietnam_time

from ..watermark import Mark, marked_pdf, marked_picture

PDF = "application/pdf"
#: Of one print; more are printed in parts, by the archive.
MOST_PAGES = 300
SHOWN_ROLES = ("main", "annex", "scan", "stamped")


class VpdtReading(models.Model):
    """What a granted request opens: the pages of the files of its dossiers, each with the mark of the reader."""

    _inherit = "vpdt.reading"

    def _may_read(self):
        """Whether the current user may open the pages now: the reader, or the archivist who reads with him."""
        self.ensure_one()
        people = self.user_id | self.create_uid if self.outsider_name else self.user_id
        open_now = self.state in ("granted", "lent") and self.date_until >= today()
        return bool(open_now and self.env.user in people)

    def _shelf(self):
        """What may be read: list of (dossier, title, vpdt.file), in superuser mode, in the order of the dossiers."""
        self.ensure_one()
        found = []
        dossiers = self._wanted_dossiers().filtered(lambda d: d.state in ("kept", "sent"))
        Item = self.env["vpdt.dossier.item"].sudo()  # what the right opens, whoever sees the documents otherwise
        items = Item.search([("dossier_id", "in", dossiers.ids)]).grouped("dossier_id")
        for dossier in dossiers:
            for item in items.get(dossier, Item):
                owner = item._owner().sudo()
                if not owner.filtered_domain(owner._shown_domain()):
                    continue  # hidden from all: a state secret was reported in it
                files = owner.file_ids.filtered(lambda f: f.role in SHOWN_ROLES)
                found += [(dossier, f"{item.code or ''} {item.title or ''}".strip(), file) for file in files]
            found += [(dossier, file.original_name or file.name, file) for file in dossier.file_ids]
        return [row for row in found if not row[2].destroyed_at]

    @api.depends("state", "date_until", "dossier_ids", "user_id")
    @api.depends_context("uid")
    def _compute_shelf(self):
        for reading in self:
            reading.shelf = reading._shelf_html() if reading.id and reading._may_read() else False

    def _shelf_html(self):
        row = Markup(
            '<li class="mb-2"><a href="/vpdt/reading/%(reading)s/%(file)s" target="_blank">%(title)s</a>'
            ' <span class="text-muted">%(name)s · %(pages)s</span></li>'
        )
        parts, last = [], None
        for dossier, title, file in self._shelf():
            if dossier != last:
                parts.append(Markup("<h4>%s</h4>") % dossier.display_name)
                last = dossier
            pages = self.env._("%s pages", self._pages_of(file) or "?")
            values = {"reading": self.id, "file": file.id, "title": title, "name": file.name, "pages": pages}
            parts.append(row % values)
        return Markup('<ul class="list-unstyled">%s</ul>') % Markup("").join(parts)

    def _file(self, file_id):
        """The file of this shelf with its title, in superuser mode.

        :return: (vpdt.dossier, title, vpdt.file)
        :raises AccessError: the right is not there (any more), or the file is not among what it opens
        """
        self.check_access("read")
        if self._may_read():
            for dossier, title, file in self._shelf():
                if file.id == file_id:
                    return dossier, title, file
        raise AccessError(self.env._("The reading room does not open this to you, or not any more."))

    def _pages_of(self, file):
        return file._shown()[1]

    @contextmanager
    def _drawable(self, file):
        """Path of the PDF whose pages are shown of a file (in superuser mode)."""
        file._check_offered()
        if file.mimetype == PDF:
            with file._local_path() as path:
                yield path
            return
        shown, _pages = file._shown()
        if shown != "rendition":
            raise UserError(self.env._("“%s” cannot be shown as pages; ask the archivist.", file.name))
        renditions = self.env["vpdt.file.rendition"]
        rendition = renditions._of(file.sha256, "preview") or renditions._of(file.sha256, "ocr")
        with file._path_of(rendition.attachment_id) as path:
            yield path

    def _mark(self, dossier):
        """The mark of the pages of a dossier (`watermark.Mark`)."""
        who, when = self.reader_name, vietnam_time(fields.Datetime.now())
        number = f"{self.number:02d}/{self.year}"
        return Mark(
            across=f"{who} · {vietnam_day(today())}",
            foot=f"{self.company_id.name} · {dossier.archive_code or dossier.code} · phiếu {number} · {who} · {when}",
        )

    def _marked_page(self, file_id, number):
        """Page ``number`` (from 1) of a file, with the mark: bytes of a JPEG, None when there is no such page."""
        dossier, title, file = self._file(file_id)
        with self._drawable(file) as path:
            picture = self._draw(path, number, file)
        if picture is None:
            return None
        self._note_use_of("viewed", dossier, title, file)
        return marked_picture(picture, self._mark(dossier))

    def _write_marked_pdf(self, file_id, stream):
        """Write the pages of a file, with the mark, as PDF to ``stream``.

        :return: name for saving (str)
        :raises UserError: prints were not granted, or there are too many pages
        """
        if not self.with_copies:
            raise UserError(self.env._("Prints were not granted with this request."))
        dossier, title, file = self._file(file_id)
        count = self._pages_of(file)
        if count > MOST_PAGES:
            raise UserError(self.env._("“%s” has too many pages for one print; ask the archivist.", file.name))
        with self._drawable(file) as path:
            pictures = (self._draw(path, number, file) for number in range(1, count + 1))
            marked_pdf(filter(None, pictures), self._mark(dossier), stream, title)
        self._note_use_of("printed", dossier, title, file)
        return f"{file.name.rpartition('.')[0] or file.name}-ban-doc.pdf"

    def _draw(self, path, number, file):
        try:
            return draw_page(path, number, file._secrets())
        except ConversionError as error:
            raise UserError(self.env._("This PDF cannot be shown: %s", error)) from error

    # The register of use ---------------------------------------------------------------------------------------------

    def _note_use(self, kind):
        """A row of the register for each dossier of these requests."""
        for reading in self:
            rows = [reading._prepare_use_vals(kind, dossier) for dossier in reading._wanted_dossiers()]
            self.env["vpdt.reading.use"].sudo().create(rows)  # written by the reading room only

    def _note_use_of(self, kind, dossier, title, file):
        """A row for a file, and one in the journal; one an hour for viewing, however many pages are turned."""
        Use = self.env["vpdt.reading.use"]
        if kind == "viewed" and Use._was_noted(self, file):
            return
        vals = {**self._prepare_use_vals(kind, dossier), "file_id": file.id, "title": title[:200]}
        Use.sudo().create(vals)  # written by the reading room only
        word = "view" if kind == "viewed" else "print"
        self.env["vpdt.journal.entry"]._record(word, file, {"sha256": file.sha256, "reading": self.display_name})

    def _prepare_use_vals(self, kind, dossier):
        return {
            "reading_id": self.id,
            "dossier_id": dossier.id,
            "file_id": False,
            "kind": kind,
            "at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "reader_name": self.reader_name,
            "title": dossier.display_name[:200],
        }
