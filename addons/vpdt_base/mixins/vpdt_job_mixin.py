from datetime import timedelta
from random import randint

from odoo import fields, models


class VpdtJobMixin(models.AbstractModel):
    """A record that jobs work on: how they are tried again, and that people see it.

    How often and after how long is said in one place, the ``retry_pattern`` of the job function (data). There are two
    ways, by what a try leaves behind. One that broke raises ``RetryableJobError`` without seconds: queue_job undoes
    what it wrote, tries again, and ``_job_postponed`` shows it meanwhile. One that got no answer and leaves something
    to be seen or kept (attempts, half of the work) calls ``_again``. Each job function names an ``on_fail_method``,
    which puts the record into its failed state when nothing is tried any more, also when workers were killed.
    """

    _name = "vpdt.job.mixin"
    _description = "Work in the background"

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
