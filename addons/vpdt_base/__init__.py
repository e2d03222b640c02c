from . import controllers, doors, mixins, models, outgoing, wizards


def post_load():
    """Once a process, before anything is served: the wall around it, and its doors."""
    outgoing.install()
    doors.install()
