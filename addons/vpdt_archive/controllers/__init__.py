from . import export, package, reading
