"""What the command prints: one line a step, with its time."""

import sys
import time
from contextlib import contextmanager


def say(text=""):
    """Print a line at once, also when the output is a file."""
    print(text, flush=True)


def warn(text):
    """Print a warning on the error stream."""
    print(f"warning: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(title):
    """Announce a step and print how long it took; a step that raises prints no time."""
    say(f"· {title} …")
    start = time.monotonic()
    yield
    say(f"  {title}: {time.monotonic() - start:.1f} s")
