from . import controllers, doors, mixins, models, outgoing, wizards

# Once a process, as soon as anything of this addon is there: the wall around it, and its doors.
outgoing.install()
doors.install()
