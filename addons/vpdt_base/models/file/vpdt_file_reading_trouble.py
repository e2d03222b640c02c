from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ...deadlines.moments import vietnam_time

# A job that has not run by then was lost; a person may ask for it again.
LATE = timedelta(minutes=15)


class VpdtFileReadingTrouble(models.Model):
    """What could not be made of a file for reading, in words on its screen, and another attempt."""

    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

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
        failed.write({"state": "retrying", "attempts": 0, "due": fields.Datetime.now()})
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
        return None

    def _reading_note(self, made):
        """What is said above pages that are there all the same; "" when there is nothing to say.

        :param made: the renditions of this file
        """
        self.ensure_one()
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
