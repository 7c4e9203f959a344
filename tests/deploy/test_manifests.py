"""The manifests for Kubernetes and the compose file in `deploy/`."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import kubernetes_validate
import pytest
import yaml

from mockgms.cli import main
from mockgms.client import Client
from tests.deploy.proxies import DEPLOY
from tests.docs.markdown import ROOT, blocks
from tests.served import ran, served

Json = dict[str, Any]

KUSTOMIZATION: Json = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text())
MANIFESTS: list[Json] = [
    manifest for file in KUSTOMIZATION["resources"] for manifest in yaml.safe_load_all((DEPLOY / file).read_text())
]
COMPOSE: Json = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
HAPROXY = (DEPLOY / "haproxy.cfg").read_text()
SCENARIOS = sorted((DEPLOY / "scenarios").glob("*.yaml"))
EXAMPLES = {
    block.title: block.text for block in blocks((ROOT / "docs" / "how-to" / "kubernetes.md").read_text(), "yaml")
}
ONE_PROCESS = EXAMPLES.pop("")  # an addition to the overlay
OLDEST, NEWEST = "1.29", kubernetes_validate.latest_version()


def manifest(kind: str) -> Json:
    [found] = [each for each in MANIFESTS if each["kind"] == kind]
    return found


STATEFUL_SET, DEPLOYMENT = manifest("StatefulSet"), manifest("Deployment")
PODS: list[Json] = [STATEFUL_SET["spec"]["template"]["spec"], DEPLOYMENT["spec"]["template"]["spec"]]
LABELS = [each["spec"]["template"]["metadata"]["labels"] for each in (STATEFUL_SET, DEPLOYMENT)]
MOCKGMS, PROXY = (pod["containers"][0] for pod in PODS)


def variables(container: Json) -> dict[str, str | None]:
    return {variable["name"]: variable.get("value") for variable in container["env"]}


def name(resource: Json) -> str:
    return f"{resource['kind']} {resource['metadata']['name']}"


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("resource", MANIFESTS, ids=name)
def test_each_manifest_is_valid(resource: Json, version: str) -> None:
    kubernetes_validate.validate(resource, version, strict=True)


def test_a_manifest_with_an_unknown_key_is_not_valid() -> None:
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**STATEFUL_SET, "replicas": 2}, NEWEST, strict=True)


def rendered(folder: Path) -> Iterator[Json]:
    """Yield the resources that `kubectl apply -k` would send. Skip the test without kubectl."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    built = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=False)  # noqa: S607
    assert (built.returncode, built.stderr) == (0, "")
    yield from yaml.safe_load_all(built.stdout)


def test_the_base_includes_the_scenarios_and_the_configuration_of_the_proxy() -> None:
    resources = list(rendered(DEPLOY))
    for resource in resources:
        kubernetes_validate.validate(resource, NEWEST, strict=True)
    files = {file: text for each in resources if each["kind"] == "ConfigMap" for file, text in each["data"].items()}
    assert files == {"haproxy.cfg": HAPROXY, **{file.name: file.read_text() for file in SCENARIOS}}
    mounted = {
        volume["configMap"]["name"]
        for each in resources
        if each["kind"] in {"StatefulSet", "Deployment"}
        for volume in each["spec"]["template"]["spec"]["volumes"]
    }
    assert mounted == {each["metadata"]["name"] for each in resources if each["kind"] == "ConfigMap"}


