# One image for every process of the mall; the command chooses which. No BuildKit-only syntax.
FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/mpp
# The dependencies alone first: they change seldom, and this layer is then reused.
COPY pyproject.toml requirements.lock ./
RUN python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > needed.txt \
 && /opt/mpp/bin/pip install --no-cache-dir --disable-pip-version-check -c requirements.lock -r needed.txt
COPY README.md ./
COPY mpp mpp
COPY services services
RUN /opt/mpp/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mpp \
 # a named volume takes over the owner of the folder it is mounted on
 && mkdir -p /var/lib/mpp/audit /var/lib/mpp/files && chown -R 10001 /var/lib/mpp
COPY --from=build /opt/mpp /opt/mpp
ENV PATH=/opt/mpp/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /
ENTRYPOINT ["mpp"]
CMD ["--help"]
