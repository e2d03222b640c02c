from . import mixins, models, wizards
