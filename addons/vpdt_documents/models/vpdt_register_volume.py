import heapq
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.vpdt_base.official_pdf import forms
from odoo.addons.vpdt_base.vietnam import VIETNAM, local_day, official_number, to_utc_naive, today

BATCH = 500
#: Direction of a register → the books that are kept beside it (Phụ lục IV: mẫu I, III, IV; VI, VIII).
BOOKS = {"incoming": ("register", "follow_up"), "outgoing": ("register", "postal", "kept"), "copy": ("register",)}


class VpdtRegisterVolume(models.Model):
    """A volume (quyển) of a register: the period that is printed, bound and signed for.

    Điểm b khoản 2 Điều 16, điểm b khoản 3 Điều 22 Nghị định 30/2020. Beside the register itself an agency keeps the
    books that belong to it, each in volumes of its own: the postal register and the register of the use of kept copies
    beside that of outgoing documents, the follow-up register beside that of incoming ones.
    """

    _name = "vpdt.register.volume"
    _description = "Register volume"
    _inherit = ["vpdt.isolation.mixin", "vpdt.move.mixin", "vpdt.history.mixin"]
    _order = "year DESC, number DESC"

    register_id = fields.Many2one("vpdt.register", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="register_id.company_id", store=True, index=True)
    direction = fields.Selection(related="register_id.direction")
    form = fields.Selection(
        [
            ("register", "Register"),
            ("follow_up", "Follow-up of incoming documents"),
            ("postal", "Documents sent by post"),
            ("kept", "Use of kept copies"),
        ],
        "Book",
        required=True,
        default="register",
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        default=lambda self: "open",
        required=True,
        readonly=True,
        index=True,
    )
    year = fields.Integer(required=True, default=lambda self: today().year)
    number = fields.Integer("Volume number", required=True, default=1)
    date_from = fields.Date(required=True, default=lambda self: today().replace(month=1, day=1))
    date_to = fields.Date(required=True, default=lambda self: today().replace(month=12, day=31))

    _person_writes = frozenset({"year", "number", "date_from", "date_to"})
    _volume_unique = models.UniqueIndex("(register_id, form, year, number)", "This volume is there already.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"register_id", "form"}

    @api.depends("register_id", "form", "year", "number")
    def _compute_display_name(self):
        books = dict(self._fields["form"]._description_selection(self.env))
        for volume in self:
            name = volume.register_id.name if volume.form == "register" else books.get(volume.form)
            volume.display_name = f"{name} {volume.year}/{volume.number:02d}"

    @api.constrains("form", "register_id")
    def _check_form(self):
        for volume in self:
            if volume.form not in BOOKS.get(volume.direction, ("register",)):
                raise ValidationError(self.env._("This book is not kept beside “%s”.", volume.register_id.name))

    @api.constrains("date_from", "date_to", "year")
    def _check_period(self):
        for volume in self:
            if volume.date_from > volume.date_to:
                raise ValidationError(self.env._("A volume ends on the day that it begins on, or later."))

    def _official_table_register(self, data):
        """One volume in the columns of its form (Phụ lục IV), with cover and first leaf, A4 landscape; PDF and XLSX.

        :return: `official_pdf.TableReport`
        """
        if len(self) != 1:
            raise UserError(self.env._("Print one volume at a time."))
        if self.form != "register":
            return getattr(self, f"_official_table_{self.form}")(data)
        documents = self._documents()
        self._check_complete(documents)
        form = self.register_id._numbered()._register_form
        return self._printed_table(form, lambda: self._rows_of(documents), self._cover(form, documents))

    def _check_complete(self, documents):
        """An official book is whole: nobody gets one in which the documents that he does not see are missing.

        :raises AccessError: the current user does not see all documents of this volume
        """
        model = documents.sudo()  # how many there are, nothing of them
        shown = Domain("spilled", "=", False) if "spilled" in model._fields else Domain.TRUE
        if len(documents) != model.search_count(self._domain_of_volume() & shown):
            raise AccessError(self._incomplete_message())

    def _incomplete_message(self):
        return self.env._(
            "“%s” would be printed without the documents that are not open to you. Ask the clerk or the leader "
            "of the agency for it.",
            self.display_name,
        )

    def _rows_of(self, documents):
        """The rows of the register in the order of its numbers, read in batches, so that memory does not grow with the
        volume; numbers that no document bears stand among them and say why."""
        rows = self._keyed_rows(documents, lambda batch: batch._register_rows(), kept=2)
        for _number, row in heapq.merge(rows, self._rows_without_document(), key=lambda pair: pair[0]):
            yield row

    def _rows_without_document(self):
        """``[(key, row)]`` of the numbers that were kept apart or made void, in order (`vpdt.register.number`)."""
        model = self.register_id._numbered()
        # a number and its reason are no document: who gets the book gets them
        domain = self._domain_of_numbers(open_ended=not self.closed_at and self._is_last())
        kept = self.sudo().env["vpdt.register.number"].search(domain)
        return [(number._key(), number._row_in_register(model)) for number in kept.sorted(lambda n: n._key())]

    def _domain_of_numbers(self, open_ended=False):
        """Which of the numbers that no document bears stand in this volume.

        :param open_ended: whether those count that were kept after its last document
        """
        bounds = [("number", ">=", self._first_number())]
        if not open_ended:
            bounds.append(("number", "<=", self.number_to if self.closed_at else self._last_number()))
        return [
            ("register_id", "=", self.register_id.id),
            ("year", "=", self.year),
            ("state", "!=", "used"),
            *bounds,
        ]

    def _rows_in_batches(self, documents, rows_of, kept):
        """The rows of `_keyed_rows` alone."""
        return (row for _key, row in self._keyed_rows(documents, rows_of, kept))

    def _keyed_rows(self, documents, rows_of, kept):
        """Rows of the documents, each with its key; of those that were taken down only the number: no gap in the book.

        :param rows_of: function of documents that gives their rows in order
        :param kept: how many columns, from the first one, a document that was taken down still has
        """
        whole = self.sudo()._documents()  # completeness was checked; of what is hidden the number alone
        for start in range(0, len(whole), BATCH):
            batch = whole.browse(whole.ids[start : start + BATCH])
            taken_down = self._taken_down(batch)
            for document, row in zip(batch, rows_of(batch), strict=True):
                if document in taken_down:
                    row = (*row[:kept], *[""] * (len(row) - kept - 1), self.env._("Taken down"))
                yield document._register_key(), row
            batch.invalidate_recordset()

    @api.model
    def _taken_down(self, documents):
        return documents.filtered("spilled") if "spilled" in documents._fields else documents.browse()

    def _documents(self):
        """Every document of the volume, in the order of its numbers."""
        model = self.register_id._numbered()
        return model.search(self._domain_of_volume(), order=model._register_order())

    def _domain_of_volume(self):
        """Once closed, a volume is a range of numbers; before that, what its days have brought after the one before."""
        model = self.register_id._numbered()
        number, day = model._register_number, model._register_day
        same = Domain([("register_id", "=", self.register_id.id), ("register_year", "=", self.year)])
        if self.state == "closed" and self.form == "register":
            return same & Domain([(number, ">=", self.number_from), (number, "<=", self.number_to)])
        domain = same & Domain([(day, ">=", self.date_from), (day, "<=", self.date_to)])
        return domain & Domain(number, ">=", self._first_number()) if self.form == "register" else domain

    def _first_number(self):
        """The first number of this volume: the one after the last of the volume that was closed before it (int)."""
        if self.state == "closed":
            return self.number_from
        before = self._volumes_before().filtered(lambda volume: volume.state == "closed")
        return max(before.mapped("number_to"), default=0) + 1

    def _last_number(self):
        """The highest number that a document of this open volume bears, or, when its year is over, that was given."""
        model, last = self.register_id._numbered(), 0
        # the number alone, of all documents
        found = model.sudo().search(self._domain_of_volume(), order=f"{model._register_number} DESC", limit=1)
        if found:
            last = found[model._register_number]
        if self.year < today().year and self._is_last():
            counter = self.register_id.sudo().counter_ids.filtered(lambda row: row.year == self.year)  # a number
            last = max(last, counter.last_number or 0)
        return last

    def _same_book(self):
        """Every volume of this book and year."""
        return self.search(
            [("register_id", "=", self.register_id.id), ("form", "=", self.form), ("year", "=", self.year)]
        )

    def _volumes_before(self):
        return self._same_book().filtered(lambda volume: volume.number < self.number)

    def _is_last(self):
        return not self._same_book().filtered(lambda volume: volume.number > self.number)

    def _cover(self, form, documents):
        field = documents._register_number
        first, last = self.number_from or documents[:1][field], self.number_to or documents[-1:][field]
        return self._make_cover(
            form,
            number_from=official_number(first) if first else None,
            number_to=official_number(last) if last else None,
        )

    def _make_cover(self, form, **values):
        """Cover and first leaf ("Bìa và trang đầu") of a form of Phụ lục IV, in the name that the agency had."""
        return form.make_cover(
            self.company_id._name_on(self.date_to),
            parent=self.company_id.parent_agency_name or "",
            year=self.year,
            date_from=self.date_from,
            date_to=self.date_to,
            volume=f"{self.number:02d}",
            copies=2,
            **values,
        )

    # The registers beside that of outgoing or incoming documents (mẫu III, IV, VIII) ----------------------------------

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

    def _kept_uses(self):
        domain = Domain([("company_id", "=", self.company_id.id)])
        period = Domain([("date", ">=", self.date_from), ("date", "<=", self.date_to)])
        return self.env["vpdt.kept.copy.use"].search(domain & period, order="date, id")

    def _official_table_kept(self, _data):
        """Sổ sử dụng bản lưu: PDF and spreadsheet.

        :return: `official_pdf.TableReport`
        """
        if len(self) != 1 or self.direction != "outgoing":
            raise UserError(self.env._("This register belongs to one volume of outgoing documents."))
        uses, form = self._kept_uses(), forms.RETAINED_COPY_REGISTER
        if len(uses) != len(self.sudo()._kept_uses()):  # how many there are, nothing of them
            raise AccessError(self._incomplete_message())
        return self._printed_table(form, lambda: uses._rows(), self._make_cover(form))

    def _official_table_follow_up(self, _data):
        """Sổ theo dõi giải quyết văn bản đến: PDF and spreadsheet.

        :return: `official_pdf.TableReport`
        """
        if len(self) != 1 or self.direction != "incoming":
            raise UserError(self.env._("The follow-up register belongs to one volume of incoming documents."))
        documents = self._documents()
        self._check_complete(documents)
        form = forms.FOLLOW_UP_REGISTER
        return self._printed_table(form, lambda: self._follow_up_of(documents), self._make_cover(form))

    def _follow_up_of(self, documents):
        yield from self._rows_in_batches(documents, lambda batch: batch._follow_up_rows(), kept=1)
