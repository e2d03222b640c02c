"""What the tests of channels share: the simulator of the axis, a channel to it, and jobs done at once."""

import sys
import unittest
from pathlib import Path

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from .test_exchange import ExchangeCase

SIMULATOR = Path(__file__).resolve().parents[3] / "tests"


def axis():
    """The simulator as a process of its own; skips where the sources of the tests are not here."""
    if not (SIMULATOR / "axis_simulator").exists():
        raise unittest.SkipTest("the simulator of the axis is not here")
    if str(SIMULATOR) not in sys.path:
        sys.path.append(str(SIMULATOR))
    from axis_simulator import Axis

    return Axis()


class ChannelCase(ExchangeCase):
    @classmethod
    def run_jobs(cls, rounds=10):
        """Do what the queue does, until nothing is left but what waits for its next try; gives what each job said."""
        cls.env.flush_all()
        said = []
        for _round in range(rounds):
            waiting = cls.env["queue.job"].search(
                [
                    ("state", "=", "pending"),
                    ("eta", "=", False),
                    ("model_name", "in", ("vpdt.exchange.message", "vpdt.exchange.channel")),
                ],
                order="id",
            )
            if not waiting:
                break
            said += [cls._run(record) for record in waiting]
        return said

    @classmethod
    def _run(cls, record):
        job = Job.load(cls.env(user=record.user_id), record.uuid)
        try:
            with cls.env.cr.savepoint():
                result = job.perform()
                cls.env.flush_all()
        except RetryableJobError as error:
            cls.env.invalidate_all()
            job.postpone(result=str(error), seconds=30)
            job.set_pending(reset_retry=False)
            job.store()
            return str(error)
        job.set_done()
        job.store()
        return result

    @classmethod
    def hurry(cls):
        """Let the time pass that jobs wait for their next try."""
        cls.env["queue.job"].search([("state", "=", "pending")]).write({"eta": False})
        return cls.run_jobs()


class AxisCase(ChannelCase):
    """The agency reaches the ministry over the axis; the other agency is not served by the axis."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axis = axis()
        cls.addClassCleanup(cls.axis.stop)
        cls.env["vpdt.allowed.host"].create({"name": f"127.0.0.1:{cls.axis.port}"})
        cls.axis.control(
            systems={
                "vpdt": {"secret": "bí mật", "agencies": ["H99.01", "H99.02"]},
                "other": {"secret": "khác", "agencies": ["H99", "H98"]},
            }
        )
        cls.second_ministry = cls.env["vpdt.organization"].create({"name": "Bộ Thử hai", "identifier": "H98"})
        cls.channel = cls.env["vpdt.exchange.channel"].create(
            {
                "name": "Trục thử",
                "kind": "vxp",
                "url": cls.axis.url,
                "system_code": "vpdt",
                "new_secret": "bí mật",
                "organization_ids": [(6, 0, (cls.ministry | cls.second_ministry).ids)],
            }
        )
        cls.channel.action_resume()

    def setUp(self):
        super().setUp()
        self.axis.faults(duplicate=False, reorder=False, delay=0, down=False, refuse={})
        self.known = {packet["doc_id"] for packet in self.axis.state["packets"]}

    def on_axis(self, **wanted):
        """The packets that came to the axis in this test, with these values."""
        return [
            packet
            for packet in self.axis.state["packets"]
            if packet["doc_id"] not in self.known and all(packet[key] == value for key, value in wanted.items())
        ]

    @classmethod
    def to_ministry(cls, **values):
        """A document issued to the ministry; its packet waits."""
        document = cls.issued(recipient_ids=[(0, 0, {"organization_id": cls.ministry.id})], **values)
        return document, cls.Message.search([("outgoing_id", "=", document.id)])
