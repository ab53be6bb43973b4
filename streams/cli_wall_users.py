"""`hallwatch wall-users`: who may see the wall, where it asks for a name and a password.

Wiring: arguments, the terminal, exit codes. The work is `streams.door.user_desk`. Invariant: a
password is typed or piped in, never an argument: those stand in the list of processes.
"""

import argparse
import getpass
import sys
from pathlib import Path

from streams.door.user_desk import SHORTEST_PASSWORD, UserRefusedError, add_user, remove_user
from streams.door.users import UserFileError, read_users
from streams.settings import PREFIX, SettingsError, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `hallwatch wall-users`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser(
        "add", help="let somebody in, or change a password: typed twice, or piped in"
    )
    add.add_argument("name", metavar="NAME")
    acts.add_parser("list", help="their names")
    remove = acts.add_parser("remove", help="let somebody in no longer, at once")
    remove.add_argument("name", metavar="NAME")


def run_wall_users(arguments: argparse.Namespace) -> int:
    """0: done; 1: it does not hold."""
    path = _path()
    try:
        match arguments.act:
            case "add":
                known = add_user(path, arguments.name, _password())
                print(f"{arguments.name} {'has another password' if known else 'may come in'} now")
            case "remove":
                remove_user(path, arguments.name)
                print(f"{arguments.name} may come in no longer")
            case _:
                print("\n".join(read_users(path)))
    except (UserRefusedError, UserFileError) as error:
        print(f"hallwatch wall-users: {error}", file=sys.stderr)
        return 1
    return 0


def _path() -> Path:
    path = read_settings().wall_users_file
    if path is None:
        raise SettingsError(
            f"{PREFIX}WALL_USERS_FILE: is not set; set it to where the users shall stand"
        )
    return path


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"Password, {SHORTEST_PASSWORD} characters or more: ")
    if getpass.getpass("Once more: ") != password:
        raise UserRefusedError("the two are not the same")
    return password
