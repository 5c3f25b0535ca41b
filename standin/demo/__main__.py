"""`python -m standin.demo`: what `make run` starts."""

import sys

from standin.demo.run import main

sys.exit(main(sys.argv[1:]))
