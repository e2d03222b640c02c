from . import controllers, mixins, models, wizards
from .serving import gate

gate.install()
