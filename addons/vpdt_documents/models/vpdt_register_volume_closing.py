import base64
import hashlib
import io
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import Closing, Signature, TableReport
from odoo.addons.vpdt_base.text.file_types import look_into_pdf
from odoo.addons.vpdt_base.vietnam import local_day, official_number, today, vietnam_day

from ..volume_locks import lock_volumes
from .vpdt_outgoing import CLERK
from .vpdt_register_volume import BOOKS

#: How many numbers without a document are named in one message.
_NAMED = 10
#: States of what a register numbers in which it is finished with: what is in the book is signed.
_UNSIGNED = {"vpdt.outgoing": ("numbered",), "vpdt.copy": ("numbered",)}


class KeptReport(TableReport):
    """A table whose PDF was made before and is given out again, byte for byte."""

    kept = b""

    def write_pdf(self, stream):
        stream.write(self.kept)
        return 0


class VpdtRegisterVolume(models.Model):
    """A volume is closed (khóa sổ): checked, printed, its PDF kept, and from then on it changes no more.

    What is printed afterwards are the same bytes. Who prints it is noted each time (Nghị định 30/2020, điểm b khoản 2
    Điều 16: printed in full and bound).
    """

    _inherit = "vpdt.register.volume"

    number_from = fields.Integer("From number", readonly=True)
    number_to = fields.Integer("To number", readonly=True)
    closed_at = fields.Datetime("Closed on", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True)
    pages = fields.Integer(readonly=True, help="Of the PDF, with cover and first leaf.")
    entries = fields.Integer("Rows", readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True)
    taken_down_count = fields.Integer(readonly=True, help="Documents hidden for a state secret when it was closed.")
    printed_pdf = fields.Binary(attachment=True, readonly=True, groups=fields.NO_ACCESS)
    print_ids = fields.One2many("vpdt.register.print", "volume_id", "Printed", readonly=True)
    hindrances = fields.Text("Before it can be closed", compute="_compute_hindrances")
    gap_reason = fields.Text("Reason for the gaps", help="Why these numbers were never given to a document.")

    def init(self):
        """Freeze what stands in a closed volume."""
        result = super().init()
        lock_volumes(self.env.cr)
        return result

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("open",),
                "closed",
                self.env._("Close the volume"),
                "action_close",
                (CLERK,),
                "_check_closing",
                danger=True,
                confirmation=self.env._(
                    "The volume is printed, its PDF is kept, and nothing that it says changes any more. This cannot be "
                    "undone."
                ),
            ),
        )

    def _editable_fields(self):
        if self.state == "closed":
            return set()
        return super()._editable_fields() | {"gap_reason"}

    def write(self, vals):
        closed = self.filtered(lambda volume: volume.state == "closed")
        if closed and set(vals) - {"print_ids"}:
            raise UserError(self.env._("“%s” is closed and changes no more.", closed[0].display_name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open_only(self):
        if closed := self.filtered(lambda volume: volume.state == "closed"):
            raise UserError(self.env._("“%s” is closed and changes no more.", closed[0].display_name))

    # The check --------------------------------------------------------------------------------------------------------

    @api.depends("state", "date_to")
    @api.depends_context("uid")
    def _compute_hindrances(self):
        for volume in self:
            stored = volume._origin
            words = stored._closing_hindrances() if stored and stored.state == "open" else []
            volume.hindrances = "\n".join(words)

    def _step_hindrance(self, move):
        stored = self._origin  # nothing is closed before it is saved
        if move.action == "action_close" and stored and (hindrances := stored._closing_hindrances()):
            return hindrances[0]
        return super()._step_hindrance(move)

    def _check_closing(self):
        """:raises UserError: everything that hinders the closing"""
        if hindrances := self._closing_hindrances():
            raise UserError("\n".join(hindrances))

    def _closing_hindrances(self):
        """Why the volume cannot be closed now (list of str): what comes before it, gaps, kept numbers, unsigned."""
        words = []
        before = self._volumes_before().filtered(lambda volume: volume.state == "open")
        if before:
            words.append(self.env._("Close “%s” first.", before[-1:].display_name))
        if self.date_from > today():
            words.append(self.env._("It has not begun yet."))
        if self.date_from == today() and self.form != "register":
            words.append(
                self.env._("It begins today: what comes later today would stand in no volume. Close it tomorrow.")
            )
        special = getattr(self, f"_hindrances_{self.form}")
        return words + special()

    def _hindrances_register(self):
        words = []
        kept = (
            self.sudo()
            .env["vpdt.register.number"]
            .search(  # numbers and for whom they are kept, in the own agency
                Domain(self._domain_of_numbers()) & Domain("state", "in", ("held", "returned"))
            )
        )
        if kept:
            words.append(
                self.env._(
                    "Kept numbers that no document bears: %s. Use them, or make them void.",
                    _some(kept.sorted(lambda number: number._key()).mapped("number_text")),
                )
            )
        if gaps := self._gaps():
            words.append(
                self.env._(
                    "No document and no void number: %s. Write the reason and press “Make the gaps void”.",
                    _some([official_number(number) for number in gaps]),
                )
            )
        return words + self._hindrances_unsigned()

    def _hindrances_unsigned(self):
        model = self.register_id._numbered()
        states = _UNSIGNED.get(model._name)
        # codes of what the clerk has numbered
        waiting = model.sudo().search(self._domain_of_volume() & Domain("state", "in", states)) if states else model
        if not waiting:
            return []
        names = _some([document.code or document.display_name for document in waiting])
        return [self.env._("Numbered and not signed by the agency yet: %s.", names)]

    def _hindrances_follow_up(self):
        model = self.register_id._numbered()
        ended = ("finished", "refused", "void")
        # numbers of what is still being handled
        running = model.sudo().search(self._domain_of_volume() & Domain("state", "not in", ended), limit=_NAMED + 1)
        if not running:
            return []
        numbers = _some([official_number(number) for number in running.mapped("arrival_number")])
        return [self.env._("Still being handled: arrival numbers %s.", numbers)]

    def _hindrances_postal(self):
        return []

    def _hindrances_kept(self):
        out = self.sudo()._kept_uses().filtered(lambda use: not use.returned_on)  # in the own agency
        names = _some([f"{use.outgoing_id.code} ({use.person})" for use in out])
        return [self.env._("Kept copies that have not come back: %s.", names)] if out else []

    def _gaps(self):
        """Numbers of this volume that neither a document nor a kept or void number stands for (list of int)."""
        model = self.register_id._numbered()
        first, last = self._first_number(), self._last_number()
        number = model._register_number
        same = Domain([("register_id", "=", self.register_id.id), ("register_year", "=", self.year)])
        # the numbers alone, of all documents
        given = model.sudo().search(same & Domain([(number, ">=", first), (number, "<=", last)])).mapped(number)
        domain = [("register_id", "=", self.register_id.id), ("year", "=", self.year)]
        kept = self.sudo().env["vpdt.register.number"].search(domain).mapped("number")
        return sorted({*range(first, last + 1)} - {*given, *kept})

    def action_void_gaps(self):
        """Make the numbers that were never given to a document void, with the reason; again changes nothing.

        :raises UserError: without a reason
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_row()
        gaps = self._gaps() if self.state == "open" and self.form == "register" else []
        if not gaps:
            return False
        reason = (self.gap_reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why these numbers were never given to a document."))
        for number in gaps:
            self.env["vpdt.register.number"]._make_void(self.register_id, self.year, number, "", {"reason": reason})
        self._journal("correction", {"void": _some([official_number(number) for number in gaps]), "reason": reason})
        return True

    # Closing ----------------------------------------------------------------------------------------------------------

    def action_close(self):
        """Khóa sổ: check, print, keep; again changes nothing.

        :return: True when closed now, False when it had been before
        :raises UserError: what hinders it
        """
        self.ensure_one()
        self._lock_row()
        if self.state == "closed":
            return False
        self._check_move_roles(self._find_move("closed"))
        self._check_closing()
        self._by_system().write(self._prepare_closing_vals())
        content, entries = self._draw_closed()
        moved = self._move_to(
            "closed",
            {
                "entries": entries,
                "pages": look_into_pdf(content, "so.pdf").pages or 0,
                "sha256": hashlib.sha256(content).hexdigest(),
            },
        )
        return moved

    def _prepare_closing_vals(self):
        values = {"closed_at": fields.Datetime.now(), "closed_by_id": self.env.uid}
        if self.form == "register":
            values |= {"number_from": self._first_number(), "number_to": self._last_number()}
            model = self.register_id._numbered()
            if "spilled" in model._fields:
                spilled = self._domain_of_volume() & Domain("spilled", "=", True)
                values["taken_down_count"] = model.sudo().search_count(spilled)  # how many, nothing of them
            end = today()
        else:  # what comes later today goes into the next volume
            end = today() - timedelta(days=1)
        if self.date_to > end:
            values["date_to"] = end
        return values

    def _draw_closed(self):
        """Print the volume for good and keep the bytes: (bytes, number of rows)."""
        stream = io.BytesIO()
        report = self._official_table_register({})
        report.closing = self._closing_page()
        entries = report.write_pdf(stream)
        content = stream.getvalue()
        # kept by the closing only, and read by printing only
        self.sudo().printed_pdf = base64.b64encode(content)
        return content, entries

    def _closing_page(self):
        """The end of the book: what it holds, who made it, and where the head of the agency signs."""

        def lines(entries, pages):
            book = f"Quyển sổ này có {pages} trang (kể cả bìa và trang đầu), {entries} dòng"
            if self.form == "register" and self.number_to:
                book += f", từ số {official_number(self.number_from)} đến số {official_number(self.number_to)}"
            return [f"{book}.", f"Khóa sổ ngày {vietnam_day(local_day(self.closed_at))}."]

        note = "(Ký, ghi rõ họ tên)"
        clerk = self.closed_by_id.sudo()._vpdt_employee().name or self.closed_by_id.name
        left = Signature(["NGƯỜI LẬP SỔ"], name=clerk, note=note)
        return Closing(lines, left, Signature(["THỦ TRƯỞNG CƠ QUAN"], note="(Ký, ghi rõ họ tên, đóng dấu)"))

    def _printed_table(self, form, rows, cover):
        """The report of this volume: drawn while it is open, the kept bytes once it is closed.

        :param form: `official_pdf.forms.Form`
        :param rows: function that gives the rows
        :param cover: `official_pdf.Cover`
        :return: `official_pdf.TableReport`
        """
        report = form.report(rows, cover=cover)
        if self.state != "closed":
            return report
        kept = KeptReport(**{name: getattr(report, name) for name in report.__dataclass_fields__ if name[0] != "_"})
        kept.kept = self._kept_bytes()
        return kept

    def _kept_bytes(self):
        """:raises UserError: a document was taken down since, or the kept file is not what it was"""
        model = self.register_id._numbered()
        if self.form == "register" and "spilled" in model._fields:
            domain = self._domain_of_volume() & Domain("spilled", "=", True)
            if model.sudo().search_count(domain) != self.taken_down_count:  # how many, nothing of them
                raise UserError(
                    self.env._(
                        "A state secret was found in a document of “%s” after it was closed: the volume is not given "
                        "out any more.",
                        self.display_name,
                    )
                )
        content = self.sudo().with_context(bin_size=False).printed_pdf  # rights to the book were checked
        content = base64.b64decode(content or b"")
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise UserError(
                self.env._("The kept PDF of “%s” is not what was closed: have it restored.", self.display_name)
            )
        return content

    def _journal_printed(self, detail):
        """Hook of the reports: who has printed which volume, beside the journal."""
        self.env["vpdt.journal.entry"]._record("print", self, detail)
        spreadsheet = detail["report"].endswith("_xlsx")
        self.env["vpdt.register.print"].sudo().create(  # written by printing only
            [
                {
                    "volume_id": volume.id,
                    "user_id": self.env.uid,
                    "format": "xlsx" if spreadsheet else "pdf",
                    "closed": volume.state == "closed",
                    "sha256": volume.sha256 if not spreadsheet else False,
                }
                for volume in self
            ]
        )

    # Opening ----------------------------------------------------------------------------------------------------------

    def action_open_next(self):
        """Mở quyển tiếp theo: the next volume of the book, from today on, or of the year that is due; again gives it.

        :return: an action that opens it
        :raises UserError: this one is not closed
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "closed":
            raise UserError(self.env._("Close “%s” first.", self.display_name))
        following = self._same_book().filtered(lambda volume: volume.number > self.number)[-1:]
        if not following:
            following = self.create(self._prepare_next_vals())
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": following.id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip

    def _prepare_next_vals(self):
        start, end = self.date_to, date(self.year, 12, 31)
        if self.form != "register":
            start += timedelta(days=1)
        return {
            "register_id": self.register_id.id,
            "form": self.form,
            "year": self.year,
            "number": self.number + 1,
            "date_from": min(start, end),
            "date_to": end,
        }

    @api.model
    def _cron_open(self):
        """Open this year's first volume of each book of the registers in use; where it is there, nothing happens."""
        year = today().year
        there = {(v.register_id, v.form) for v in self.search([("year", "=", year)])}
        self.create(
            [
                {
                    "register_id": register.id,
                    "form": form,
                    "year": year,
                    "date_from": date(year, 1, 1),
                    "date_to": date(year, 12, 31),
                }
                for register in self.env["vpdt.register"].search([])
                for form in BOOKS.get(register.direction, ("register",))
                if (register, form) not in there
            ]
        )

    def action_documents(self):
        """Open the list of the documents that stand in this volume."""
        self.ensure_one()
        self.check_access("read")
        model = self.register_id._numbered()
        domain = [("id", "in", self._documents().ids)] if self.form in ("register", "follow_up") else []
        if self.form == "postal":
            domain = [("id", "in", self._documents_posted().ids)]
        if self.form == "kept":
            model, domain = self.env["vpdt.kept.copy.use"], [("id", "in", self._kept_uses().ids)]
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": model._name,
            "domain": domain,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
        }


def _some(words):
    """The first of them, divided by commas, and "…" for the rest."""
    return ", ".join(words[:_NAMED]) + (" …" if len(words) > _NAMED else "")
