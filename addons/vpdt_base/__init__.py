from . import controllers, mixins, models, wizards
from .serving.gate import install as _post_load
