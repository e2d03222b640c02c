from . import mixins, models, wizards, controllers, doors, outgoing  # isort: skip
from .serving import gate

# Once a process, as soon as anything of this addon is there: the wall around it, its doors, and who may come in.
outgoing.install()
doors.install()
gate.install()
