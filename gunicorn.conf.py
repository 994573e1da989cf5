"""How gunicorn serves the portal: `gunicorn portal.wsgi` reads this file by its name.

The settings are read here, in the first process, so that a wrong one ends the start
with its sentence instead of one dying worker after another.
"""

from pathlib import Path

from portal.settings import env

bind = f"{env.str('BIND', '127.0.0.1')}:{env.int('PORT', 8000)}"
worker_class = "gthread"
workers = env.int("WEB_WORKERS", 2)
threads = env.int("WEB_THREADS", 4)
timeout = 60
graceful_timeout = 20
# A worker starts afresh after so many requests, so that no leak lives for ever.
max_requests = 5000
max_requests_jitter = 500
# Heartbeat files in memory: on a busy disk a worker would look dead.
_memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes a file of its own in it
worker_tmp_dir = str(_memory) if _memory.is_dir() else None
# It would be a socket in the home of whoever starts the portal, and nobody uses it.
control_socket_disable = True
