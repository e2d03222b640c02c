"""Which copies are kept: daily 14, weekly 8, monthly 12.

A base is closed when its successor is there; its last snapshot then holds every moment from it to the successor. So
one snapshot a closed base is enough, and the rule counts those. Of the base in use the newest few are kept.
"""

from datetime import timedelta

from .places import VIETNAM

DAILY, WEEKLY, MONTHLY = 14, 8, 12
OPEN = 6


def to_remove(snapshots, daily=DAILY, weekly=WEEKLY, monthly=MONTHLY):
    """Those that may go.

    :param snapshots: of one database, as `Repository.snapshots` gives them, the oldest first
    :return: list of ids
    """
    by_base = {}
    for snapshot in snapshots:
        by_base.setdefault(snapshot["base"], []).append(snapshot)
    bases = sorted(by_base)
    if not bases:
        return []
    keep = {snapshot["id"] for snapshot in by_base[bases[-1]][-OPEN:]}
    last = [by_base[base][-1] for base in bases[:-1]]
    for count, period in ((daily, _day), (weekly, _week), (monthly, _month)):
        keep |= _last_of_each(last, count, period)
    if len(bases) > 1:
        # whatever the rule says: the one before is there until the next is verified
        keep.add(last[-1]["id"])
    return [snapshot["id"] for snapshot in snapshots if snapshot["id"] not in keep]


def _last_of_each(snapshots, count, period):
    found = {}
    for snapshot in snapshots:
        found[period(_local(snapshot))] = snapshot["id"]
    return {found[key] for key in sorted(found)[-count:]}


def _local(snapshot):
    """The day to which a closed base belongs: that on which it began."""
    return (snapshot["base_time"] or snapshot["time"]).astimezone(VIETNAM)


def _day(moment):
    return moment.date()


def _week(moment):
    return moment.date() - timedelta(days=moment.weekday())


def _month(moment):
    return moment.year, moment.month
