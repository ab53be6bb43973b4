"""二、变化趋势: each promise in the span and in those before it.

Pure. Called by `month`. Invariant: spans without a judged case show nothing, not zero.
"""

from dashboards.reports.chapter_promises import tallied
from dashboards.reports.document import Chapter, Chart, ChartKind, Column, Series, Table
from dashboards.reports.facts import Figures
from dashboards.reports.period import Period
from dashboards.reports.speech import COUNTED, Speech


def trend(figures: Figures, period: Period, speech: Speech) -> Chapter:
    say, of = speech.say, tallied(figures)
    periods = periods_of(figures, period)
    there = speech.promises(row.promise for row in figures.promises)
    shares = [
        id for id in there if id not in COUNTED and any(of(id, one).judged for one in periods)
    ]
    counts = [id for id in speech.site.promises if id in COUNTED]
    heads = tuple(Column(speech.word(one.short), 10) for one in periods)
    lines = [id for id in shares if of(id, period).judged]
    return Chapter(
        say("二、变化趋势", "2. Trend"),
        (
            Table(
                title=say("各项承诺兑现率的变化", "Service levels over time"),
                sheet=say("趋势", "Trend"),
                columns=(Column(say("承诺事项", "Promise"), 28), *heads),
                rows=tuple(
                    (speech.promise(id), *(of(id, one).level for one in periods)) for id in shares
                ),
                empty=say("没有可比的数据。", "There is nothing to compare."),
            ),
            Chart(
                kind=ChartKind.LINES,
                title=say("兑现率变化", "Service levels over time"),
                sheet=say("趋势", "Trend"),
                categories=tuple(speech.word(one.short) for one in periods),
                series=tuple(
                    Series(speech.promise(id), tuple(of(id, one).level for one in periods))
                    for id in lines
                ),
            ),
            Table(
                title=say("逐件认定的违诺件数的变化", "Breaches over time"),
                sheet=say("违诺件数趋势", "Breaches over time"),
                columns=(Column(say("承诺事项", "Promise"), 28), *heads),
                rows=tuple(
                    (speech.promise(id), *(of(id, one).broken for one in periods)) for id in counts
                ),
                empty=say("规则中没有此类承诺。", "The rules have none."),
            ),
        ),
    )


def periods_of(figures: Figures, period: Period) -> list[Period]:
    """From the first one anything is known of; the one before is there in any case."""
    first = min((row.began for row in figures.promises), default=period.first)
    return [one for one in period.trend() if one.first >= min(first, period.moved(-1).first)]
