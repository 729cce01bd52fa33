"""The command ``grade``, and ``python -m grader``: Ctrl-C ends it quietly from the first import on."""

import sys


def main() -> None:
    """Import the command and run it."""
    try:
        from grader import cli

        cli.main()
    except KeyboardInterrupt:  # before click takes it, or after
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
