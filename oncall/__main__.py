"""`python -m oncall`: the same as the command `oncall`."""

from oncall.cli import main

if __name__ == "__main__":
    main()
