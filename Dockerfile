# Every service of hallwatch: one image, one command each. Rebuild to upgrade; state is elsewhere.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/hallwatch
ENV PATH=/opt/hallwatch/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# The pinned packages first: they change less often than the code.
COPY requirements/server.txt requirements/
RUN pip install --quiet --require-hashes --no-deps --only-binary :all: -r requirements/server.txt
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY streams streams
COPY sinks sinks
COPY dashboards dashboards
RUN pip install --quiet --no-deps --no-build-isolation . \
    && pip uninstall --quiet --yes pip setuptools \
    && python -m compileall -q /opt/hallwatch/lib

FROM python:3.11.14-slim-bookworm
# The number is in docker-compose.yml and `hallwatch secrets`, too: secrets are readable by it alone.
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/hallwatch hallwatch
COPY --from=build /opt/hallwatch /opt/hallwatch
ENV PATH=/opt/hallwatch/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /var/lib/hallwatch
ENTRYPOINT ["hallwatch"]
CMD ["--help"]
