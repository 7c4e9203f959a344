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
 && PYTHON=python scripts/constraints --group build >/build-requirements.txt \
 && python -m venv --without-pip /opt/mockgms \
 && pip --python /opt/mockgms/bin/python install --no-cache-dir --no-compile --quiet \
    --no-deps --require-hashes --requirement /requirements.txt \
 && pip install --no-cache-dir --quiet --no-deps --require-hashes --requirement /build-requirements.txt
# What no request needs: Faker's customers are American, and bytecode of the tables of phonenumbers is enough. Bytecode
# has no times of files, and one process compiles it: the same input gives the same bytes.
ARG COMPILE="-m compileall -q -f --invalidation-mode unchecked-hash"
RUN cd "$(/opt/mockgms/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
 && find faker/providers -mindepth 2 -maxdepth 2 -type d ! -name 'en*' ! -name la -exec rm -r {} + \
 && /opt/mockgms/bin/python ${COMPILE} -b phonenumbers/geodata phonenumbers/carrierdata phonenumbers/tzdata \
 && find phonenumbers/geodata phonenumbers/carrierdata phonenumbers/tzdata -name '*.py' -delete \
 && rm -rf faker/sphinx uvloop/*.pyx uvloop/*.pxd
COPY . .
# The time of the commit in seconds since 1970, for files whose content has the time of the build.
ARG SOURCE_DATE_EPOCH
RUN pip wheel --no-cache-dir --quiet --no-deps --no-build-isolation --wheel-dir /wheel . \
 && pip --python /opt/mockgms/bin/python install --no-cache-dir --no-compile --no-deps --quiet /wheel/*.whl \
 && /opt/mockgms/bin/python ${COMPILE} /opt/mockgms/lib

FROM ${BASE}
LABEL org.opencontainers.image.title="mockgms" \
      org.opencontainers.image.description="A local mock of the Genesys callback API" \
      org.opencontainers.image.licenses="MIT"
ARG SOURCE_DATE_EPOCH
RUN groupadd --gid 10001 mockgms \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir / --shell /usr/sbin/nologin mockgms
COPY --from=build /opt/mockgms /opt/mockgms
# The base image has no bytecode of the standard library, and a read-only root can take none later: what a start and the
# commands import is compiled now.
RUN cd /opt/mockgms && bin/python -B -c "import sys, mockgms.app, mockgms.cli, mockgms.scenario.yaml_reader, statistics, \
difflib, mockgms.commands.ctl, mockgms.commands.arming, mockgms.commands.coverage, mockgms.commands.health, \
prometheus_client, trustme, uvloop; \
files = [getattr(each, '__file__', None) or '' for each in list(sys.modules.values())]; \
print(*(file for file in files if file.startswith(sys.base_prefix) and file.endswith('.py')), sep='\\n')" >/tmp/imported \
 && bin/python -B -m compileall -q -f --invalidation-mode unchecked-hash -i /tmp/imported \
 && rm /tmp/imported
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
