from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import PIL.Image
from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...conversion import OFFICE_EXTENSIONS, ConversionError, missing_fonts, read_text, to_pdf, to_searchable_pdf
from ...docx_marks import DocxError, Marks, clean_copy, find_marks
from ...text import pdf_info
from ...text.signatures import DOCX, JPEG, PDF, PNG, TIFF, TYPES
from ...vietnam import vietnam_time

# The pages of a document that is read again within this time are the same view.
VIEW_AGAIN = timedelta(hours=1)
PICTURES = {PNG: "png", JPEG: "jpg", TIFF: "tif"}

# Dots per inch (Nghị định 30/2020, Phụ lục I, Phần II, mục I).
LEAST_RESOLUTION = 200
A4_INCHES = 297 / 25.4

# A job that has not run by then was lost; a person may ask for it again.
LATE = timedelta(minutes=15)


class VpdtFileReading(models.Model):
    """What makes a file readable on screen and found by its content; a job, nothing of it touches the file."""

    _inherit = "vpdt.file"

    def _queue_reading(self, due=None):
        """Queue what the type of the file asks for; other types are left alone.

        :param due: naive UTC datetime, at once when None
        """
        self.ensure_one()
        if self._extension() in OFFICE_EXTENSIONS or self.mimetype in (PDF, *PICTURES):
            key = f"vpdt-reading-{self.id}"  # pressed twice, it runs once
            delayed = self.with_delay(eta=due, description="Preview and text of a file", priority=20, identity_key=key)
            delayed._prepare_reading()

    def _extension(self):
        """Extension of the content's type, without the full stop; "" for a type that is not known."""
        _label, extensions = TYPES.get(self.mimetype, ("", ()))
        return extensions[0][1:] if extensions else ""

    def _prepare_reading(self):
        """Make preview or searchable copy, and keep the text. A job; a second run makes nothing twice."""
        self.ensure_one()
        file = self.sudo()  # the work goes on when who uploaded it has lost access meanwhile
        if not file._is_offered():
            return "not offered"
        content, text = file._content(), None
        if file._extension() in OFFICE_EXTENSIONS:
            clean, marks = self._without_marks(content, file._extension())
            preview = file._rendition("preview", lambda: to_pdf(clean, file._extension(), file._secrets()))
            preview.missing_fonts = ", ".join(missing_fonts(content))
            if marks and not preview.marks:
                preview.marks = asdict(marks)
            content = file._bytes_of(preview)
        if file.mimetype in PICTURES or (content and (text := file._read(content)) and text.scanned):
            text = file._read_scan(content, text.resolution if text else _resolution_of_a4(content)) or text
        pages = text.pages if text else []
        self.env["vpdt.file.text"]._keep(file, pages)
        file._owner()._file_read(file, pages)
        file._queue_next_attempt()
        return f"{len(pages)} pages, {sum(map(len, pages))} letters"

    def _queue_next_attempt(self):
        """Where something is to be made again: when the last of it is due; a rendition is shared by many files."""
        made = self.env["vpdt.file.rendition"]._of_all([self.sha256])
        due = [rendition.due for rendition in made if rendition.state == "retrying"]
        if due:
            self._queue_reading(max(due))

    def _reading_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke: what should be there by now is said to have failed, and a person may try again."""
        Rendition = self.env["vpdt.file.rendition"]
        for file in self.sudo():  # see _prepare_reading
            made = Rendition._of_all([file.sha256])
            if not made.filtered(lambda r: r.state == "failed"):
                kind = "ocr" if file.mimetype in PICTURES else "text" if file.mimetype == PDF else "preview"
                Rendition._keep_failure(file.sha256, kind, ValueError(exc_message or exc_name))
            self.env[file.res_model].browse(file.res_id)._files_changed()

    def _read_scan(self, content, resolution):
        """The recognised text of a scan, None when there is none. A signed PDF is left alone.

        :param resolution: in dots per inch, kept to be said to people
        """
        if b"/ByteRange" in content:
            return None
        extension = PICTURES.get(self.mimetype, "pdf")
        copy = self._rendition("ocr", lambda: to_searchable_pdf(content, extension, self._secrets()))
        copy.resolution = resolution
        content = self._bytes_of(copy)
        return self._read(content) if content else None

    def _read(self, content):
        """The text of a PDF, None when it cannot be read, or not now."""
        Rendition = self.env["vpdt.file.rendition"]
        known = Rendition._of(self.sha256, "text")
        if known.state != "done" and known._is_held():
            return None
        try:
            text = read_text(content, self._secrets())
        except ConversionError as error:
            Rendition._keep_failure(self.sha256, "text", error)
            return None
        known.filtered(lambda r: r.state != "done")._settle()
        return text

    def _rendition(self, kind, make):
        """The rendition of these bytes, made now when there is none; a failure is kept, too."""
        Rendition = self.env["vpdt.file.rendition"]
        known = Rendition._of(self.sha256, kind)
        if known._is_held():
            return known
        try:
            content = make()
            return Rendition._keep(self.sha256, kind, content, pdf_info(content).pages or 0)
        except (ConversionError, ValueError) as error:
            return Rendition._keep_failure(self.sha256, kind, error)

    @api.model
    def _bytes_of(self, rendition):
        if rendition.state != "done":
            return b""
        with self._path_of(rendition.attachment_id) as path:
            return Path(path).read_bytes()

    @api.model
    def _secrets(self):
        """What programs opening strangers' files must not see: the filestore, sessions and keys, the configuration, and
        the socket of the database with what lies beside it."""
        hidden = [tools.config["data_dir"], tools.config["config"]]
        if (socket := Path(tools.config["db_host"] or "")).is_absolute():
            hidden += [socket, *(folder for folder in [socket.parent] if len(folder.parts) > 2)]
        return tuple(str(path) for path in hidden if path)

    def _shown(self, made=None):
        """What the reading pane shows of this file: (state, pages).

        ``own`` the PDF itself · ``rendition`` its preview or searchable copy · ``waiting`` being made · ``retrying``
        tried again later · ``failed`` could not be made · ``none`` nothing is made of this type

        :param made: renditions of this and perhaps other files; asked for when None
        """
        self.ensure_one()
        if self.mimetype == PDF:
            return "own", self.pages
        kind = "ocr" if self.mimetype in PICTURES else "preview"
        if kind == "preview" and self._extension() not in OFFICE_EXTENSIONS:
            return "none", 0
        made = self.env["vpdt.file.rendition"]._of_all([self.sha256]) if made is None else made
        rendition = made.filtered(lambda r: (r.sha256, r.kind) == (self.sha256, kind))
        if not rendition or (rendition.state == "retrying" and not rendition.attempts):
            return "waiting", 0
        return ("rendition", rendition.pages) if rendition.state == "done" else (rendition.state, 0)

    def _copy_for_search(self):
        """The searchable copy of this scan, possibly empty."""
        return self.env["vpdt.file.rendition"]._of(self.sha256, "ocr").filtered(lambda r: r.state == "done")

    def _tabs(self):
        """The tabs of the reading pane, see `file_tabs` of the owner."""
        made = self.env["vpdt.file.rendition"]._of_all(self.mapped("sha256"))
        tabs = [file._tab(made.filtered(lambda r, file=file: r.sha256 == file.sha256)) for file in self]
        several = Counter(tab["role"] for tab in tabs)
        numbers = Counter()
        for tab in tabs:  # “Annex” four times tells nobody which is which
            numbers[tab["role"]] += 1
            if several[tab["role"]] > 1:
                tab["label"] = f"{tab['label']} {numbers[tab['role']]}"
        return tabs

    def _tab(self, made):
        shown, pages = self._shown(made)
        roles = dict(self._fields["role"]._description_selection(self.env))
        verdicts = dict(self._fields["verdict"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "original_name": self.original_name,
            "role": self.role,
            "label": roles[self.role],
            "mimetype": self.mimetype,
            "pages": pages,
            "size": self.size,
            "verdict": self.verdict,
            "verdict_label": verdicts.get(self.verdict, ""),
            "level_state": self.level_state,
            "level_label": dict(self._fields["level_state"]._description_selection(self.env)).get(self.level_state, ""),
            "scan_state": self.scan_state,
            "hindrance": self._scan_words(),
            "shown": shown,
            "warning": self._signature_warning(),
            "trouble": self._reading_trouble(made),
            "note": self._reading_note(made),
            "has_copy": bool(made.filtered(lambda r: r.kind == "ocr" and r.state == "done")),
        }

    def _journal_view(self):
        """A row for reading this file on screen; one an hour and person, for a document has many pages."""
        self.ensure_one()
        if self._was_viewed(self.env.cr):
            return
        # The browser asks for several pages at once. The lock lets the second wait for the first; its row is seen by
        # another transaction only, as this one has begun before it.
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [self.id, self.env.uid])
        with self.env.registry.cursor() as cr:
            if self._was_viewed(cr):
                return
        self.env["vpdt.journal.entry"]._record("view", self, {"sha256": self.sha256})

    def _was_viewed(self, cr):
        """Whether there is a row for reading this file within VIEW_AGAIN, as the transaction of ``cr`` sees it."""
        cr.execute(
            """
            SELECT 1 FROM vpdt_journal_entry
             WHERE res_model = %s AND res_id = %s AND user_id = %s AND kind = 'view' AND at > %s LIMIT 1
            """,
            [self._name, self.id, self.env.uid, fields.Datetime.now() - VIEW_AGAIN],
        )
        return bool(cr.fetchone())

    # What could not be made, and another attempt ---------------------------------------------------------------------

    def retry_reading(self):
        """Make preview, searchable copy and text of this file anew, as far as they failed; for whoever may read it.

        :return: True
        :raises UserError: the file waits for its virus check, or nothing has failed
        """
        self.ensure_one()
        self.check_access("read")
        self._check_offered()
        made = self.env["vpdt.file.rendition"]._of_all([self.sha256])
        failed = made.filtered(lambda r: r.state == "failed")
        if not failed and not self._is_late(made):
            raise UserError(self.env._("Nothing is to be tried again for “%s”.", self.name))
        failed._work_to("state", "retrying", {"attempts": 0, "due": fields.Datetime.now()})
        # Files of others with the same bytes wait for the same preview, and for its text.
        for file in self.sudo().search([("sha256", "=", self.sha256)]):
            file._queue_reading()
        return True

    def _is_late(self, made):
        """Whether nothing was heard of the first attempt for too long."""
        since = max(filter(None, (self.create_date, self.scanned_at)))
        return self._shown(made)[0] == "waiting" and not made and since < fields.Datetime.now() - LATE

    def _reading_trouble(self, made):
        """What is said above the pages, and whether one may try again; None when all is well or still on its way.

        :param made: the renditions of this file
        :return: ``{"words": str, "retry": bool}`` or None
        """
        self.ensure_one()
        if self._is_late(made):
            return {"words": self.env._("The preview of “%s” should be there by now.", self.name), "retry": True}
        for kind in ("preview", "ocr", "text"):
            rendition = made.filtered(lambda r, kind=kind: r.kind == kind)
            asked_anew = rendition.state == "retrying" and not rendition.attempts
            if rendition and rendition.state != "done" and not asked_anew:
                return {"words": self._words_of_failure(rendition), "retry": rendition.state == "failed"}
        return self._words_of_marks(made)

    def _reading_note(self, made):
        """What is said above pages that are there all the same; "" when there is nothing to say.

        :param made: the renditions of this file
        """
        self.ensure_one()
        scan = made.filtered(lambda r: r.kind == "ocr" and 0 < r.resolution < LEAST_RESOLUTION)
        if scan:
            return self.env._(
                "Scanned at %(found)s dpi; a digitised document has %(least)s dpi or more. Scan it again if it is to "
                "be kept instead of the paper.",
                found=scan.resolution,
                least=LEAST_RESOLUTION,
            )
        preview = made.filtered(lambda r: r.kind == "preview" and r.state == "done" and r.missing_fonts)
        if not preview:
            return ""
        return self.env._(
            "The server does not have the font %s and shows another one: lines and pages may break elsewhere. "
            "Times New Roman, Arial and Calibri are shown as they are.",
            preview.missing_fonts,
        )

    def _words_of_failure(self, rendition):
        what = {
            "preview": self.env._("The preview of “%s” could not be made.", self.name),
            "ocr": self.env._("The writing in the scan “%s” could not be read.", self.name),
            "text": self.env._(
                "The text of “%s” could not be read: searching does not find it by its words.", self.name
            ),
        }[rendition.kind]
        why = {
            "missing": self.env._("The program for this is not installed on the server: tell the administrator."),
            "no_wall": self.env._(
                "This server cannot shut the program in, so no file is opened with it: tell the administrator."
            ),
            "timeout": self.env._("It took too long; the server may be busy."),
            "crashed": self.env._("The program for this broke off."),
        }.get(
            rendition.error_code,
            self.env._("The file may be damaged: download it and look at it in its own program."),
        )
        words = [what, why]
        if rendition.state == "retrying":
            words.append(self.env._("It is tried again by itself (%s).", vietnam_time(rendition.due)))
        return " ".join(words)

    # What a .docx carries besides its text ---------------------------------------------------------------------------

    def _marks(self):
        """What this file carries besides its text.

        :return: `docx_marks.Marks`, empty for all that is no .docx
        :raises DocxError: a .docx that cannot be looked into
        """
        self.ensure_one()
        return find_marks(self._content()) if self.mimetype == DOCX else Marks()

    @api.model
    def _without_marks(self, content, extension):
        """What a PDF for reading is made of.

        :param content: bytes of an office file
        :return: (bytes, `docx_marks.Marks` that were left out)
        """
        try:
            marks = find_marks(content) if extension == "docx" else Marks()
            return (clean_copy(content), marks) if marks else (content, marks)
        except DocxError:
            return content, Marks()

    @api.model
    def _marks_in_words(self, marks):
        """“1 deletion, 2 insertions, 1 comment” in the language of the user.

        :param marks: `docx_marks.Marks`
        """
        counted = [
            (marks.deletions, self.env._("%s deleted", marks.deletions)),
            (marks.insertions, self.env._("%s inserted", marks.insertions)),
            (marks.moves, self.env._("%s moved", marks.moves)),
            (marks.formats, self.env._("%s with changed formatting", marks.formats)),
            (marks.comments, self.env._("%s comments", marks.comments)),
            (
                len(marks.fields),
                self.env._(
                    "%(count)s fields that change by themselves (%(names)s)",
                    count=len(marks.fields),
                    names=", ".join(dict.fromkeys(marks.fields)),
                ),
            ),
        ]
        return ", ".join(words for count, words in counted if count)

    def _words_of_marks(self, made):
        """What was left out of the preview, as :meth:`_reading_trouble` says it; None when nothing was."""
        marks = made.filtered(lambda rendition: rendition.kind == "preview").marks
        if not marks:
            return None
        words = self._marks_in_words(Marks(**{**marks, "fields": tuple(marks["fields"])}))
        return {
            "words": self.env._(
                "“%(name)s” carries %(what)s. The pages shown have all changes accepted, without comments; the file "
                "itself is as it came.",
                name=self.name,
                what=words,
            ),
            "retry": False,
        }


def _resolution_of_a4(content):
    """Dots per inch of a picture (bytes), as if it showed a whole sheet: a telephone does not know how far it was."""
    try:
        with PIL.Image.open(BytesIO(content)) as picture:  # its head alone
            return round(max(picture.size) / A4_INCHES)
    except (OSError, ValueError, PIL.Image.DecompressionBombError):
        return 0  # the recogniser says what is wrong with it
