# One image for every process of the mall; the command chooses which. No BuildKit-only syntax.
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE} AS build
WORKDIR /build
# no pip in what runs: that of the base image installs into it
RUN python -m venv --without-pip /opt/mpp
# The dependencies alone first: they change seldom, and this layer is then reused.
COPY requirements.image.lock ./
RUN pip --python /opt/mpp/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.image.lock
COPY pyproject.toml README.md ./
COPY mpp mpp
COPY services services
RUN pip --python /opt/mpp/bin/python install --no-cache-dir --disable-pip-version-check --no-deps .

FROM ${PYTHON_IMAGE} AS mall
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mpp \
 # a named volume takes over the owner of the folder it is mounted on
 && mkdir -p /var/lib/mpp/audit /var/lib/mpp/files /var/lib/mpp/backups && chown -R 10001 /var/lib/mpp
COPY --from=build /opt/mpp /opt/mpp
COPY deploy/ready.sh /usr/local/bin/mpp-ready
ENV PATH=/opt/mpp/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /
ENTRYPOINT ["mpp"]
CMD ["--help"]

# For backups alone: pg_dump and pg_restore, of the version of docker-compose.yml's server.
FROM mall AS backup
USER root
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/*
# a volume of each service's own checkpoints is mounted on each of these
RUN cd /var/lib/mpp && mkdir -p audit-before audit/permits audit/civil_registry audit/complaints audit/gateway \
 && chown -R 10001 /var/lib/mpp
USER 10001
