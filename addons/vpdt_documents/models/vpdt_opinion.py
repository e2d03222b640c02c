from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.official_pdf import Column
from odoo.addons.vpdt_base.official_pdf.forms import Form
from odoo.addons.vpdt_base.vietnam import local_day

ANSWER = frozenset({"verdict", "text"})
#: States of a draft in which opinions are asked for and given.
ASKING = ("draft", "review")

SUMMARY = Form(
    key="opinions",
    title="BẢNG TỔNG HỢP Ý KIẾN",
    source="Mẫu của hệ thống",
    columns=(
        Column("Người được hỏi", 45),
        Column("Đơn vị", 45),
        Column("Ngày trả lời", 25, "centre"),
        Column("Ý kiến", 30, "centre"),
        Column("Nội dung", 105),
    ),
    empty_text="Chưa lấy ý kiến.",
)


class VpdtOpinion(models.Model):
    """One opinion asked for on a draft (lấy ý kiến): agreed, not agreed, or another opinion, in words."""

    _name = "vpdt.opinion"
    _description = "Opinion on a draft"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "id"
    _rec_name = "user_id"
    _check_company_auto = True

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Asked of",
        required=True,
        index=True,
        check_company=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )
    deadline = fields.Date("Answer by")
    verdict = fields.Selection(
        [("agree", "Agreed"), ("disagree", "Not agreed"), ("other", "Another opinion")], "Opinion"
    )
    text = fields.Text("In words")
    answered_at = fields.Datetime("Answered on", readonly=True)

    _user_unique = models.Constraint("UNIQUE (outgoing_id, user_id)", "This person is asked already.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"outgoing_id", "user_id", "deadline"}

    def _editable_fields(self):
        """The author extends the time; the answer is of the person who is asked, until the asking is closed."""
        names = super()._editable_fields()
        if not self._is_open():
            return names
        if self.env.user == self.user_id:
            names |= ANSWER
        return names | {"deadline"} if self.env.user == self.outgoing_id.drafter_id else names

    def _is_open(self):
        document = self.sudo().outgoing_id  # state of the draft
        return document.state in ASKING and not document.opinions_closed_at

    @api.model_create_multi
    def create(self, vals_list):
        opinions = super().create(vals_list)
        for opinion in opinions:
            document = opinion.outgoing_id
            if not by_system(self.env):
                document.check_access("write")
                if self.env.user != document.drafter_id:
                    raise AccessError(self.env._("Opinions are asked for by the author of the draft."))
            if not opinion._is_open():
                raise UserError(self.env._("Opinions on “%s” are not asked for any more.", document.display_name))
            document._add_participants(opinion.user_id, "Opinion")
            opinion._remind()
        return opinions

    def _remind(self):
        document = self.outgoing_id
        document._remind_people(
            self.user_id - self.env.user,
            self.env._("Give your opinion on this draft"),
            event="work",
            date_deadline=self.deadline or fields.Date.context_today(self),
        )

    def write(self, vals):
        answered = ANSWER & vals.keys() and not by_system(self.env)
        result = super().write(vals)
        for opinion in self if answered else self.browse():
            opinion._by_system().write({"answered_at": opinion.verdict and fields.Datetime.now()})
            opinion.outgoing_id._journal("entry", {"changed": {"opinion_ids": [None, opinion._in_words()]}})
            opinion.outgoing_id._tell_screens()
        return result

    def _in_words(self):
        labels = dict(self._fields["verdict"]._description_selection(self.env))
        return f"{self.user_id.name}: {labels.get(self.verdict, '')} {self.text or ''}".strip()

    @api.ondelete(at_uninstall=False)
    def _unlink_unanswered(self):
        for opinion in self:
            if opinion.answered_at or not (by_system(self.env) or self.env.user == opinion.outgoing_id.drafter_id):
                raise UserError(self.env._("What %s has answered stays.", opinion.user_id.name))


class VpdtOutgoing(models.Model):
    """Opinions on a draft: asked for, counted, closed, printed."""

    _inherit = "vpdt.outgoing"

    opinion_ids = fields.One2many("vpdt.opinion", "outgoing_id", "Opinions")
    opinions_closed_at = fields.Datetime("Opinions closed on", readonly=True, copy=False)
    opinions_counted = fields.Char("Opinions so far", compute="_compute_opinions_counted")
    my_opinion_id = fields.Many2one("vpdt.opinion", compute="_compute_my_opinion")

    @api.depends("opinion_ids.verdict")
    def _compute_opinions_counted(self):
        for document in self:
            given = document.opinion_ids.filtered("verdict")
            counts = {
                value: len(given.filtered(lambda o, v=value: o.verdict == v))
                for value in ("agree", "disagree", "other")
            }
            document.opinions_counted = document.opinion_ids and self.env._(
                "%(given)s of %(asked)s have answered: %(agree)s agreed, %(disagree)s not agreed, %(other)s of another "
                "opinion",
                given=len(given),
                asked=len(document.opinion_ids),
                **counts,
            )

    @api.depends("opinion_ids.user_id", "opinions_closed_at", "state")
    @api.depends_context("uid")
    def _compute_my_opinion(self):
        for document in self:
            mine = document.opinion_ids.filtered(lambda opinion: opinion.user_id == self.env.user)
            document.my_opinion_id = mine if mine and mine._is_open() else False

    def action_give_opinion(self):
        """Open the answer of the current user."""
        self.ensure_one()
        if not self.my_opinion_id:
            raise UserError(self.env._("You are not asked for an opinion on this draft."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your opinion"),
            "res_model": "vpdt.opinion",
            "res_id": self.my_opinion_id.id,
            "view_mode": "form",
            "views": [(self.env.ref("vpdt_documents.vpdt_opinion_view_form").id, "form")],
            "target": "new",
        }

    def action_close_opinions(self):
        """Close the asking: what has been answered stands; again changes nothing."""
        self.ensure_one()
        self.check_access("write")
        self._lock_row()
        if self.opinions_closed_at:
            return False
        if self.env.user != self.drafter_id and not self.env.su:
            raise AccessError(self.env._("The asking is closed by the author of the draft."))
        self._by_system().write({"opinions_closed_at": fields.Datetime.now()})
        self._journal("move", {"opinions": self.opinions_counted or ""})
        return True

    def _official_table_opinions(self, _data):
        """The opinions on one draft, to be put into its file; PDF and spreadsheet.

        :return: `official_pdf.TableReport`
        """
        if len(self) != 1:
            raise UserError(self.env._("Print the opinions on one draft at a time."))
        return SUMMARY.report(self._opinion_rows)

    def _opinion_rows(self):
        labels = dict(self.env["vpdt.opinion"]._fields["verdict"]._description_selection(self.env))
        for opinion in self.opinion_ids:
            unit = opinion.user_id._vpdt_department().sudo()  # name of a unit of the own agency
            yield (
                opinion.user_id.name,
                unit.name or "",
                opinion.answered_at and local_day(opinion.answered_at),
                labels.get(opinion.verdict, ""),
                opinion.text or "",
            )
