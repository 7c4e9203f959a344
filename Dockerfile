ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --quiet --no-deps --wheel-dir /wheel . \
 && python -m venv --without-pip /opt/mockgms \
 && pip --python /opt/mockgms/bin/python install --no-cache-dir --quiet "$(ls /wheel/*.whl)[uvloop,metrics,tls]"

FROM ${BASE}
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
