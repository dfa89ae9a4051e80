"""`jixiao demo`: a made-up county's year, played on the real thing; `--check` compares its end with what was planted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cli.demo_line import LastLine, line_at_the_end

if TYPE_CHECKING:
    from deploy.demo.facts import Plan
    from deploy.demo.play import Place, Played
    from deploy.demo.steps import Day
    from deploy.local.runtime import Runtime

TOKEN_SECONDS = 12 * 3600


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "demo", help="演示数据：在真实系统上走完一个县的一年 · A made-up county's year, played on the real thing."
    )(demo)


def demo(
    check: Annotated[
        bool,
        typer.Option("--check", help="走完后逐项核对，并停止一切 · compare every figure at the end, stop everything"),
    ] = False,
    pace: Annotated[
        str | None, typer.Option(metavar="1month=10s", help="放慢：每月用时 · slow down: how long a month takes")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="换一个县 · another county")] = 2026,
    keep: Annotated[
        bool, typer.Option("--keep", help="结束后不停止，也不删除 · leave everything running at the end, and its data")
    ] = False,
    open: Annotated[bool, typer.Option("--open/--no-open", help="打开浏览器 · open a browser")] = True,
) -> None:
    """Play the demo year in a folder of its own, and show the public page until Ctrl-C; a year that was played is only shown."""
    started = time.monotonic()
    year = _Asked(seed, seconds_per_month_of(pace), started)
    if not check:
        _shown(year, keep=keep, browser=open)
        return
    with line_at_the_end(started) as line:
        _checked(year, line, keep=keep)


class _Asked(NamedTuple):
    """The year that is asked for; `started` is `time.monotonic()` at the start of the command."""

    seed: int
    seconds_per_month: float
    started: float


def _shown(year: _Asked, *, keep: bool, browser: bool) -> None:
    """Play the year where its folder does not hold it already, and show its page."""
    from deploy.demo import home

    runtime = _runtime("demo")
    with _told(), home.alone(runtime.home), _ended(runtime, keep=keep, remove=False):
        note = home.read(runtime.home)
        if note is not None and note.finished and note.seed == year.seed:
            _start(runtime)
        else:
            _begin(runtime, year)
            for surprise in _played(runtime, year)[1].surprises:
                _say(surprise)
            home.write(runtime.home, home.Note(year.seed, finished=True))
        _show(runtime, keep=keep, browser=browser)


def _checked(year: _Asked, line: LastLine, *, keep: bool) -> None:
    """Play the year anew, compare its end, and stop everything."""
    from deploy.demo import home

    runtime = _runtime("demo-check")
    with _told(), home.alone(runtime.home), _ended(runtime, keep=keep, remove=True):
        _begin(runtime, year)
        plan, played = _played(runtime, year)
        _compare(plan, place_of(runtime), played, line)
        home.write(runtime.home, home.Note(year.seed, finished=True))
        if not line.ok:
            raise typer.Exit(1)


def _runtime(folder: str) -> Runtime:
    """The runtime of a demonstration, in a folder of its own."""
    from backbone.process.settings import runtime_file
    from deploy.local.runtime import Runtime

    return Runtime(runtime_file().parent / folder, clock="business", demo=True)


def _begin(runtime: Runtime, year: _Asked) -> None:
    """Start in an empty folder: an earlier demo year in it is removed."""
    from deploy.demo import home

    runtime.stop(_say)
    home.clean(runtime.home)
    home.write(runtime.home, home.Note(year.seed, finished=False))
    _start(runtime)
    _say(f"{time.monotonic() - year.started:.0f} s")


def _played(runtime: Runtime, year: _Asked) -> tuple[Plan, Played]:
    """Play the whole year, and how it went."""
    from deploy.demo import home
    from deploy.demo.plan import make_plan
    from deploy.demo.play import play

    plan = make_plan(year.seed)
    home.name_organisations(runtime.home, plan.county, plan.units)
    with _shown_days() as tell:
        played = play(plan, place_of(runtime), tell=tell, seconds_per_month=year.seconds_per_month)
    _say(
        f"{played.posts} 个请求、{played.rows} 行凭证，{played.seconds:.0f} 秒 · {played.posts} requests, {played.rows} voucher rows"
    )
    return plan, played


def _compare(plan: Plan, place: Place, played: Played, line: LastLine) -> None:
    """Compare the year's end with what was planted: each difference on standard error, the figures into the last line."""
    from deploy.demo.check import check
    from deploy.demo.doors import Doors
    from deploy.demo.expected import expect
    from deploy.demo.projects import yuan

    expected = expect(plan)
    line.planted(yuan(expected.amount))
    doors = Doors(place.addresses, place.sign, run="check")
    try:
        findings = check(plan, expected, doors)
    finally:
        doors.close()
    differences = [*played.surprises, *findings.differences]
    for difference in differences:
        typer.echo(f"✗ {difference}", err=True)
    _say(
        f"核对 {findings.compared} 项，{len(differences)} 项不符 · {findings.compared} compared, {len(differences)} differ"
    )
    line.compared(findings.figures, ok=not differences)


