"""`python -m oncall.demo`: what `make run` starts."""

import sys

from oncall.demo.run import main

sys.exit(main(sys.argv[1:]))
