"""The command line."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.config import Settings

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="面单 Miandan: a courier assistant in a merchant's chat."
)


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

    asyncio.run(talk(orders=orders, seed=seed, out=out, bound=bound))


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where to listen.")] = 8600,
    world: Annotated[str, typer.Option(help="Address of a served sandbox that stands for every outside service.")] = "",
) -> None:
    """Be on every channel that is configured: Telegram, WeCom, a WeCom bot, a WeChat Official Account."""
    from bot.channels.base import ChannelRefused  # noqa: PLC0415 - the other commands need no channels
    from bot.serve import serve as run  # noqa: PLC0415 - the same

    try:
        asyncio.run(run(_in_sandbox(world) if world else Settings(), host=host, port=port))
    except ChannelRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from refused


def _in_sandbox(world: str) -> Settings:
    """The settings from the environment, with the sandbox's own credentials for every service."""
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
    applied = asyncio.run(_migrate(Settings()))
    typer.echo("\n".join(f"applied {name}" for name in applied) or "nothing to do")


async def _migrate(settings: Settings) -> list[str]:
    from core.storage.database import connect  # noqa: PLC0415 - see above
    from core.storage.migrate import migrate as bring_up  # noqa: PLC0415 - see above

    database = await connect(settings.database)
    try:
        return [migration.name for migration in await bring_up(database)]
    finally:
        await database.close()


def main() -> None:
    """`miandan`."""
    logs.configure()
    cli()
