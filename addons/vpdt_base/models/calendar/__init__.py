"""Days on which nobody works though others do, and the other way round."""

from . import (  # isort: skip
    vpdt_day_exception,
)
