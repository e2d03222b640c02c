"""Shared by the tests of ./vpdt itself; none of them touches the project's own set-up."""

import shutil
import tempfile
from pathlib import Path

import pytest
from vpdt_cli.postgres import Cluster


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL cluster of its own, up for the session."""
    # not pytest's tmp_path: that is closed to the system user postgres
    folder = Path(tempfile.mkdtemp(prefix="vpdt-test-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "pg")
    try:
        cluster.ensure()
        with cluster.serving():
            yield cluster
    finally:
        shutil.rmtree(folder)
