"""`python -m shixiao` is the command line `shixiao`."""

from shixiao.site.cli import main

raise SystemExit(main())
