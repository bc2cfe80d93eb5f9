"""What each `dajia` command does; ``cli.py`` is their table of contents."""
