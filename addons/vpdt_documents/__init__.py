from . import controllers, mixins, models
