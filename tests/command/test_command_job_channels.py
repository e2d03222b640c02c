"""The channels of background jobs, as the configuration file of the server sets them."""

import configparser
import xml.etree.ElementTree as ElementTree

from vpdt_cli.project import ROOT


def _capacities():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "config/odoo.conf.in", encoding="utf-8")
    pairs = [item.split(":") for item in settings["queue_job"]["channels"].split(",")]
    return {name: int(capacity) for name, capacity in pairs}


def _channels():
    """Every channel that the addons define, as a path."""
    for path in (ROOT / "addons").glob("*/data/*.xml"):
        for record in ElementTree.parse(path).iter("record"):
            if record.get("model") == "queue.job.channel":
                yield "root." + record.find("field[@name='name']").text


def test_work_that_waits_for_others_never_takes_all_places():
    capacities = _capacities()
    channels = set(_channels())
    assert channels == set(capacities) - {"root"}
    assert sum(capacities[name] for name in channels) < capacities["root"]
