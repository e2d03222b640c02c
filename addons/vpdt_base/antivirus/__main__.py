"""``python -m antivirus ADDRESS [--megabytes N]``: what a clamd looks into; exit status 0 sound, 1 not, 2 no answer."""

import argparse
import sys

from . import Scanner, ScannerError, examine, parse_address


def main(arguments=None):
    """Run the command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="antivirus", description=__doc__)
    parser.add_argument("address", help="unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310")
    parser.add_argument("--megabytes", type=int, default=50, help="largest file that may come in, default 50")
    options = parser.parse_args(arguments)
    try:
        address = parse_address(options.address, ["127.0.0.1", "::1", "localhost"])
        found = examine(Scanner(address), options.megabytes)
    except ScannerError as error:
        print(f"{options.address}: {error.code}: {error}", file=sys.stderr)
        return 2
    print(found.version)
    print(f"looks into files up to {found.reach} MB; up to {found.wanted} MB may come in")
    print("says what it has skipped" if found.alerts else "says OK of what it has skipped: set AlertExceedsMax yes")
    for limit, value in found.configured.items():
        print(f"  {limit} {value}")
    return 0 if found.sound else 1


if __name__ == "__main__":
    sys.exit(main())
