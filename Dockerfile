# The worker, the wall and the simulator: one image, one command each.
FROM python:3.11-slim AS build
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
RUN pip install --quiet --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/hallwatch hallwatch
COPY --from=build /opt/hallwatch /opt/hallwatch
ENV PATH=/opt/hallwatch/bin:$PATH PYTHONUNBUFFERED=1
USER hallwatch
WORKDIR /var/lib/hallwatch
ENTRYPOINT ["hallwatch"]
CMD ["--help"]