def place_of(runtime: Runtime) -> Place:
    """Where the runtime is: its doors, its Kafka, its signature."""
    from backbone.process.settings import SERVICES
    from deploy.demo.play import Place
    from deploy.demo.steps import Person
    from deploy.local.tokens import sign

    values = runtime.settings_values()

    def signed(person: Person) -> str:
        return sign(values["token_key"], name=person.name, role=person.role, org=person.org, seconds=TOKEN_SECONDS)

    return Place(
        addresses={service: f"http://127.0.0.1:{values[f'{service}_port']}" for service in SERVICES},
        kafka=values["kafka"],
        sign=signed,
        folder=runtime.home / "exports",
        environment=runtime.environment(),
    )


def _start(runtime: Runtime) -> None:
    from deploy.local.runtime import AlreadyRunning

    try:
        runtime.start(_say)
    except AlreadyRunning as running:
        _say(str(running))


def _show(runtime: Runtime, *, keep: bool, browser: bool) -> None:
    """Say where the page is, open it where somebody sits at a terminal, and wait for Ctrl-C."""
    import webbrowser

    address = f"http://127.0.0.1:{runtime.settings_values()['publishing_port']}/"
    typer.echo(address)
    _say(f"演示数据的公开页面 · the demo's public page; JIXIAO_HOME={runtime.home} jixiao status")
    if browser and sys.stdout.isatty():
        webbrowser.open(address)
    if keep:
        return
    _say("Ctrl-C 停止；数据保留 · Ctrl-C stops everything; the data stay")
    while runtime.running():
        time.sleep(0.5)


@contextmanager
def _ended(runtime: Runtime, *, keep: bool, remove: bool) -> Generator[None]:
    """Stop everything at the end, however it comes; a check that found nothing leaves no folder behind."""
    import shutil
    import signal

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    good = False
    try:
        yield
        good = True
    except KeyboardInterrupt:
        _say("停止 · stopping")
    except typer.Exit as end:
        good = not end.exit_code
        raise
    finally:
        if not keep or (not good and not runtime.running()):
            runtime.stop(_say)
            if remove and good:
                shutil.rmtree(runtime.home, ignore_errors=True)


@contextmanager
def _told() -> Generator[None]:
    """What cannot go on is said in a sentence, with exit status 1."""
    from deploy.demo.clock import NotQuiet
    from deploy.demo.doors import Unanswered
    from deploy.demo.export import NotSent
    from deploy.demo.home import InUse, NotADemo
    from deploy.local.refusal import Refused

    try:
        yield
    except (Refused, InUse, NotADemo, NotQuiet, NotSent, Unanswered) as failed:
        typer.echo(f"jixiao: {failed}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def _shown_days() -> Generator[Callable[[Day, int, int], None]]:
    """One line a day on standard error, with a bar beneath where it is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        yield lambda day, number, of: console.print(_told_day(day), markup=False)
        return
    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("2026", total=None)

        def tell(day: Day, number: int, of: int) -> None:
            bar.console.print(_told_day(day), markup=False)
            bar.update(task, completed=number, total=of, description=f"{day.day:%Y-%m}")

        yield tell


def _told_day(day: Day) -> str:
    return f"{day.day}  {day.zh} · {day.en}"


def _say(sentence: str) -> None:
    typer.echo(f"· {sentence}", err=True)


def seconds_per_month_of(pace: str | None) -> float:
    """`1month=10s` is 10.0; nothing is 0, full speed."""
    import re

    if pace is None:
        return 0.0
    match = re.fullmatch(r"1month=(\d+(?:\.\d+)?)s", pace)
    if match is None:
        raise typer.BadParameter(f"{pace!r}: 写作 1month=10s · write it as 1month=10s", param_hint="--pace")
    return float(match.group(1))
