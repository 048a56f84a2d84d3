"""`python -m bot` is `miandan`."""

from bot.cli import main

if __name__ == "__main__":
    main()
