from odoo import fields, models

LEVELS = [("late", "Late"), ("today", "Today"), ("soon", "Due soon"), ("ahead", "In time")]


class VpdtDeadlineMixin(models.AbstractModel):
    """A deadline said as people say it: “2 working days left”, with a level that gives the colour.

    The model has a date field named by ``_deadline_field``, and says in ``_deadline_runs`` whether it still counts.
    """

    _name = "vpdt.deadline.mixin"
    _description = "Deadline in words"

    _deadline_field = "due_date"

    deadline_words = fields.Char("Time left", compute="_compute_deadline_words")
    deadline_level = fields.Selection(LEVELS, "Urgency of the deadline", compute="_compute_deadline_words")

    def _compute_deadline_words(self):
        Calendar = self.env["vpdt.day.exception"]
        for record in self:
            day = record[self._deadline_field] if record._deadline_runs() else False
            company = record.sudo().company_id  # whose working days count
            words, level = Calendar._say_deadline(day, company) if day else (False, False)
            record.deadline_words, record.deadline_level = words, level

    def _deadline_runs(self):
        """Hook: whether the work is still to be done, so that its deadline counts."""
        return True
