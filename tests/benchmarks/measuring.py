"""Measuring two things in turn, and what is said of a list of times."""

import resource
import statistics
import time


def cpu():
    """Seconds (float) of CPU that this process has used, and its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def timed(call, clock=time.perf_counter):
    """Seconds (float) that ``call()`` takes, on the wall clock or on another."""
    start = clock()
    call()
    return clock() - start


def in_turn(ours, yardstick, rounds, warm_up=1, clock=time.perf_counter):
    """Run two callables alternately, so that a busy moment of the machine strikes both alike.

    The one that goes first changes with each round.

    :param rounds: measured rounds
    :param warm_up: rounds before them that are not counted
    :param clock: gives seconds, :func:`cpu` for instance
    :return: ``{"ours": [seconds], "yardstick": [seconds]}``
    """
    times = {"ours": [], "yardstick": []}
    pair = (("ours", ours), ("yardstick", yardstick))
    for number in range(warm_up + rounds):
        for name, call in pair if number % 2 else pair[::-1]:
            seconds = timed(call, clock)
            if number >= warm_up:
                times[name].append(seconds)
    return times


def summary(times):
    """Median and spread of a list of seconds: what goes into the report, or None for an empty list."""
    if not times:
        return None
    ordered = sorted(times)
    return {
        "median": statistics.median(ordered),
        "min": ordered[0],
        "max": ordered[-1],
        "p95": ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))],
        "spread": (ordered[-1] - ordered[0]) / statistics.median(ordered),
        "runs": len(ordered),
    }
