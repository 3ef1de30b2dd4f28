"""`python -m tinydwn`: the command line, where the folder of scripts is not on the PATH."""

from tinydwn.cli.app import main

main()
