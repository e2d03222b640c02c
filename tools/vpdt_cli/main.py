"""Reading the command line and calling the command."""

import argparse
import sys

from . import addon_tools, console, processes
from .project import Failure

INTERRUPTED = 130


def build_parser():
    """One subparser a command of :data:`commands.COMMANDS`."""
    from . import commands  # loads what all of them need

    parser = argparse.ArgumentParser(
        prog="./vpdt", description="VPĐT: electronic office. The two to begin with: setup, run."
    )
    subparsers = parser.add_subparsers(dest="command", metavar="command", required=True)
    for command in commands.COMMANDS:
        subparser = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.arguments(subparser)
        subparser.set_defaults(call=command.call)
    subparsers.add_parser("help", help="print this list").set_defaults(call=lambda _options: parser.print_help())
    return parser


def parse(arguments):
    """The options of a command line, with `call` to be called with them.

    A command that passes its words on gets them as `words`, `--help` included. The tools for files are found without
    loading what the other commands need.
    """
    if arguments and arguments[0] in addon_tools.TOOLS:
        name, *words = arguments
        return argparse.Namespace(call=lambda _options: addon_tools.run(name, words))
    from . import commands

    for command in commands.COMMANDS:
        if command.passes_on and arguments[:1] == [command.name]:
            return argparse.Namespace(call=command.call, words=arguments[1:])
    return build_parser().parse_args(arguments)


def main(arguments):
    """Run one command; gives the exit code."""
    processes.turn_signals_into_exceptions()
    options = parse(arguments)
    try:
        return options.call(options) or 0
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        console.say("\nStopped.")
        return INTERRUPTED
    except OSError as error:
        # what a full disk or missing rights raise, wherever they strike
        print(f"error: {error}\n  what to do: ./vpdt doctor looks for the cause.", file=sys.stderr)
        return 1
