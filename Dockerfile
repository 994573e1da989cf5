# One image for web, worker, beat and every command. Each process is named in
# docker-compose.yml; without a name it is the web server.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /opt/steward \
    && /opt/steward/bin/pip install --no-cache-dir --disable-pip-version-check \
        --only-binary=:all: --require-hashes --requirement /tmp/runtime.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/steward/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    READ_ENV_FILES=off \
    STATIC_MANIFEST=on \
    VAR_DIR=/var/lib/steward \
    BIND=0.0.0.0
RUN useradd --system --uid 10001 --user-group --no-create-home steward \
    && install --directory --owner=steward --group=steward --mode=0750 /var/lib/steward
COPY --from=packages /opt/steward /opt/steward
WORKDIR /srv/steward
COPY . .
# Names every static file by its content. The secrets are made up for this one command
# and are in no layer: it needs some to start, and uses none.
RUN SECRET_KEY=none REDIS_URL=redis://none:6379/0 \
    SIGNING_MASTER_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q .
USER 10001:10001
VOLUME /var/lib/steward
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "bin/probe.py"]
CMD ["gunicorn", "portal.wsgi"]
