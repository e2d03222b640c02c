from . import health, password, second_factor
