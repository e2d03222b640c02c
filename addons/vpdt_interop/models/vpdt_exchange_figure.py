from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.vpdt_base.official_pdf import Column, TableReport
from odoo.addons.vpdt_base.vietnam import vietnam_day

MEASURES = ("documents", "electronic", "signed", "refused", "failed", "late")


class VpdtExchangeFigure(models.Model):
    """How many documents an agency sent and received on a day: the statistics of Quyết định 28/2018/QĐ-TTg, Điều 11.

    Figures only, nothing of a document: so they are also for who sees no documents. A document counts once for each
    recipient when it is sent, and once when it is received. *Late* is what left later than the day after it was issued
    (Điều 6), or was registered later than the day after it came (Nghị định 30/2020/NĐ-CP, điểm c khoản 2 Điều 4);
    working days are not reckoned.
    """

    _name = "vpdt.exchange.figure"
    _description = "Figures of the exchange"
    _auto = False
    _log_access = False
    _order = "day DESC, company_id, direction"
    _rec_name = "day"

    day = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", "Agency", readonly=True)
    direction = fields.Selection([("out", "Sent"), ("in", "Received")], readonly=True)
    documents = fields.Integer(readonly=True)
    electronic = fields.Integer("Electronic only", readonly=True, help="No paper goes with it.")
    signed = fields.Integer("With a valid signature", readonly=True)
    refused = fields.Integer("Returned", readonly=True)
    failed = fields.Integer("Not delivered", readonly=True)
    late = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        local = SQL("AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Ho_Chi_Minh'")
        signed = SQL("file.verdict IN ('valid', 'valid_unknown_trust')")
        rows = SQL(
            """
            SELECT (outgoing.issued_at %(local)s)::date AS day, message.company_id, 'out' AS direction,
                   outgoing.with_paper IS NOT TRUE AS electronic, %(signed)s AS signed,
                   EXISTS (SELECT FROM vpdt_exchange_status status
                            WHERE status.recipient_id = message.recipient_id AND status.code = '02') AS refused,
                   message.state = 'failed' AS failed,
                   (COALESCE(message.sent_at, now() AT TIME ZONE 'UTC') %(local)s)::date
                       > (outgoing.issued_at %(local)s)::date + 1 AS late
              FROM vpdt_exchange_message message
              JOIN vpdt_outgoing outgoing ON outgoing.id = message.outgoing_id
              LEFT JOIN vpdt_file file ON file.res_model = 'vpdt.outgoing' AND file.res_id = outgoing.id
                    AND file.role = 'main' AND file.current
             WHERE message.direction = 'out' AND message.kind = 'document' AND message.request_id IS NULL
               AND message.state <> 'cancelled'
            UNION ALL
            SELECT (incoming.arrived_at %(local)s)::date, incoming.company_id, 'in', incoming.source <> 'paper',
                   %(signed)s, incoming.state = 'refused', FALSE,
                   incoming.state <> 'refused' AND COALESCE(incoming.arrival_day, (now() %(zone)s)::date)
                       > (incoming.arrived_at %(local)s)::date + 1
              FROM vpdt_incoming incoming
              LEFT JOIN vpdt_file file ON file.res_model = 'vpdt.incoming' AND file.res_id = incoming.id
                    AND file.role = 'main' AND file.current
            """,
            local=local,
            zone=SQL("AT TIME ZONE 'Asia/Ho_Chi_Minh'"),
            signed=signed,
        )
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY day, company_id, direction) AS id, day, company_id, direction,
                   count(*) AS documents,
                   count(*) FILTER (WHERE electronic) AS electronic,
                   count(*) FILTER (WHERE signed) AS signed,
                   count(*) FILTER (WHERE refused) AS refused,
                   count(*) FILTER (WHERE failed) AS failed,
                   count(*) FILTER (WHERE late) AS late
              FROM (%s) AS exchanged
             GROUP BY day, company_id, direction
            """,
            rows,
        )

    def _official_table_exchange_figures(self, _data):
        """The chosen days by agency and month, as PDF and as a spreadsheet.

        :return: official_pdf.TableReport
        """
        env = self.env
        columns = (
            Column(env._("No."), 12, "centre", number=True),
            Column(env._("Agency"), 70),
            Column(env._("Month"), 24, "centre"),
            Column(env._("Direction"), 22, "centre"),
            *(Column(self._fields[name]._description_string(env), 22, "centre", number=True) for name in MEASURES),
        )
        days = self.mapped("day")
        period = f"{vietnam_day(min(days))} – {vietnam_day(max(days))}" if days else ""
        return TableReport(
            title=env._("Documents sent and received by the exchange"),
            columns=columns,
            rows=self._figures_by_month,
            column_numbers=False,
            author=env.company.name,
            subtitle=[env._("Quyết định 28/2018/QĐ-TTg, Điều 11"), period],
        )

    def _figures_by_month(self):
        directions = dict(self._fields["direction"]._description_selection(self.env))
        sums = {}
        for row in self.sorted(lambda r: (r.company_id.name, r.day, r.direction)):
            key = row.company_id.name, f"{row.day:%m/%Y}", directions[row.direction]
            before = sums.get(key, (0,) * len(MEASURES))
            sums[key] = tuple(old + row[name] for old, name in zip(before, MEASURES, strict=True))
        for number, (key, values) in enumerate(sums.items(), 1):
            yield (number, *key, *values)
