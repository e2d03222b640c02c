"""`./vpdt agency template FILE.xlsx`: the part of the directory that needs no database."""

import argparse
import sys


def main(arguments):
    """Run one command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="./vpdt agency")
    commands = parser.add_subparsers(dest="command", required=True)
    template = commands.add_parser("template", help="write an empty workbook with instructions")
    template.add_argument("file")
    options = parser.parse_args(arguments)
    from .agency_template import write_template

    write_template(options.file)
    print(f"{options.file}: fill it in, then ./vpdt agency import {options.file} --dry-run")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
