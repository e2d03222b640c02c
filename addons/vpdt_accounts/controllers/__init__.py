from . import password
