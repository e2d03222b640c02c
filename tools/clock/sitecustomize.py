"""For every Python of `./vpdt test --clock`: `time.sleep` under libfaketime.

Python sleeps until a moment of the monotonic clock, which libfaketime 0.9.10 takes for a moment of the shifted one.
"""

import os
import select
import time

if os.environ.get("FAKETIME"):
    time.sleep = lambda seconds: select.select([], [], [], seconds)