def test_the_documented_overlay_sets_the_image_the_namespace_and_a_scenario(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY, tmp_path / "mockgms" / "deploy")
    (tmp_path / "overlay").mkdir()
    for file, text in EXAMPLES.items():
        (tmp_path / "overlay" / file).write_text(text)
    (tmp_path / "overlay" / "mine.yaml").write_text("description: My own.\n")
    added = "resources: [../mockgms/deploy, ingress.yaml, metrics.yaml]"
    overlay = EXAMPLES["kustomization.yaml"].replace("resources: [../mockgms/deploy]", added)
    (tmp_path / "overlay" / "kustomization.yaml").write_text(overlay)
    resources = list(rendered(tmp_path / "overlay"))
    for resource in resources:
        if resource["kind"] != "PodMonitor":  # the schemas are those of Kubernetes itself
            kubernetes_validate.validate(resource, NEWEST, strict=True)
    assert {each["metadata"]["namespace"] for each in resources} == {"testing"}
    assert {"Ingress", "PodMonitor"} <= {each["kind"] for each in resources}
    [replica] = [each for each in resources if each["kind"] == "StatefulSet"]
    [container] = replica["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/mockgms:0.2.0"
    assert variables(container)["MOCKGMS_SCENARIO"] == "mine"
    assert "mine.yaml" in {file for each in resources if each["kind"] == "ConfigMap" for file in each["data"]}


def test_the_component_for_one_process_leaves_out_the_proxy(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY, tmp_path / "mockgms" / "deploy")
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "mine.yaml").write_text("description: My own.\n")
    (tmp_path / "overlay" / "kustomization.yaml").write_text(EXAMPLES["kustomization.yaml"] + ONE_PROCESS)
    resources = {name(each): each for each in rendered(tmp_path / "overlay")}
    for resource in resources.values():
        kubernetes_validate.validate(resource, NEWEST, strict=True)
    assert not [each for each in resources if "haproxy" in each]
    assert resources["StatefulSet mockgms"]["spec"]["replicas"] == 1
    assert resources["Service mockgms"]["spec"]["selector"] == LABELS[0]
    assert resources["NetworkPolicy mockgms"]["spec"]["ingress"] == [{"ports": [{"port": "http"}]}]


def test_the_proxies_are_configured_for_the_number_of_replicas() -> None:
    number = STATEFUL_SET["spec"]["replicas"]
    assert re.findall(r"^ .*mod\((\d+)\)", HAPROXY, re.MULTILINE) == [str(number)]
    assert re.findall(r"^backend (\w+)", HAPROXY, re.MULTILINE) == [f"replica{each}" for each in range(number)]
    assert (DEPLOY / "nginx.conf").read_text().count("max_fails=0;") == number
    assert [service for service in COMPOSE["services"] if service.startswith("replica-")] == [
        f"replica-{each}" for each in range(number)
    ]


def test_the_variables_of_the_proxy_are_set_to_the_addresses_of_the_replicas() -> None:
    read = set(re.findall(r"\$\{(\w+)-", HAPROXY))
    assert set(variables(PROXY)) - {"NAMESPACE"} == read
    assert set(COMPOSE["services"]["haproxy"]["environment"]) == read
    pods, service = STATEFUL_SET["metadata"]["name"], STATEFUL_SET["spec"]["serviceName"]
    domain = "$(NAMESPACE).svc.cluster.local:8080"
    assert [value for key, value in variables(PROXY).items() if key.startswith("MOCKGMS_REPLICA")] == [
        f"{pods}-{number}.{service}.{domain}" for number in range(STATEFUL_SET["spec"]["replicas"])
    ]
    headless = [each for each in MANIFESTS if each["spec"].get("clusterIP") == "None"]
    assert [each["metadata"]["name"] for each in headless] == [service]


def test_each_service_selects_existing_pods() -> None:
    assert [each["spec"]["selector"] for each in MANIFESTS if each["kind"] == "Service"] == LABELS
    assert [each["spec"]["selector"]["matchLabels"] for each in (STATEFUL_SET, DEPLOYMENT)] == LABELS


