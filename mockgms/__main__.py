"""The command, as `python -m mockgms`."""

import sys

from mockgms.cli import main

sys.exit(main())
