from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.official_pdf import Column, TableReport
from odoo.addons.vpdt_base.vietnam import VIETNAM, local_day, to_utc_naive, today, vietnam_day

PERIODS = ("month", "quarter", "year")
#: Columns of the board in their order.
BUCKETS = ("open", "open_late", "in_time", "late")
#: How many days what is late has been late: key → (least, most).
AGES = {"days": (1, 5), "weeks": (6, 20), "longer": (21, None)}
TASK = "task"
ROLES = ("vpdt_base.group_leader", "vpdt_base.group_clerk", "vpdt_base.group_unit_head")


class VpdtBoard(models.TransientModel):
    """Theo dõi: how the units of the agency stand, by what they have in the lead (documents and tasks).

    What is counted is what the current user may see; a cell opens what it counts. A record is one print of the board.
    """

    _name = "vpdt.board"
    _description = "Follow-up of the units"

    period = fields.Selection(
        [("month", "This month"), ("quarter", "This quarter"), ("year", "This year")], required=True, readonly=True
    )

    @api.model
    def _check_role(self):
        if not self.env.su and not any(self.env.user.has_group(role) for role in ROLES):
            raise AccessError(self.env._("The board is for leaders, heads of units and clerks."))

    @api.model
    def _first_day(self, period):
        """First day of the current period.

        :raises UserError: no period of PERIODS
        """
        if period not in PERIODS:
            raise UserError(self.env._("Choose a month, a quarter or a year."))
        now = today()
        month = {"month": now.month, "quarter": (now.month - 1) // 3 * 3 + 1, "year": 1}[period]
        return now.replace(month=month, day=1)

    @api.model
    def _domain(self, period):
        """Leads that are open now, or were done in the period."""
        since = to_utc_naive(datetime.combine(self._first_day(period), time.min, tzinfo=VIETNAM))
        return (
            Domain([("part", "=", "lead"), ("parent_id", "=", False), ("company_id", "in", self.env.companies.ids)])
            & (
                Domain("incoming_id.state", "in", ("directed", "finished"))
                | Domain("task_id.state", "in", ("given", "reported", "accepted"))
            )
            & (Domain("state", "=", "open") | Domain("done_at", ">=", since))
        )

    @api.model
    def _bucket_domain(self, bucket):
        late = Domain("deadline", "<", today())
        return {
            "open": Domain("state", "=", "open") & ~late,
            "open_late": Domain("state", "=", "open") & late,
            "in_time": Domain("outcome", "=", "in_time"),
            "late": Domain("outcome", "=", "late"),
        }[bucket]

    @api.model
    def board_rows(self, period):
        """The board of a period, those with the most late work first.

        :param str period: of PERIODS
        :return: ``{"since": text, "rows": [{"unit": id or False, "name", "counts": {bucket: int}, "total": int,
            "rate": percent done in time of what is done or late, or None, "worst": words, "level"}], "sum": row,
            "ages": [{"key", "label", "count"}], "sources": [{"key", "label", "count"}]}``; ``ages`` of what is late and
            not done, ``sources`` of all
        """
        self._check_role()
        Part, domain = self.env["vpdt.assignment"], self._domain(period)
        counts, worst = {}, {}
        for bucket in BUCKETS:
            groups = Part._read_group(domain & self._bucket_domain(bucket), ["unit_id"], ["__count", "deadline:min"])
            for unit, count, oldest in groups:
                counts.setdefault(unit, dict.fromkeys(BUCKETS, 0))[bucket] = count
                if bucket == "open_late":
                    worst[unit] = oldest
        rows = [self._prepare_row(unit, counts[unit], worst.get(unit)) for unit in counts]
        rows.sort(key=lambda row: (-row["counts"]["open_late"], -row["counts"]["open"], row["name"]))
        whole = {bucket: sum(row["counts"][bucket] for row in rows) for bucket in BUCKETS}
        total = self._prepare_row(False, whole, min(worst.values(), default=None))
        return {
            "since": vietnam_day(self._first_day(period)),
            "rows": rows,
            "sum": {**total, "name": self.env._("All units")},
            "ages": self._ages(domain),
            "sources": self._sources(domain),
        }

    @api.model
    def _ages(self, domain):
        """How long it has been late, of what is late and not done."""
        late = self.env["vpdt.assignment"]._read_group(
            domain & self._bucket_domain("open_late"), ["deadline:day"], ["__count"]
        )
        labels = {
            "days": self.env._("up to 5 days late"),
            "weeks": self.env._("6 to 20 days late"),
            "longer": self.env._("more than 20 days late"),
        }
        counts = dict.fromkeys(AGES, 0)
        for day, count in late:
            days = (today() - local_day(day)).days
            counts[next(key for key, (_least, most) in AGES.items() if most is None or days <= most)] += count
        return [{"key": key, "label": labels[key], "count": counts[key]} for key in AGES]

    @api.model
    def _sources(self, domain):
        """Where the work came from: the ways in which documents arrive, and tasks."""
        Incoming = self.env["vpdt.incoming"]
        counts = dict(Incoming._read_group([("assignment_ids", "any", list(domain))], ["source"], ["__count"]))
        counts[TASK] = self.env["vpdt.assignment"].search_count(domain & Domain("task_id", "!=", False))
        ways = [*Incoming._fields["source"]._description_selection(self.env), (TASK, self.env._("Task"))]
        return [{"key": key, "label": label, "count": counts.get(key, 0)} for key, label in ways]

    @api.model
    def _slice_domain(self, age, source):
        """What a bar of the two pictures counts; unknown keys narrow nothing."""
        domain = Domain.TRUE
        if age in tuple(AGES):  # whatever a stranger hands in
            least, most = AGES[age]
            domain = self._bucket_domain("open_late") & Domain("deadline", "<=", today() - timedelta(days=least))
            domain &= Domain("deadline", ">=", today() - timedelta(days=most)) if most else Domain.TRUE
        if source == TASK:
            domain &= Domain("task_id", "!=", False)
        elif source in self.env["vpdt.incoming"]._fields["source"].get_values(self.env):
            domain &= Domain("incoming_id.source", "=", source)
        return domain

    @api.model
    def _prepare_row(self, unit, counts, oldest):
        judged = counts["in_time"] + counts["late"] + counts["open_late"]
        words, level = self.env["vpdt.day.exception"]._say_deadline(oldest, self.env.company) if oldest else ("", "")
        return {
            "unit": unit.id if unit else False,
            "name": unit.sudo().name if unit else self.env._("Without a unit"),  # units of the own agency
            "counts": counts,
            "total": sum(counts.values()),
            "rate": round(100 * counts["in_time"] / judged) if judged else None,
            "worst": words,
            "level": level,
        }

    @api.model
    def open_cell(self, period, unit=None, bucket=None, age=None, source=None):
        """An action that lists what a cell counts, with chart and pivot beside it.

        :param unit: id; False for what has no unit; None for all units
        :param bucket: of BUCKETS; None for all
        :param age: of AGES; None for all
        :param source: a source of vpdt.incoming, or TASK; None for all
        """
        self._check_role()
        domain = self._domain(period) & self._slice_domain(age, source)
        if unit is not None:
            domain &= Domain("unit_id", "=", unit)
        if bucket in BUCKETS:
            domain &= self._bucket_domain(bucket)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Follow-up by unit"),
            "res_model": "vpdt.assignment",
            "views": [(False, "list"), (False, "graph"), (False, "pivot")],
            "domain": list(domain),
        }

    @api.model
    def print_board(self, period):
        """An action that prints the board as it stands."""
        self._check_role()
        self._first_day(period)
        # a print of his own, which the report looks at again
        board = self.sudo().create({"period": period}).sudo(False)
        return self.env.ref("vpdt_documents.report_board").report_action(board)

    def _official_table_board(self, _data):
        """The board as PDF and spreadsheet (`official_pdf.TableReport`)."""
        self.ensure_one()
        found = self.board_rows(self.period)
        heads = ("Đơn vị", "Đang xử lý, trong hạn", "Quá hạn, chưa xong", "Xong đúng hạn", "Xong trễ hạn", "Tổng số",
                 "Tỷ lệ đúng hạn (%)", "Quá hạn lâu nhất")  # fmt: skip
        widths = (60, 26, 26, 26, 26, 22, 26, 38)
        columns = [
            Column(title, width, number=0 < index < 7, align="" if 0 < index < 7 else "left")
            for index, (title, width) in enumerate(zip(heads, widths, strict=True))
        ]

        def rows():
            for row in [*found["rows"], found["sum"]]:
                counts = [row["counts"][bucket] for bucket in BUCKETS]
                yield (row["name"], *counts, row["total"], "" if row["rate"] is None else row["rate"], row["worst"])

        title = self.env._(
            "FOLLOW-UP OF THE UNITS, FROM %(since)s TO %(now)s",
            since=found["since"],
            now=vietnam_day(local_day(fields.Datetime.now())),
        )
        return TableReport(columns=columns, rows=rows, title=title)