def test_a_node_that_is_drained_takes_one_pod_at_a_time() -> None:
    budgets = [each["spec"] for each in MANIFESTS if each["kind"] == "PodDisruptionBudget"]
    assert budgets == [
        {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": {"matchLabels": labels}}
        for labels in LABELS
    ]
    assert all(each["spec"]["replicas"] > 1 for each in (STATEFUL_SET, DEPLOYMENT))


def test_replicas_accept_connections_of_their_namespace_only_and_open_none() -> None:
    replicas, proxies = (each["spec"] for each in MANIFESTS if each["kind"] == "NetworkPolicy")
    assert [each["podSelector"]["matchLabels"] for each in (replicas, proxies)] == LABELS
    assert replicas["policyTypes"] == ["Ingress", "Egress"]
    assert (replicas["ingress"], replicas["egress"]) == (
        [{"from": [{"podSelector": {}}], "ports": [{"port": "http"}]}],
        [],
    )
    assert proxies["policyTypes"] == ["Egress"]
    assert proxies["egress"][0]["to"] == [{"podSelector": replicas["podSelector"]}]


def test_a_pod_has_more_time_to_stop_than_its_program_takes() -> None:
    [proxy] = re.findall(r"^  hard-stop-after (\d+)s$", HAPROXY, re.MULTILINE)
    waiting = int(PROXY["lifecycle"]["preStop"]["exec"]["command"][1])
    assert int(proxy) + waiting < PODS[1]["terminationGracePeriodSeconds"]
    assert PODS[0]["terminationGracePeriodSeconds"] > 2  # docs/explanation/security.md


@pytest.mark.parametrize("pod", PODS, ids=["mockgms", "haproxy"])
def test_each_pod_has_minimal_privileges_resources_and_probes(pod: Json) -> None:
    assert not pod.keys() & {"hostNetwork", "hostPID", "hostIPC", "hostUsers"}
    assert all(volume.keys() == {"name", "configMap"} for volume in pod["volumes"])
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["requests"].keys() == {"cpu", "memory", "ephemeral-storage"}
        assert container["resources"]["limits"].keys() == {"memory", "ephemeral-storage"}  # docs/how-to/kubernetes.md
        assert all("hostPort" not in port for port in container["ports"])
        assert {"readinessProbe", "livenessProbe"} <= set(container)


def test_compose_and_kubernetes_run_the_same_proxy() -> None:
    assert COMPOSE["services"]["haproxy"]["image"] == PROXY["image"]
    assert COMPOSE["services"]["replica-0"] == COMPOSE["services"]["replica-1"]
    assert set(COMPOSE["services"]["replica-0"]["environment"]) == set(variables(MOCKGMS))
    for service in COMPOSE["services"].values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert (service["restart"], "mem_limit" in service) == ("unless-stopped", True)
        assert service["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}
    [mounted] = COMPOSE["services"]["haproxy"]["volumes"]
    assert mounted == "./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro"


def test_compose_waits_until_the_replicas_and_the_proxy_are_healthy() -> None:
    services = COMPOSE["services"]
    assert {service["healthcheck"]["start_interval"] for service in services.values()} == {"1s"}
    port = COMPOSE["services"]["haproxy"]["environment"]["MOCKGMS_BIND"].rpartition(":")[2]
    assert services["haproxy"]["healthcheck"]["test"] == ["CMD", "nc", "-z", "127.0.0.1", port]
    assert services["haproxy"]["depends_on"] == {
        replica: {"condition": "service_healthy"} for replica in services if replica != "haproxy"
    }


def test_nginx_may_open_a_file_for_each_of_its_connections() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text()
    [files], [connections] = (re.findall(rf"{name} (\d+);", nginx) for name in ("rlimit_nofile", "worker_connections"))
    assert int(files) > int(connections)


def test_the_shipped_scenarios_have_no_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *map(str, SCENARIOS)]) == 0
    assert KUSTOMIZATION["configMapGenerator"][0]["files"] == [f"scenarios/{file.name}" for file in SCENARIOS]
    assert capsys.readouterr().err == ""


def test_a_replica_starts_with_its_variables_and_the_files_of_a_config_map(tmp_path: Path) -> None:
    version = tmp_path / "..2026_03_02"  # as Kubernetes lays out a mounted ConfigMap
    version.mkdir()
    (tmp_path / "..data").symlink_to(version.name)
    for file in SCENARIOS:
        shutil.copy(file, version)
        (tmp_path / file.name).symlink_to(f"..data/{file.name}")
    settings: Json = {key: value or "" for key, value in variables(MOCKGMS).items()}  # a missing Secret is empty
    with served(tmp_path, MOCKGMS_SCENARIOS=str(tmp_path), **settings) as server:
        assert Client(server.url).scenario["name"] == settings["MOCKGMS_SCENARIO"]
        for probe in "startupProbe", "readinessProbe", "livenessProbe":
            with urlopen(server.url + MOCKGMS[probe]["httpGet"]["path"]) as answer:  # noqa: S310  # http, of this test
                assert answer.status == 200
    status, out, err = ran(tmp_path, "scenarios", "--scenarios", str(tmp_path))
    assert (status, len(re.findall("^shop ", out, re.MULTILINE)), err) == (0, 1, "")
