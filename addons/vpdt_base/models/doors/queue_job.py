from datetime import datetime

from odoo import api, models

from odoo.addons.queue_job.job import FAILED, PENDING, Job

# How queue_job's runner names a job whose worker was killed at each try; it writes that in SQL and tells nobody.
DEAD = "JobFoundDead"
# When a job is due that a restored database holds back (vpdt.backup).
NEVER = datetime(9999, 1, 1)


class QueueJob(models.Model):
    """What becomes of a job is told to the records it works on, see vpdt.job.mixin."""

    _inherit = "queue.job"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env["vpdt.backup"]._held():
            vals_list = [{**vals, "eta": NEVER} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("state") == PENDING and self.env["vpdt.backup"]._held():
            vals = {**vals, "eta": NEVER}
        result = super().write(vals)
        if vals.get("state") == PENDING and vals.get("retry"):
            for job in self:
                records = job.records.exists()
                if hasattr(records, "_job_postponed"):
                    records._job_postponed(job.method_name, vals["retry"], vals.get("eta"), vals.get("result"))
        return result

    @api.model
    def _cron_tell_of_dead(self):
        """Jobs that the runner gave up because their workers were killed end as any other that failed."""
        for record in self.search([("state", "=", FAILED), ("exc_name", "=", DEAD)]):
            job = Job.load(self.env, record.uuid)
            words = self.env._("The server broke off at each try.")
            job.on_fail({"exc_name": DEAD, "exc_message": words, "exc_info": ""})
            record.exc_name = f"{DEAD}: told"
