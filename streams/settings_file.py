"""docs/hallwatch.toml: every setting with what it is, what it may be, and its default.

Written by `make generate`, from the declaration itself. Invariant: as it is written it changes
nothing: every line of it is a comment.
"""

import ast
import inspect
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from streams import settings
from streams.settings import SECRETS, Settings

_HEAD = """\
# Settings of hallwatch; written by `make generate`. Copy it, take the # from what you change,
# and name the copy in the variable HALLWATCH_SETTINGS. Each can be an environment variable as
# well, with HALLWATCH_ before its name in capitals, which goes before this file. Whatever may
# hold a secret can stand in a file of its own: webhook_secret_file = "/run/secrets/webhook".
# `hallwatch settings` shows what holds, and who said so.
"""

_DOC = "#:"

NOT_SET = "... (not set)"


def document() -> str:
    return "\n".join([_HEAD, *_entries()])


def _entries() -> Iterator[str]:
    notes = _notes()
    hints = inspect.get_annotations(Settings, eval_str=True)
    for field in msgspec.structs.fields(Settings):
        said = [notes[field.name], _range(hints[field.name])]
        if field.name in SECRETS:
            said.append(f"or {field.name}_file")
        told = "; ".join(part.rstrip(".") for part in said if part)
        yield from (f"# {told}",) if told else ()
        yield f"# {field.name} = {_toml(field.default, hints[field.name])}\n"


def _notes() -> dict[str, str]:
    """What stands behind `#:` at each field, or in the lines above it."""
    source = inspect.getsource(settings)
    at = {
        token.start[0]: token.string.removeprefix(_DOC).strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and token.string.startswith(_DOC)
    }
    (declared,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == Settings.__name__
    )
    found, above = {}, declared.lineno
    for node in declared.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            lines = range(above + 1, (node.end_lineno or node.lineno) + 1)
            found[node.target.id] = " ".join(at[line] for line in lines if line in at)
        above = node.end_lineno or node.lineno
    return found


def _range(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(get_args(hint))
    for part in (hint, *get_args(hint)):
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, Meta):
                least = f"more than {meta.gt}" if meta.gt is not None else f"at least {meta.ge}"
                return f"{least}, at most {meta.le}"
    return ""


def _toml(value: object, hint: Any) -> str:
    match value:
        case None:
            # What is no text has no empty form.
            return '""' if Path in get_args(hint) else NOT_SET
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return f'"{value}"'


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
