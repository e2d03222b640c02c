"""The runner of jobs calls its own server over HTTP: the one call that leaves by itself."""

import requests

from odoo.addons.queue_job.jobrunner import runner

from ..outgoing import way_out


def install():
    """Open a way out for that call."""
    runner.requests = _Requests


class _Requests:
    """What the runner uses of ``requests``."""

    Timeout = requests.Timeout

    @staticmethod
    def get(url, timeout, **options):
        with way_out():
            return requests.get(url, timeout=timeout, **options)
