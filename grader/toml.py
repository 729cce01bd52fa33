"""TOML files that people write: read whole, and their values shown as they stand there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError

__all__ = ["Table", "load", "shown"]

MOST_DIGITS = 100

Table = Mapping[str, Any]


def load(path: Path, where: str) -> Table:
    """Read a file, with or without a byte order mark; numbers with a point are exact.

    Args:
        path: of the file.
        where: what to call it, to begin a message with.

    Raises:
        AssignmentError: it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise AssignmentError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise AssignmentError(f"{where} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:  # beside what is no TOML, an integer of 5000 digits
        raise AssignmentError(f"{where} is not valid TOML: {error}.") from error


def shown(value: Any) -> str:
    """Show a value about as it stands in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        return f"a number of more than {MOST_DIGITS} digits"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {shown(item)}' for key, item in value.items())}}}"
    return json.dumps(value, default=str, ensure_ascii=False)
