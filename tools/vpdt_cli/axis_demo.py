"""`./vpdt demo axis`: two provinces, each with a server of its own, and a simulated axis between them.

The simulator is that of the tests (tests/axis_simulator); both databases are copies of the demo, made anew each time.
"""

import sys

from . import console, setup, system
from .project import ROOT, Failure

DATABASES = ("vpdt_axis_gia_lai", "vpdt_axis_h77")


def run(port):
    """Serve until Ctrl-C.

    :param port: of the first province; the second one's is ten above
    """
    if not (ROOT / "tests" / "axis_simulator").exists():
        raise Failure("the simulator of the axis is not in this folder.", "use the sources with their tests.")
    sys.path.append(str(ROOT / "tests"))
    from axis_simulator import Axis
    from exchange.offices import Office, joined_by_axis

    ports = (port, port + 10)
    for each in ports:
        system.check_port(each, "127.0.0.1")
    house, offices = setup.ensure(), []
    with house.databases() as found, Axis() as axis:
        try:
            for name, rename, database, each in zip(("a", "b"), ("", "H77"), DATABASES, ports, strict=True):
                with console.step(f"database {database}"):
                    offices.append(Office(found, name, rename, database, each, hurry=False))
            joined_by_axis(*offices, axis)
            for office in offices:
                with console.step(f"Odoo of {office.name}"):
                    office.start()
            _say(offices, axis)
            offices[0].server.wait()
        except KeyboardInterrupt:
            console.say("\nStopping …")
        finally:
            for office in offices:
                office.stop()


def _say(offices, axis):
    console.say("")
    for office, code in zip(offices, ("H21", "H77"), strict=True):
        console.say(f"Province {code}: {office.url}")
    account = next(found for found in offices[0].found.accounts(offices[0].name) if found["login"] == "vanthu.snv")
    console.say(
        f"In both: vanthu.snv, chuyenvien.snv, truongphong.snv, lanhdao.snv; password {account['password']}\n"
        f"Send a document of one province to Sở Nội vụ of the other; it is there within two minutes.\n"
        f"The axis: {axis.url}. Ctrl-C stops all of it and removes the two databases."
    )
