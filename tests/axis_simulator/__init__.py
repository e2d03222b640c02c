"""A stand-in for the national axis: a process of its own that speaks the HTTP of the axis, and misbehaves as asked.

``python -m axis_simulator [--port N]`` from the folder ``tests`` prints one line of JSON with its port and serves until
it is ended. :class:`Axis` starts it for a test and tells it what to do.
"""

from .handle import Axis

__all__ = ["Axis"]
