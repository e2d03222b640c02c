"""Benchmarks of the budgets (docs: design §6), run by ``./vpdt bench``.

Each is a module ``bench_<name>.py`` with

- ``NAME``: what it is called on the command line;
- ``GOAL``: the budget in words;
- ``RATIO_AT_MOST`` (optional): the largest time of ours ÷ time of the yardstick that meets the goal;
- ``APART`` (optional): true for one that starts an office of its own; it runs in a process without Odoo, ``env`` is
  None;
- ``run(env)``: gives ``{"ours": [seconds, …], "yardstick": [seconds, …], "detail": {…}}``, measured in turn in this
  one run (see :func:`benchmarks.measuring.in_turn`). ``env`` is an Odoo environment on a database of its own, a copy of
  the template, which is thrown away afterwards; it may commit.

``yardstick`` may be empty where the budget has none, or where the tool to compare with is not installed; ``detail``
then says so under ``"note"``.
"""
