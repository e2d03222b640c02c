"""What a setup leaves, and whether it still stands. Loads little: the commands for one file are to be quick."""

from contextlib import contextmanager
from dataclasses import dataclass

from . import configuration, environment, odoo_source
from .odoo_source import Source
from .postgres import Cluster


@dataclass(frozen=True)
class House:
    """The Odoo and the PostgreSQL of the project."""

    source: Source
    cluster: Cluster

    @contextmanager
    def databases(self):
        """The databases, with the server up inside the block."""
        from . import databases  # brings Odoo's starter and more

        with self.cluster.serving():
            yield databases.Databases(self.cluster, self.source)


def standing():
    """The house as it stands; None when a part of it is missing or has changed.

    :raises Failure: it is another user's, and this is root
    """
    source, cluster = odoo_source.current(), Cluster()
    cluster.check_owner()
    has_packages = source and any(environment.ready(source, kind) for kind in (True, False))
    if not has_packages or not cluster.ready():
        return None
    configuration.write(source, cluster)
    return House(source, cluster)
