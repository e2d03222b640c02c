from datetime import timedelta
from random import randint

from odoo import api, fields, models
from odoo.exceptions import UserError

# Handed from _work_to to write() inside the process, as the token of the moves is.
_WORK_TOKEN = object()


class VpdtJobMixin(models.AbstractModel):
    """A record that jobs work on: how they are tried again, and that people see it.

    How often and after how long is said in one place, the ``retry_pattern`` of the job function (data). There are two
    ways, by what a try leaves behind. One that broke raises ``RetryableJobError`` without seconds: queue_job undoes
    what it wrote, tries again, and ``_job_postponed`` shows it meanwhile. One that got no answer and leaves something
    to be seen or kept (attempts, half of the work) calls ``_again``. Each job function names an ``on_fail_method``,
    which puts the record into its failed state when nothing is tried any more, also when workers were killed.

    What such work has come to is a state that no person moves: its table is ``_get_work_states``, its one writer
    ``_work_to``. What people move has a table of moves (`vpdt.move.mixin`): roles, buttons, rows of the journal.
    """

    _name = "vpdt.job.mixin"
    _description = "Work in the background"

    @api.model
    def _get_work_states(self):
        """Hook: ``{field: {state: states it may come from}}``; staying in a state is always possible."""
        return {}

    def _work_to(self, field, state, values=None):
        """Bring the work of these records to ``state``; the only change of a state of `_get_work_states`.

        :param field: field that holds the state
        :param state: target state, or False where the table has it: no such work any more
        :param values: other fields to write with it
        :raises ValueError: no way leads there from the present state: an error in the code
        """
        sources = self._get_work_states()[field][state]
        for record in self:
            if record[field] not in (state, *sources):
                raise ValueError(f"{record}: {field} does not go from {record[field]!r} to {state!r}")
        self.with_context(vpdt_work=_WORK_TOKEN).write({**(values or {}), field: state})

    def write(self, vals):
        if self._get_work_states().keys() & vals.keys() and self.env.context.get("vpdt_work") is not _WORK_TOKEN:
            raise UserError(self.env._("The state changes only through its steps."))
        return super().write(vals)

    def _job_postponed(self, method, attempts, due, words):
        """Hook: queue_job will run ``method`` again; called in a transaction of its own.

        :param attempts: how many tries have failed
        :param due: naive UTC datetime of the next one
        :param words: of the exception
        """

    def _retry_seconds(self, method, attempts):
        """Seconds until the next try of a job that has failed ``attempts`` times (from 1); None after the last."""
        functions = self.env["queue.job.function"].sudo()  # settings of the system
        pattern = functions.job_config(functions.job_function_name(self._name, method)).retry_pattern
        seconds = pattern.get(attempts)
        return randint(*seconds) if isinstance(seconds, (list, tuple)) else seconds

    def _again(self, method, attempts, *args):
        """Queue ``method`` of this record once more; what was written so far stays.

        :param attempts: how many tries have failed, from 1
        :return: naive UTC datetime of the next try, None when there is none any more
        """
        self.ensure_one()
        seconds = self._retry_seconds(method, attempts)
        if seconds is None:
            return None
        delayed = self.with_delay(
            eta=seconds,
            identity_key=f"{self._name}-{self.id}-{method}-{attempts}",
            description=f"{self._description}: {method.strip('_').replace('_', ' ')}, try {attempts + 1}",
        )
        getattr(delayed, method)(*args)
        return fields.Datetime.now() + timedelta(seconds=seconds)
