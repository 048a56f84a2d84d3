"""The command line. Every command loads what it needs and nothing else: reading one text must not start a program."""

import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from core.clock import SystemClock

if TYPE_CHECKING:
    from bot.config import Settings

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they may show what a variable holds
)
audit = typer.Typer(no_args_is_help=True, help="The log of who did what.")
cli.add_typer(audit, name="audit")
Result = TypeVar("Result")
_LOGS_NOTHING = {"understand", "recipient", "courier"}


@cli.callback()
def prepare(context: typer.Context) -> None:
    """面单 Miandan: a courier assistant in a merchant's chat."""
    if context.invoked_subcommand not in _LOGS_NOTHING:
        from bot.operating import logs  # noqa: PLC0415 - see the top

        logs.configure()


@cli.command()
def demo(
    orders: Annotated[int, typer.Option(min=0, max=20_000, help="How many orders wait today.")] = 86,
    seed: Annotated[int, typer.Option(help="The same seed makes the same world.")] = 7,
    out: Annotated[Path, typer.Option(help="Where labels and the world's ledger are written.")] = Path("out"),
    *,
    bound: Annotated[bool, typer.Option("--bound", help="Begin with shop and courier bound.")] = False,
) -> None:
    """Talk with Miandan in this terminal, against a pretend world. Reads one message a line."""
    from bot.demo import demo as talk  # noqa: PLC0415 - the sandbox is loaded only where it is used

    _run(talk(orders=orders, seed=seed, out=out, bound=bound))


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where to listen.")] = 8600,
    world: Annotated[str, typer.Option(help="Address of a served sandbox that stands for every outside service.")] = "",
) -> None:
    """Be on every channel that is configured: Telegram, WeCom, a WeCom bot, a WeChat Official Account."""
    from bot.serve import serve as run  # noqa: PLC0415 - the other commands need no channels

    _run(run(_settings(world), host=host, port=port))


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    import asyncio  # noqa: PLC0415 - see the top

    return asyncio.run(work)


def _settings(world: str = "") -> "Settings":
    """The settings from the environment; for a served sandbox with its own credentials for every service."""
    from bot.config import Settings  # noqa: PLC0415 - see the top

    if not world:
        return Settings()
    from bot.demo import SANDBOX_CREDENTIALS  # noqa: PLC0415 - the sandbox is loaded only where it is used

    return Settings(world=world).model_copy(update=dict(SANDBOX_CREDENTIALS))


@cli.command()
def sandbox(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where to listen on loopback.")] = 8700,
    orders: Annotated[int, typer.Option(min=0, max=20_000, help="How many orders wait today.")] = 120,
    seed: Annotated[int, typer.Option(help="The same seed makes the same world.")] = 7,
    program: Annotated[
        str, typer.Option(help="Where `miandan serve` listens, for WeChat's calls.")
    ] = "http://127.0.0.1:8600",
) -> None:
    """Serve the pretend world on loopback, each service under its host name, controls under /world."""
    import uvicorn  # noqa: PLC0415 - the other commands do not serve

    from bot.sandbox.clock import WorldClock  # noqa: PLC0415 - the sandbox is loaded only where it is used
    from bot.sandbox.world import World  # noqa: PLC0415 - the same

    world = World(seed=seed, orders=orders, clock=WorldClock.ticking())
    world.program = program
    uvicorn.run(
        world.app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        ws="websockets-sansio",
        timeout_graceful_shutdown=2,
    )


@cli.command()
def migrate() -> None:
    """Bring the database to today's schema; a SQLite file is backed up beside itself first."""
    applied = _run(_migrate(_settings()))
    typer.echo("\n".join(f"applied {name}" for name in applied) or "nothing to do")


async def _migrate(settings: "Settings") -> list[str]:
    from core.storage.database import connect  # noqa: PLC0415 - see above
    from core.storage.migrate import migrate as bring_up  # noqa: PLC0415 - see above

    database = await connect(settings.database)
    try:
        return [migration.name for migration in await bring_up(database)]
    finally:
        await database.close()


@cli.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="Where to; else MIANDAN_BACKUP_FOLDER.")] = None,
) -> None:
    """Copy the SQLite file, also while the program runs. The sealing key is not in the copy: keep it elsewhere."""
    from bot.operating.backups import Backups, dump_command, sqlite_file  # noqa: PLC0415 - see above

    settings = _settings()
    file = sqlite_file(settings.database)
    if file is None:
        typer.echo(f"PostgreSQL makes its own backups. Run: {dump_command(settings.database)}", err=True)
        raise typer.Exit(1)
    if not file.exists():
        typer.echo(f"There is no database at {file} yet. Check MIANDAN_DATABASE.", err=True)
        raise typer.Exit(1)
    keep = 0 if to else settings.backup_keep  # in a folder of the operator's choice nothing is deleted
    made = _run(Backups(file, to or settings.backup_folder, keep, SystemClock()).make())
    typer.echo(f"{made}\nThe sealing key is not in it. Keep {_key(settings)} apart from this file.")


