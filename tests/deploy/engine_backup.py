"""BACKUP and RESTORE, by the real engine, in a process of its own.

Run as `python -m tests.deploy.engine_backup FOLDER BACKUPS STATEMENT…` on a folder no other process
has open. The statements are those of docs/operate.md, but for `File(…)` in place of `Disk(…)`: the
engine in process has no configuration file that could name a disk.
"""

import sys

from chdb.session import Session


def main() -> None:
    folder, backups, *statements = sys.argv[1:]
    session = Session(f"{folder}?backups.allowed_path={backups}")
    for statement in statements:
        print(session.query(statement))
    session.close()


if __name__ == "__main__":
    main()
