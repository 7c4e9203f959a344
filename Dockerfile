# The release pins the base by its digest (.github/workflows/release.yml), as its label says. To pin it in a build of your
# own, or to use a mirror: --build-arg BASE=docker.io/library/python:3.13-slim@sha256:...
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
WORKDIR /source
# A mirror of PyPI, for networks that do not reach it. HTTPS_PROXY and NO_PROXY are known to every builder.
ARG PIP_INDEX_URL
# First what seldom changes: the dependencies, in the versions and with the hashes of uv.lock.
COPY pyproject.toml uv.lock ./
COPY scripts/constraints scripts/
RUN PYTHON=python scripts/constraints uvloop,metrics,tls >/requirements.txt \
 && python -m venv --without-pip /opt/mockgms \
 && pip --python /opt/mockgms/bin/python install --no-cache-dir --no-compile --quiet \
    --no-deps --require-hashes --requirement /requirements.txt
# What no request needs: Faker's customers are American, and bytecode of the tables of phonenumbers is enough.
RUN cd "$(/opt/mockgms/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
 && find faker/providers -mindepth 2 -maxdepth 2 -type d ! -name 'en*' ! -name la -exec rm -r {} + \
 && python -m compileall -q -b phonenumbers/geodata phonenumbers/carrierdata phonenumbers/tzdata \
 && find phonenumbers/geodata phonenumbers/carrierdata phonenumbers/tzdata -name '*.py' -delete \
 && rm -rf faker/sphinx uvloop/*.pyx uvloop/*.pxd
COPY . .
RUN pip wheel --no-cache-dir --quiet --no-deps --wheel-dir /wheel . \
 && pip --python /opt/mockgms/bin/python install --no-cache-dir --no-compile --no-deps --quiet /wheel/*.whl \
 && /opt/mockgms/bin/python -m compileall -q -j 0 /opt/mockgms/lib

FROM ${BASE}
LABEL org.opencontainers.image.title="mockgms" \
      org.opencontainers.image.description="A local mock of the Genesys callback API" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 mockgms \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir / --shell /usr/sbin/nologin mockgms
COPY --from=build /opt/mockgms /opt/mockgms
# The base image has no bytecode of the standard library, and a read-only root can take none later: have what a start and
# the commands import compiled now.
RUN cd /opt/mockgms && bin/python -c "import mockgms.app, mockgms.cli, mockgms.scenario.yaml_reader, statistics, difflib" \
 && bin/python -c "import mockgms.commands.ctl, mockgms.commands.arming, mockgms.commands.coverage, mockgms.commands.health" \
 && bin/python -c "import prometheus_client, trustme, uvloop"
# Mount a folder of scenario files here. It is the working folder too, so that they are found by path as well as by name.
WORKDIR /scenarios
# The admin API is open: what is published decides who reaches it. A token (MOCKGMS_ADMIN_TOKEN) closes it to all others.
ENV PATH=/opt/mockgms/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MOCKGMS_HOST=:: \
    MOCKGMS_PORT=8080 \
    MOCKGMS_ADMIN_OPEN=true \
    MOCKGMS_SCENARIOS=/scenarios
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=3s --timeout=3s --start-period=10s CMD ["mockgms", "health"]
ENTRYPOINT ["mockgms"]
CMD ["serve"]