def _key(settings: "Settings") -> str:
    return "MIANDAN_KEY" if settings.key.get_secret_value() else str(settings.key_file)


@cli.command()
def restore(file: Annotated[Path, typer.Argument(help="A copy that `miandan backup` made.")]) -> None:
    """Put a backup in the database's place; stop the program first. What stood there is kept beside it."""
    from bot.operating.backups import sqlite_file  # noqa: PLC0415 - see above
    from core.storage.backup import restore as put_back  # noqa: PLC0415 - see above

    settings = _settings()
    database = sqlite_file(settings.database)
    if database is None:
        typer.echo("MIANDAN_DATABASE names a PostgreSQL database. Restore it with pg_restore.", err=True)
        raise typer.Exit(1)
    aside = put_back(file, database)
    typer.echo(f"{database} is now what {file} was. " + (f"What stood there is {aside}." if aside else ""))


@cli.command()
def doctor(
    world: Annotated[str, typer.Option(help="Address of a served sandbox that stands for every outside service.")] = "",
) -> None:
    """Say what is missing or wrong with this installation, and what to do. Exit 0 when all is well."""
    from pydantic import ValidationError  # noqa: PLC0415 - see above

    from bot.operating.doctor import examine, settings_findings  # noqa: PLC0415 - see above

    try:
        settings = _settings(world)
    except ValidationError as error:
        findings = settings_findings(error)
    else:
        findings = _run(examine(settings, SystemClock()))
    typer.echo("\n".join(finding.line for finding in findings))
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


_Text = Annotated[str | None, typer.Argument(help="Without it, JSON lines are read from standard input.")]


@cli.command()
def understand(
    text: _Text = None,
    now: Annotated[str, typer.Option(help="When it is said, ISO, in Shanghai; else the present.")] = "",
) -> None:
    """What a message wants: {"id","text","now"} → {"id","intent","slots","ask"}."""
    from bot import reading  # noqa: PLC0415 - see above

    raise typer.Exit(reading.answer(reading.understood, text, now=now))


@cli.command()
def recipient(text: _Text = None) -> None:
    """Who a pasted address names: {"id","text"} → {"id","name","phone","extension","province","city",…}."""
    from bot import reading  # noqa: PLC0415 - see above

    raise typer.Exit(reading.answer(reading.recipient, text))


@cli.command()
def courier(number: _Text = None) -> None:
    """Whose waybill number this is: {"id","text"} → {"id","courier","sure"}."""
    from bot import reading  # noqa: PLC0415 - see above

    raise typer.Exit(reading.answer(reading.courier, number))


@cli.command()
def invite() -> None:
    """Print a code for a merchant's first owner: good for one person and one day. Works while the program runs."""
    from bot.operating import custody  # noqa: PLC0415 - see above

    _end(_run(custody.invite(_settings())))


@cli.command("rotate-key")
def rotate_key(
    *,
    new: Annotated[bool, typer.Option("--new", help="Make a new key first.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Drop the old keys that nothing needs any more.")] = False,
) -> None:
    """Seal everything again with the newest key. Stopped halfway, run it again; on SQLite stop the program first."""
    from bot.operating import custody  # noqa: PLC0415 - see above

    _end(_run(custody.rotate_key(_settings(), is_new=new, is_last=forget)))


@audit.command()
def verify() -> None:
    """Find entries of the log that were changed, removed or put in by other hands. Exit 0 when there are none."""
    from bot.operating import custody  # noqa: PLC0415 - see above

    _end(_run(custody.verify(_settings())))


def _end(outcome: tuple[str, int]) -> None:
    """Say it, and end with this code."""
    told, code = outcome
    if told:
        typer.echo(told)
    raise typer.Exit(code)


def main() -> None:
    """`miandan`."""
    os.umask(0o077)  # what is written here is its owner's alone
    try:
        cli()
    except Exception as error:
        from bot.operating.faults import in_words  # noqa: PLC0415 - needed on bad days only

        if not (told := in_words(error)):
            raise
        typer.echo(told, err=True)
        sys.exit(2)
