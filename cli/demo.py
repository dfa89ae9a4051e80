"""`jixiao demo`: a made-up county's year, played on the real thing; `--check` compares its end with what was planted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from deploy.demo.expected import Expected
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
    from backbone.process.settings import runtime_file
    from deploy.demo import home as place
    from deploy.local.runtime import Runtime

    started = time.monotonic()
    slow = seconds_per_month_of(pace)
    folder = runtime_file().parent / ("demo-check" if check else "demo")
    runtime = Runtime(folder, clock="business", demo=True)
    with _told(), place.alone(folder), _ended(runtime, keep=keep, remove=check):
        note = place.read(folder)
        if note is not None and note.finished and note.seed == seed and not check:
            _start(runtime)
        else:
            runtime.stop(_say)
            place.clean(folder)
            place.write(folder, place.Note(seed, finished=False))
            _start(runtime)
            _say(f"{time.monotonic() - started:.0f} s")
            differs = _year(runtime, seed, slow, started if check else None)
            place.write(folder, place.Note(seed, finished=True))
            if check:
                raise typer.Exit(1 if differs else 0)
        _show(runtime, keep=keep, browser=open)


def _year(runtime: Runtime, seed: int, seconds_per_month: float, checked_since: float | None) -> bool:
    """Play the year; with `checked_since` compare its end too and print the last line. Whether anything differs."""
    from deploy.demo import home
    from deploy.demo.plan import make_plan
    from deploy.demo.play import play

    plan, place = make_plan(seed), _place(runtime)
    home.name_organisations(runtime.home, plan.county, plan.units)
    with _shown_days() as tell:
        played = play(plan, place, tell=tell, seconds_per_month=seconds_per_month)
    _say(
        f"{played.posts} 个请求、{played.rows} 行凭证，{played.seconds:.0f} 秒 · {played.posts} requests, {played.rows} voucher rows"
    )
    if checked_since is None:
        for surprise in played.surprises:
            _say(surprise)
        return bool(played.surprises)
    return _compared(plan, place, played, checked_since)


def _compared(plan: Plan, place: Place, played: Played, since: float) -> bool:
    """Compare and print: each difference on standard error, one JSON object as the last line."""
    from json import dumps

    from deploy.demo.check import check
    from deploy.demo.doors import Doors
    from deploy.demo.expected import expect

    expected = expect(plan)
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
    typer.echo(dumps(_line(expected, findings.figures, not differences, time.monotonic() - since)))
    return bool(differences)


def _line(expected: Expected, figures: dict[str, Any], ok: bool, seconds: float) -> dict[str, Any]:
    """The machine's line: `amount_in` was planted, the rest is what the services said."""
    from deploy.demo.projects import yuan

    said = {name: figures.get(name) for name in ("amount_ledger", "projects", "deviations", "suspended", "published")}
    return {
        "ok": ok,
        "vouchers": figures.get("vouchers"),
        "amount_in": yuan(expected.amount),
        **said,
        "seconds": round(seconds, 1),
    }


def _place(runtime: Runtime) -> Place:
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
