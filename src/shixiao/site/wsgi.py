"""The application that a WSGI server runs. `shixiao serve` does; so can any other: `shixiao.site.wsgi:application`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")

application = get_wsgi_application()

# Rooms may be imported only now that Django is set up. Nobody serves from a book that can be rewritten.
from shixiao.ledger import guard  # noqa: E402
from shixiao.site.orphans import end_with_parent  # noqa: E402
from shixiao.site.postgresql.patience import wait_at_most  # noqa: E402

end_with_parent()
guard.verify()
connections.close_all()
wait_at_most(settings.SHIXIAO_DATABASE_PATIENCE)
