from . import mixins, models, wizards, controllers, doors, outgoing, terms  # isort: skip
from .serving import gate

# Once a process, as soon as anything of this addon is there: the wall around it, its doors, who may come in, and words.
outgoing.install()
doors.install()
gate.install()
terms.install()
