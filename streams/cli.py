"""The `hallwatch` command: reads arguments, calls what does the work, says what went wrong.

Wiring only. Invariant: a wrong setting, file or address ends in one sentence and exit
code 2, never in a traceback.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from streams import (
    cli_acts,
    cli_audit,
    cli_backfill,
    cli_check,
    cli_dashboards,
    cli_deadletters,
    cli_demo,
    cli_gateway,
    cli_import,
    cli_orders,
    cli_query,
    cli_replay,
    cli_report,
    cli_resume,
    cli_secrets,
    cli_sections,
    cli_simulate,
    cli_stories,
    cli_try,
    cli_wall,
    cli_wall_users,
    cli_watch_folder,
    cli_worker,
)
from streams.cli_mendable import MENDABLE, sentence_of
from streams.settings import (
    PREFIX,
    SECRETS,
    Settings,
    given_settings,
    settings_of,
    unknown_variables,
)

Run = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 1 not all was well (as each command says), 2 cannot start."""
    arguments = _parser().parse_args(argv)
    run: Run = arguments.run
    for sentence in unknown_variables():
        print(f"hallwatch {arguments.command}: WARNING: {sentence}", file=sys.stderr)
    try:
        code = run(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever reads (`| head`) has enough; and at its end Python would flush into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MENDABLE as error:
        print(sentence_of(arguments.command, error), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hallwatch",
        description="Response times, waits and broken promises of a government service hall, live."
        " Settings come from the environment and the file HALLWATCH_SETTINGS names: see"
        " `hallwatch settings`.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Run, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    cli_demo.add_arguments(command("demo", cli_demo.run_demo, "a whole simulated hall, here"))
    cli_try.add_arguments(
        command(
            "try", cli_try.run_try, "your own hall, here: nothing simulated, a key to send with"
        )
    )
    cli_worker.add_arguments(
        command("worker", cli_worker.run_worker, "decide, record and notify; with the wall")
    )
    command("wall", cli_wall.run_wall, "the wall alone, over ClickHouse")
    cli_wall_users.add_arguments(
        command("wall-users", cli_wall_users.run_wall_users, "who may see the wall")
    )
    command("gateway", cli_gateway.run_gateway, "take events over HTTP")
    cli_gateway.add_key_arguments(
        command("gateway-keys", cli_gateway.run_gateway_keys, "who may send over HTTP")
    )
    cli_replay.add_arguments(
        command("replay", cli_replay.run_replay, "feed recorded events through the pipeline")
    )
    cli_import.add_arguments(
        command("import", cli_import.run_import, "turn a queue system's CSV into events")
    )
    cli_watch_folder.add_arguments(
        command(
            "watch-folder",
            cli_watch_folder.run_watch_folder,
            "take in exports that are dropped into a folder",
        )
    )
    cli_simulate.add_arguments(
        command("simulate", cli_simulate.run_simulate, "send a simulated hall's events")
    )
    cli_deadletters.add_arguments(
        command("deadletters", cli_deadletters.run_deadletters, "what was refused; send it again")
    )
    cli_resume.add_arguments(
        command("resume", cli_resume.run_resume, "let a stopped partition go on")
    )
    cli_audit.add_arguments(
        command("audit", cli_audit.run_audit, "look for cases without a trace; orders by itself")
    )
    cli_orders.add_arguments(
        command("orders", cli_orders.run_orders, "rectification orders (整改单) and their ledger")
    )
    cli_backfill.add_arguments(
        command("backfill", cli_backfill.run_backfill, "a time judged again, under other rules")
    )
    cli_query.add_arguments(command("query", cli_query.run_query, "ask ClickHouse"))
    cli_report.add_arguments(
        command("report", cli_report.run_report, "a month's report, a quarter's assessment form")
    )
    cli_check.add_arguments(
        command("check", cli_check.run_check, "check the rules' data files; who is told of what")
    )
    cli_dashboards.add_arguments(
        command("dashboards", cli_dashboards.run_dashboards, "Grafana's: write files, or push them")
    )
    cli_sections.add_arguments(
        command("sections", cli_sections.run_sections, "the sections and their people")
    )
    cli_stories.add_trace_arguments(
        command("trace", cli_stories.run_trace, "a whole journey, from end to end")
    )
    cli_stories.add_explain_arguments(
        command("explain", cli_stories.run_explain, "why there is an alert")
    )
    cli_acts.add_alerts_arguments(
        command("alerts", cli_acts.run_alerts, "the alerts, the newest first")
    )
    cli_acts.add_ack_arguments(
        command("ack", cli_acts.run_ack, "look after an alert: nobody further up is told")
    )
    cli_acts.add_excuse_arguments(
        command("excuse", cli_acts.run_excuse, "excuse a breach, with the reason")
    )
    cli_acts.add_silence_arguments(
        command("silence", cli_acts.run_silence, "tell nobody of a section's alerts for a time")
    )
    cli_secrets.add_arguments(
        command("secrets", cli_secrets.run_secrets, "make the secrets docker-compose.yml needs")
    )
    command("settings", _settings, "show the settings in force and who set each; secrets masked")
    return parser


def _settings(_: argparse.Namespace) -> int:
    found = given_settings()
    settings = settings_of(found)
    for name in Settings.__struct_fields__:
        value = getattr(settings, name)
        shown = "***" if name in SECRETS and value else "" if value is None else value
        origin = found[name].origin if name in found else "default"
        print(f"{PREFIX}{name.upper()}={shown}".ljust(44), f" # {origin}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
