"""`hallwatch report`: a month's report, or a quarter's assessment, as html, xlsx or docx.

Wiring only: which ClickHouse, whose names, which span; the file. Called by `streams.cli`.
Invariant: nothing is written where there is nothing to report.
"""

import argparse
import sys
from pathlib import Path

from clickhouse_connect.driver.client import Client

from dashboards.reports.document import Report
from dashboards.reports.formats import Format, written_as
from dashboards.reports.month import is_empty, month_report
from dashboards.reports.period import Period, PeriodError, Unit, month, quarter
from dashboards.reports.quarter import quarter_report
from dashboards.reports.reading import read_figures
from dashboards.reports.speech import Speech
from dashboards.stories.site import Site
from dashboards.words import Words
from streams.cli_saying import asking
from streams.rules.audit import load_audit_rules
from streams.rules.load import load_rulebook
from streams.running import reachable
from streams.settings import Settings, SettingsError, read_settings
from streams.worker_stories import now_of, reading_of, site_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    span = parser.add_mutually_exclusive_group(required=True)
    span.add_argument("--month", metavar="YYYY-MM", help="the monthly report, as 2022-10")
    span.add_argument("--quarter", metavar="YYYY-QN", help="the assessment form, as 2022-Q4")
    parser.add_argument("--section", default="", metavar="CODE", help="left out: all of them")
    parser.add_argument("--format", choices=[one.value for one in Format], default="html")
    parser.add_argument(
        "--out", "-o", type=Path, metavar="FILE", help="left out: named by its span"
    )
    parser.add_argument("--language", choices=["zh", "en"], help="left out: HALLWATCH_LANGUAGE")


def run_report(arguments: argparse.Namespace) -> int:
    """0: written; 1: there is nothing to report, or no such section."""
    settings = reachable(read_settings())
    site = site_of(settings, load_rulebook(settings.rules))
    period = _period(arguments, site)
    with asking(settings) as client:
        speech = _speech(settings, arguments, site, period, client)
        report = _report(client, arguments.section, period, speech)
    if isinstance(report, str):
        print(report, file=sys.stderr)
        return 1
    form = Format(arguments.format)
    file = arguments.out or Path(_name(arguments, form))
    file.write_bytes(written_as(report, form))
    print(file)
    return 0


def _period(arguments: argparse.Namespace, site: Site) -> Period:
    """By the clock of the section; of the hall where it has none."""
    zone = site.section(arguments.section).zone
    try:
        if arguments.month:
            return month(arguments.month, zone)
        return quarter(arguments.quarter, zone)
    except PeriodError as error:
        raise SettingsError(str(error)) from None


def _speech(
    settings: Settings, arguments: argparse.Namespace, site: Site, period: Period, client: Client
) -> Speech:
    items = load_audit_rules(settings.rules).items
    return Speech(
        site=site,
        language=arguments.language or settings.language,
        zone=period.zone,
        now=now_of(settings, reading_of(lambda: client))(),
        items={code: Words(one.name_zh, one.name_zh) for code, one in items.items()},
        public_url=settings.public_url,
    )


def _report(client: Client, section: str, period: Period, speech: Speech) -> Report | str:
    """Or the sentence that says why there is none."""
    name = speech.word(period.name)
    if period.since > speech.now:
        return speech.say(f"{name}还没有开始，没有可报告的。", f"{name} has not begun yet.")
    figures = read_figures(client, period, section)
    if is_empty(figures, period):
        known = section in ("", *speech.site.sections)
        if not known and not figures.promises:
            codes = "、".join(f"{code} {speech.section(code)}" for code in speech.site.sections)
            return speech.say(
                f"--section {section!r}：没有这个科室。有：{codes or '（一个也没有）'}。",
                f"--section {section!r}: there is no such section. There are: {codes or 'none'}.",
            )
        where = speech.section(section) if section else speech.say("全大厅", "the whole hall")
        return speech.say(
            f"{name}，{where}：没有任何记录，没有可报告的。",
            f"{name}, {where}: nothing was recorded, so there is nothing to report.",
        )
    compose = month_report if period.unit is Unit.MONTH else quarter_report
    return compose(figures, period, section, speech)


def _name(arguments: argparse.Namespace, form: Format) -> str:
    span = arguments.month or arguments.quarter.upper()
    section = f"-{arguments.section}" if arguments.section else ""
    return f"hallwatch-{span}{section}.{form.value}"
