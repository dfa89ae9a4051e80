"""`jixiao`: one file a command. Command modules import heavy libraries inside their functions, so that every call starts fast."""

from __future__ import annotations

from importlib import import_module

import typer

COMMANDS = (
    "up", "down", "status", "logs", "doctor", "config", "serve", "migrate", "demo", "emit", "ledger", "reconcile", "export", "report",
    "score", "monitor", "review", "round", "replay", "dismiss", "rebuild", "token", "clock",
)  # fmt: skip

app = typer.Typer(
    name="jixiao",
    help="绩效 · Performance management of public money: goals, monitoring, evaluation, publication.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for name in COMMANDS:
    import_module(f"cli.{name}").register(app)


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
